using System.Net;
using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Readers;

/// <summary>Which flows were asked for.</summary>
/// <param name="Addresses">One of these on either side; null: any.</param>
/// <param name="State">One of <see cref="FlowStateNames"/>; null: any.</param>
internal sealed record FlowFilter(IReadOnlySet<string>? Addresses, string? State)
{
    /// <summary>
    /// Understands <paramref name="pod"/> as an address, else as the veth or the container of an endpoint.
    /// </summary>
    /// <exception cref="CommandFailure">No endpoint, or more than one container, is meant.</exception>
    public static FlowFilter Create(IReadOnlyList<EndpointRow> endpoints, string? pod, string? state)
    {
        if (pod is null)
        {
            return new FlowFilter(null, state);
        }

        if (IPAddress.TryParse(pod, out IPAddress? address))
        {
            return new FlowFilter(new HashSet<string> { Canonical(address) }, state);
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
            1 => new FlowFilter(meant.SelectMany(e => e.Addresses).ToHashSet(), state),
            _ => throw new CommandFailure(ExitStatus.Usage, $"'{pod}' begins the IDs of {containers.Length} containers: give more of it"),
        };
    }

    /// <summary>Whether a flow was asked for.</summary>
    public bool Matches(FlowRow row) =>
        (State is null || row.State == State)
        && (Addresses is null || Addresses.Contains(row.Original.Source) || Addresses.Contains(row.Original.Destination));

    // As the rows write it: "fd00:0::2" is "fd00::2", "::ffff:10.0.0.1" is "10.0.0.1".
    private static string Canonical(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
