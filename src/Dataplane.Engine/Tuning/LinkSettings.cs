using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>What an interface and its namespace are to be, or were before they were changed. What is null is left alone.</summary>
public sealed record LinkSettings
{
    /// <summary>The hardware address.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>Whether it takes every frame.</summary>
    public bool? Promiscuous { get; init; }

    /// <summary>The MTU, bytes.</summary>
    public int? Mtu { get; init; }

    /// <summary>Whether it takes every multicast frame.</summary>
    public bool? AllMulticast { get; init; }

    /// <summary>The length of the transmit queue, packets.</summary>
    public int? TxQueueLength { get; init; }

    /// <summary>The namespace's values, in the order in which they are written.</summary>
    public IReadOnlyList<SysctlSetting> Sysctls { get; init; } = [];

    /// <summary>Whether the interface itself is concerned.</summary>
    public bool HasLink => Mac is not null || Promiscuous is not null || Mtu is not null || AllMulticast is not null || TxQueueLength is not null;

    /// <summary>Whether there is nothing to set.</summary>
    public bool IsEmpty => !HasLink && Sysctls.Count == 0;
}
