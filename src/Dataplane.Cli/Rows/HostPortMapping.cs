namespace Dataplane.Cli.Rows;

/// <summary>One row of map "host_ports": a port of the node that leads to a pod.</summary>
internal sealed record HostPortMapping
{
    /// <summary>The node's address; "0.0.0.0" or "::": every one of the family.</summary>
    public required string HostAddress { get; init; }

    /// <summary>The node's port.</summary>
    public required ushort HostPort { get; init; }

    /// <summary>"tcp", "udp", "sctp".</summary>
    public required string Protocol { get; init; }

    /// <summary>The pod's address.</summary>
    public required string PodAddress { get; init; }

    /// <summary>The pod's port.</summary>
    public required ushort PodPort { get; init; }

    /// <summary>What a packet has to fulfil as well: "source 10.0.0.0/8", "not device eth1"; empty: nothing.</summary>
    public required IReadOnlyList<string> Conditions { get; init; }

    /// <summary>Of "snat", "masq_all".</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>"alive", or "dead": the owner was detached, the programs treat the row as absent.</summary>
    public required string State { get; init; }

    /// <summary>The owner; empty without a record.</summary>
    public required string ContainerId { get; init; }

    /// <summary>Its interface.</summary>
    public required string Ifname { get; init; }

    /// <summary>Host end of the owner's veth; empty when it is gone.</summary>
    public required string Device { get; init; }

    /// <summary>Ifindex of <see cref="Device"/>.</summary>
    public required uint Ifindex { get; init; }

    /// <summary>Of the owner's endpoint.</summary>
    public required uint Generation { get; init; }
}
