using System.Net;

namespace Dataplane.Netlink;

/// <summary>A route to add or delete.</summary>
public sealed class RouteSpec
{
    /// <summary>Destination; host bits are cleared.</summary>
    public required IPAddress Destination { get; init; }

    /// <summary>Bits of it; 0: the default route.</summary>
    public required int PrefixLength { get; init; }

    /// <summary>Next hop.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>Device; 0: by the gateway.</summary>
    public int OutIfIndex { get; init; }

    /// <summary>Preferred source address.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>Metric; 0: the kernel's.</summary>
    public int Priority { get; init; }

    /// <summary>Table; null: main.</summary>
    public int? Table { get; init; }

    /// <summary>RT_SCOPE_; null: universe with a gateway or in IPv6, else link.</summary>
    public int? Scope { get; init; }

    /// <summary>RTPROT_: who made it. 3 (boot) is what ip(8) and the reference plugins write.</summary>
    public byte Protocol { get; init; } = 3;

    /// <summary>MTU metric, bytes; 0: none.</summary>
    public int Mtu { get; init; }

    /// <summary>Advertised MSS, bytes; 0: none.</summary>
    public int AdvMss { get; init; }

    /// <summary>The gateway is on the link even if no address says so.</summary>
    public bool OnLink { get; init; }

    /// <summary>What to do when the destination is routed already.</summary>
    public RouteConflict Conflict { get; init; } = RouteConflict.Fail;

    /// <inheritdoc/>
    public override string ToString() => Gateway is null ? $"{Destination}/{PrefixLength}" : $"{Destination}/{PrefixLength} via {Gateway}";
}
