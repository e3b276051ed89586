using System.Net;

namespace Dataplane.Netlink;

/// <summary>A route, as RTM_NEWROUTE describes it.</summary>
/// <param name="Destination">Its network address; all zero with length 0 for the default route.</param>
/// <param name="PrefixLength">Bits of it.</param>
/// <param name="Gateway">Next hop, or null.</param>
/// <param name="OutIfIndex">Device it leaves by; 0 for routes without one (unreachable, blackhole).</param>
/// <param name="Source">Preferred source address, or null.</param>
/// <param name="Priority">Metric.</param>
/// <param name="Table">Routing table; 254 is main, 255 local.</param>
/// <param name="Scope">RT_SCOPE_.</param>
/// <param name="Protocol">RTPROT_: who made it.</param>
/// <param name="Type">RTN_: 1 unicast, 2 local.</param>
public sealed record RouteInfo(
    IPAddress Destination, int PrefixLength, IPAddress? Gateway, int OutIfIndex, IPAddress? Source, uint Priority, uint Table, byte Scope, byte Protocol, byte Type)
{
    /// <summary>MTU metric, bytes; 0: none.</summary>
    public int Mtu { get; init; }

    /// <summary>Advertised MSS metric, bytes; 0: none.</summary>
    public int AdvMss { get; init; }

    /// <summary>The devices of a route with several next hops, as <see cref="RtnlSocket.GetRoute(RouteQuery, out int)"/> gives it whole.</summary>
    public IReadOnlyList<int> NextHopDevices => NextHops is null ? [] : NextHops.ConvertAll(static hop => hop.OutIfIndex);

    /// <summary>Of a multipath route as the kernel sends it, before it becomes one route a next hop.</summary>
    internal List<(IPAddress? Gateway, int OutIfIndex)>? NextHops { get; init; }
}
