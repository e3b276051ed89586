using System.Net;
using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Readers;

/// <summary>What <c>--pod</c> means.</summary>
internal static class PodSelector
{
    /// <summary>
    /// Understands <paramref name="pod"/> as an address, else as the veth or the container of an endpoint.
    /// </summary>
    /// <returns>The addresses that are meant; null: any.</returns>
    /// <exception cref="CommandFailure">No endpoint, or more than one container, is meant.</exception>
    public static IReadOnlySet<string>? Addresses(IReadOnlyList<EndpointRow> endpoints, string? pod)
    {
        if (pod is null)
        {
            return null;
        }

        if (IPAddress.TryParse(pod, out IPAddress? address))
        {
            return new HashSet<string> { Canonical(address) };
        }

        List<EndpointRow> meant = [.. endpoints.Where(e => e.Device == pod)];
        if (meant.Count == 0)
        {
            meant = [.. endpoints.Where(e => e.ContainerId.StartsWith(pod, StringComparison.Ordinal))];
        }

        string[] containers = [.. meant.Select(e => e.ContainerId).Distinct()];
        return containers.Length switch
        {
            0 => throw new CommandFailure(ExitStatus.Usage, $"no endpoint is, or belongs to, '{pod}': 'dpctl endpoints' lists them"),
            1 => meant.SelectMany(e => e.Addresses).ToHashSet(),
            _ => throw new CommandFailure(ExitStatus.Usage, $"'{pod}' begins the IDs of {containers.Length} containers: give more of it"),
        };
    }

    // As the rows write it: "fd00:0::2" is "fd00::2", "::ffff:10.0.0.1" is "10.0.0.1".
    private static string Canonical(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
