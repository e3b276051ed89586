namespace Dataplane.Cli.Rows;

/// <summary>One row of map "flows4" or "flows6": a conversation, both directions.</summary>
internal sealed record FlowRow
{
    /// <summary>"tcp", "udp", "icmp", "icmpv6", or the number.</summary>
    public required string Protocol { get; init; }

    /// <summary>One of <see cref="FlowStateNames"/>.</summary>
    public required string State { get; init; }

    /// <summary>As the first packet carried it.</summary>
    public required FlowTuple Original { get; init; }

    /// <summary>As the answers carry it where they are sent: of a masqueraded flow to the node's address.</summary>
    public required FlowTuple Reply { get; init; }

    /// <summary>Where <see cref="Original"/>'s source is.</summary>
    public required FlowDevice SourceDevice { get; init; }

    /// <summary>Where <see cref="Original"/>'s destination is.</summary>
    public required FlowDevice DestinationDevice { get; init; }

    /// <summary>Seconds since <see cref="State"/> was entered.</summary>
    public required double AgeSeconds { get; init; }

    /// <summary>Seconds since the last packet; the programs note it at most once a second.</summary>
    public required double IdleSeconds { get; init; }

    /// <summary>Of "fin_original", "fin_reply", "rst"; empty while the connection is open.</summary>
    public required IReadOnlyList<string> Tcp { get; init; }
}
