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

        return IPAddress.TryParse(pod, out IPAddress? address)
            // Not only an endpoint's: the other side of a conversation is meant as well.
            ? new HashSet<string> { Canonical(address) }
            : Endpoints(endpoints, pod).SelectMany(e => e.Addresses).ToHashSet();
    }

    /// <summary>The endpoints of the container that is meant: by an address of it, the host end of a veth, or its ID.</summary>
    /// <exception cref="CommandFailure">No endpoint, or more than one container, is meant.</exception>
    public static IReadOnlyList<EndpointRow> Endpoints(IReadOnlyList<EndpointRow> endpoints, string pod)
    {
        List<EndpointRow> meant = IPAddress.TryParse(pod, out IPAddress? address)
            ? [.. endpoints.Where(e => e.Addresses.Contains(Canonical(address)))]
            : [.. endpoints.Where(e => e.Device == pod)];
        if (meant.Count == 0)
        {
            meant = [.. endpoints.Where(e => e.ContainerId.Length > 0 && e.ContainerId.StartsWith(pod, StringComparison.Ordinal))];
        }

        // "web" is also how "web2" begins, and is itself.
        if (meant.Exists(e => e.ContainerId == pod))
        {
            meant = [.. meant.Where(e => e.ContainerId == pod)];
        }

        string[] containers = [.. meant.Select(e => e.ContainerId).Distinct()];
        return containers.Length switch
        {
            0 => throw new CommandFailure(ExitStatus.Usage, $"no endpoint is, or belongs to, '{pod}': 'dpctl endpoints' lists them"),
            1 => meant,
            _ when address is not null => throw new CommandFailure(ExitStatus.Usage, $"{address} is the address of {containers.Length} containers: name one by its ID"),
            _ => throw new CommandFailure(ExitStatus.Usage, $"'{pod}' begins the IDs of {containers.Length} containers: give more of it"),
        };
    }

    /// <summary>The one interface that is meant.</summary>
    /// <param name="endpoints">All.</param>
    /// <param name="pod">As for <see cref="Endpoints"/>.</param>
    /// <param name="ifname">Its name in the container; null: the container has one.</param>
    /// <exception cref="CommandFailure">None, several, or one that nobody attached.</exception>
    public static EndpointRow Interface(IReadOnlyList<EndpointRow> endpoints, string pod, string? ifname)
    {
        IReadOnlyList<EndpointRow> all = Endpoints(endpoints, pod), meant = [.. all.Where(e => ifname is null || e.Ifname == ifname)];
        string names = string.Join(", ", all.Select(e => e.Ifname));
        return meant switch
        {
            [{ ContainerId.Length: 0 }] => throw new CommandFailure(ExitStatus.Usage, $"'{pod}' has no attachment record: attach the container again"),
            [EndpointRow only] => only,
            [] => throw new CommandFailure(ExitStatus.Usage, $"'{pod}' has no interface {ifname}: it has {names}"),
            _ => throw new CommandFailure(ExitStatus.Usage, $"'{pod}' has several interfaces ({names}): choose one with --ifname"),
        };
    }

    // As the rows write it: "fd00:0::2" is "fd00::2", "::ffff:10.0.0.1" is "10.0.0.1".
    private static string Canonical(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
