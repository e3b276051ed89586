using static Dataplane.Netlink.RtnlConstants;

namespace Dataplane.Netlink;

/// <summary>A network device, as RTM_NEWLINK describes it.</summary>
public sealed class LinkInfo
{
    /// <summary>Index in its namespace, positive.</summary>
    public int Index { get; internal set; }

    /// <summary>Name (IFLA_IFNAME).</summary>
    public string Name { get; internal set; } = "";

    /// <summary>Link-layer address; zero for a device without one.</summary>
    public MacAddress Mac { get; internal set; }

    /// <summary>ARPHRD_ of if_arp.h: 1 is Ethernet, 772 loopback, 65534 a device without a link layer.</summary>
    public ushort HardwareType { get; internal set; }

    /// <summary>MTU, bytes of L3.</summary>
    public int Mtu { get; internal set; }

    /// <summary>IFF_ flags, netdevice(7).</summary>
    public uint Flags { get; internal set; }

    /// <summary>Index of the bridge or VRF it belongs to; 0: none.</summary>
    public int MasterIndex { get; internal set; }

    /// <summary>"bridge", "bond", "vrf", …: what kind of device it belongs to; "" when to none.</summary>
    public string MasterKind { get; internal set; } = "";

    /// <summary>
    /// IFLA_LINK: of a veth the other end's index, of a macvlan, ipvlan or vlan its master's, in the namespace that <see cref="PeerNetnsId"/> names;
    /// 0: none.
    /// </summary>
    public int PeerIndex { get; internal set; }

    /// <summary>Id of the other end's namespace as this one knows it; null: this one.</summary>
    public int? PeerNetnsId { get; internal set; }

    /// <summary>"veth", "bridge", …; "" for a device without rtnl_link_ops.</summary>
    public string Kind { get; internal set; } = "";

    /// <summary>Of a macvlan; null for other devices.</summary>
    public MacvlanMode? MacvlanMode { get; internal set; }

    /// <summary>Of an ipvlan; null for other devices.</summary>
    public IpvlanMode? IpvlanMode { get; internal set; }

    /// <summary>Of a vlan: its VLAN; null for other devices.</summary>
    public int? VlanId { get; internal set; }

    /// <summary>RFC 2863 operational state, IF_OPER_: 6 is up.</summary>
    public byte OperState { get; internal set; }

    /// <summary>How many users asked for promiscuous mode.</summary>
    public uint Promiscuity { get; internal set; }

    /// <summary>Of a bridge: VLAN filtering is on.</summary>
    public bool VlanFiltering { get; internal set; }

    /// <summary>Of a VRF: its routing table.</summary>
    public uint VrfTable { get; internal set; }

    /// <summary>Of a bridge port: frames may leave by the port they came in by.</summary>
    public bool Hairpin { get; internal set; }

    /// <summary>Of a bridge port: cut off from other isolated ports.</summary>
    public bool Isolated { get; internal set; }

    /// <summary>Of a bridge port: BR_STATE_, 3 is forwarding; null for other devices.</summary>
    public byte? PortState { get; internal set; }

    /// <summary>net.ipv6.conf.DEVICE.accept_ra: 0, 1 or 2 (kernel: ip-sysctl); null: no IPv6 on it.</summary>
    public int? AcceptRa { get; internal set; }

    /// <summary>ifalias; "" when none is set.</summary>
    public string Alias { get; internal set; } = "";

    /// <summary>Transmit queue length, packets.</summary>
    public int TxQueueLength { get; internal set; }

    /// <summary>Administratively up.</summary>
    public bool IsUp => (Flags & IFF_UP) != 0;

    /// <summary>Operationally up: there is a carrier, and the kernel has noticed.</summary>
    public bool IsOperUp => OperState == IF_OPER_UP;

    /// <summary>IFF_PROMISC is set.</summary>
    public bool IsPromiscuous => (Flags & IFF_PROMISC) != 0;

    /// <summary>IFF_ALLMULTI is set.</summary>
    public bool IsAllMulticast => (Flags & IFF_ALLMULTI) != 0;
}
