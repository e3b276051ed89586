using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>A container whose interface is a device of one end: macvlan, ipvlan, vlan, dummy, tap.</summary>
public sealed record DeviceRequest
{
    /// <summary>The container's interface.</summary>
    public required AttachmentId Id { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The plugin, as records have it.</summary>
    public required string Plugin { get; init; }

    /// <summary>CNI_NETNS.</summary>
    public required string NetnsPath { get; init; }

    /// <summary>The kernel's name for the kind of device.</summary>
    public required string Kind { get; init; }

    /// <summary>What the kind takes; null: it is a tap device.</summary>
    public DeviceSpec? Device { get; init; }

    /// <summary>Of a tap device.</summary>
    public TapOptions? Tap { get; init; }

    /// <summary>The device it sits on; null: it sits on none.</summary>
    public MasterChoice? Master { get; init; }

    /// <summary>MTU, bytes; 0: the master's.</summary>
    public int Mtu { get; init; }

    /// <summary>Whether the MTU has to be one that the master has room for.</summary>
    public bool MtuWithinMaster { get; init; }

    /// <summary>The interface's hardware address; null: the kernel's or a random one.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>Whether it has a hardware address of its own, and it may be chosen.</summary>
    public bool ChoosesMac { get; init; }

    /// <summary>The kernel announces the container's addresses whenever the link comes up (arp_notify, ndisc_notify).</summary>
    public bool Announces { get; init; }

    /// <summary>IPv6 addresses are looked for on the link before they are used; ADD waits for that.</summary>
    public bool DetectDuplicates { get; init; }
}
