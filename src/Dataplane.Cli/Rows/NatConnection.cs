namespace Dataplane.Cli.Rows;

/// <summary>One translated connection: two entries of map "nat", or what is left of them.</summary>
internal sealed record NatConnection
{
    /// <summary>"tcp", "udp", "icmp", "icmpv6", "sctp", or the number.</summary>
    public required string Protocol { get; init; }

    /// <summary>One of <see cref="NatKindNames"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>One of <see cref="NatStateNames"/>.</summary>
    public required string State { get; init; }

    /// <summary>The first packet's direction, with the pod's own address and port.</summary>
    public required FlowTuple Inside { get; init; }

    /// <summary>The same packet with the node's address and port, as the other side knows it.</summary>
    public required FlowTuple Outside { get; init; }

    /// <summary>The container: the one that is masqueraded, or the one behind the host port; empty: without a record, or the host.</summary>
    public required string ContainerId { get; init; }

    /// <summary>Its interface.</summary>
    public required string Ifname { get; init; }

    /// <summary>Who began: the pod's device; ifindex 0: somebody outside.</summary>
    public required FlowDevice SourceDevice { get; init; }

    /// <summary>Who answers: the pod's device; ifindex 0: somebody outside.</summary>
    public required FlowDevice DestinationDevice { get; init; }

    /// <summary>Seconds since the last packet of either direction; the programs note it at most once a second.</summary>
    public required double IdleSeconds { get; init; }

    /// <summary>Of "fin_original", "fin_reply", "rst"; empty while the connection is open.</summary>
    public required IReadOnlyList<string> Tcp { get; init; }

    /// <summary>Entries found, 2; 1: the other was forgotten and is made again by the next packet.</summary>
    public required int Halves { get; init; }
}
