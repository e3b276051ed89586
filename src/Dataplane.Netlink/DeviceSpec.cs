using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;

namespace Dataplane.Netlink;

/// <summary>A device of one end to create: what kind it is, then who and where.</summary>
public sealed record DeviceSpec
{
    private DeviceSpec(string kind, params IReadOnlyList<DeviceAttribute> attributes)
    {
        Kind = kind;
        Attributes = attributes;
    }

    /// <summary>The kernel's name for the kind (IFLA_INFO_KIND).</summary>
    public string Kind { get; }

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its link-layer address; null: the kernel's choice.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>MTU, bytes; 0: the kernel's, mostly the master's.</summary>
    public int Mtu { get; init; }

    /// <summary>Index of the device it sits on, in the namespace of the socket; 0: on none.</summary>
    public int MasterIndex { get; init; }

    /// <summary>The namespace it is born in; null: the socket's.</summary>
    public FileDescriptor? Namespace { get; init; }

    /// <summary>What the kind takes (IFLA_INFO_DATA).</summary>
    internal IReadOnlyList<DeviceAttribute> Attributes { get; }

    /// <summary>A device with a link-layer address of its own on the link of its master.</summary>
    /// <param name="mode">How it sees its siblings.</param>
    /// <param name="broadcastQueue">Length of the master's queue of broadcasts (IFLA_MACVLAN_BC_QUEUE_LEN, Linux 5.10); 0: the kernel's.</param>
    public static DeviceSpec Macvlan(MacvlanMode mode, uint broadcastQueue = 0) => broadcastQueue == 0
        ? new("macvlan", new DeviceAttribute(IFLA_MACVLAN_MODE, (uint)mode))
        : new("macvlan", new DeviceAttribute(IFLA_MACVLAN_MODE, (uint)mode), new DeviceAttribute(IFLA_MACVLAN_BC_QUEUE_LEN, broadcastQueue));

    /// <summary>A device that shares the link-layer address of its master.</summary>
    /// <param name="mode">Where it hands over to its master.</param>
    public static DeviceSpec Ipvlan(IpvlanMode mode) => new("ipvlan", new DeviceAttribute(IFLA_IPVLAN_MODE, (uint)mode, IsShort: true));

    /// <summary>A device for the frames of one VLAN (802.1Q) of its master.</summary>
    /// <param name="id">The VLAN.</param>
    public static DeviceSpec Vlan(int id) => new("vlan", new DeviceAttribute(IFLA_VLAN_ID, (uint)id, IsShort: true));

    /// <summary>A device that drops whatever is sent by it.</summary>
    public static DeviceSpec Dummy() => new("dummy");
}
