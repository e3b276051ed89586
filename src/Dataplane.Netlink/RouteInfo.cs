using System.Net;

namespace Dataplane.Netlink;

/// <summary>A route, as RTM_NEWROUTE describes it.</summary>
/// <param name="Destination">Its network address; all zero with length 0 for the default route.</param>
/// <param name="PrefixLength">Bits of it.</param>
/// <param name="Gateway">Next hop, or null.</param>
/// <param name="OutIfIndex">Device it leaves by; 0 for multipath and routes without one.</param>
/// <param name="Source">Preferred source address, or null.</param>
/// <param name="Priority">Metric.</param>
/// <param name="Table">Routing table; 254 is main, 255 local.</param>
/// <param name="Scope">RT_SCOPE_.</param>
/// <param name="Protocol">RTPROT_: who made it.</param>
/// <param name="Type">RTN_: 1 unicast, 2 local.</param>
public sealed record RouteInfo(
    IPAddress Destination, int PrefixLength, IPAddress? Gateway, int OutIfIndex, IPAddress? Source, uint Priority, uint Table, byte Scope, byte Protocol, byte Type);
