namespace Dataplane.Cli.Rows;

/// <summary>What becomes of the source address of a pod's packets to a destination.</summary>
internal sealed record MasqueradeReport
{
    /// <summary>The pod's address.</summary>
    public required string Pod { get; init; }

    /// <summary>The destination.</summary>
    public required string Destination { get; init; }

    /// <summary>"masqueraded", "not_asked", "excluded", "not_unicast", "local", "on_node", "no_uplink", "no_source", "unreachable" or "unknown_container".</summary>
    public required string Verdict { get; init; }

    /// <summary>One sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>Host end of the pod's veth; empty: nobody attached has the address.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The device the route leads to, an uplink or not; empty: none.</summary>
    public required string Device { get; init; }

    /// <summary>The next hop; empty: the destination is on the link.</summary>
    public required string Gateway { get; init; }

    /// <summary>The route that matched: "0.0.0.0/0"; empty: none.</summary>
    public required string Route { get; init; }

    /// <summary>The routing table it is in; 254 is main, 0: none.</summary>
    public required uint Table { get; init; }

    /// <summary>The source address the packets leave with when they are masqueraded; empty: they are not.</summary>
    public required string SourceAddress { get; init; }

    /// <summary>The same on kernels that cannot be asked for each packet (before 6.7): the uplink's one source; empty: none.</summary>
    public required string DefaultSourceAddress { get; init; }

    /// <summary>The exclusion that keeps the pod's own address; empty: none has the destination.</summary>
    public required string Exclusion { get; init; }

    /// <summary>Lowest source port of the node it may take; 0: none.</summary>
    public required ushort PortMin { get; init; }

    /// <summary>Highest one.</summary>
    public required ushort PortMax { get; init; }
}
