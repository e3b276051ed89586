using System.Net;

namespace Dataplane.Netlink;

/// <summary>A packet whose route is asked for.</summary>
public sealed class RouteQuery
{
    /// <summary>Where it goes.</summary>
    public required IPAddress Destination { get; init; }

    /// <summary>Its source address, of the same family; null: it has none yet.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>The device it came in by; 0: the host sends it.</summary>
    public int InIfIndex { get; init; }

    /// <summary>
    /// The device it has to leave by; 0: any. IPv4 then answers without any route as well: it takes the destination for a neighbour.
    /// </summary>
    public int OutIfIndex { get; init; }

    /// <summary>
    /// Answer with the entry of the table that matched (RTM_F_FIB_MATCH) instead of what follows from it: its prefix, and the source only if
    /// the entry names one.
    /// </summary>
    public bool Matched { get; init; }
}
