namespace Dataplane.Cli.Rows;

/// <summary>One direction of a container's bandwidth limit: what was asked for, and what became of its packets.</summary>
internal sealed record BandwidthRow
{
    /// <summary>Host end of the container's veth; empty when it is gone.</summary>
    public required string Device { get; init; }

    /// <summary>Ifindex of <see cref="Device"/>.</summary>
    public required uint Ifindex { get; init; }

    /// <summary>The container; empty without a record.</summary>
    public required string ContainerId { get; init; }

    /// <summary>Its interface.</summary>
    public required string Ifname { get; init; }

    /// <summary>"name" of the network configuration.</summary>
    public required string Network { get; init; }

    /// <summary>"ingress": towards the container; "egress": from it.</summary>
    public required string Direction { get; init; }

    /// <summary>Bits a second.</summary>
    public required ulong RateBits { get; init; }

    /// <summary>Bits that may pass at once after a silence.</summary>
    public required ulong BurstBits { get; init; }

    /// <summary>"edt" or "tbf".</summary>
    public required string Engine { get; init; }

    /// <summary>One of <see cref="LimitStateNames"/>.</summary>
    public required string State { get; init; }

    /// <summary>The root qdisc of the device that keeps the limit; empty: not known.</summary>
    public required string Qdisc { get; init; }

    /// <summary>The program that sees the packets, where the limit takes one: "to_pod", "pod_limit"; empty: none does.</summary>
    public required string Program { get; init; }

    /// <summary>Peers that are not limited.</summary>
    public required IReadOnlyList<string> UnshapedSubnets { get; init; }

    /// <summary>The only peers that are.</summary>
    public required IReadOnlyList<string> ShapedSubnets { get; init; }

    /// <summary>Packets that passed, not counting peers that are not limited.</summary>
    public required ulong PassedPackets { get; init; }

    /// <summary>Their bytes, as on a wire.</summary>
    public required ulong PassedBytes { get; init; }

    /// <summary>edt: packets that had to wait; tbf: how often the queue had to.</summary>
    public required ulong Delayed { get; init; }

    /// <summary>Packets that were marked "congestion experienced".</summary>
    public required ulong Marked { get; init; }

    /// <summary>Packets for which the queue was too long.</summary>
    public required ulong Dropped { get; init; }

    /// <summary>Packets that were dropped on the node because the container's own queue let them pass too fast.</summary>
    public required ulong Guarded { get; init; }

    /// <summary>Bytes that wait now.</summary>
    public required ulong BacklogBytes { get; init; }

    /// <summary>Packets that wait now.</summary>
    public required ulong BacklogPackets { get; init; }

    /// <summary>Of the endpoint.</summary>
    public required uint Generation { get; init; }
}
