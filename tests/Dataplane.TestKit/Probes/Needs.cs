namespace Dataplane.TestKit;

/// <summary>What a test asks of the machine beyond a shell.</summary>
[Flags]
public enum Needs
{
    /// <summary>Root with the right to make network namespaces.</summary>
    Namespaces = 1,

    /// <summary>The reference plugins.</summary>
    ReferencePlugins = 2,

    /// <summary>Our plugins, built and installed below artifacts/.</summary>
    OurPlugins = 4,

    /// <summary>iptables with nat, conntrack and addrtype matches.</summary>
    Iptables = 8,

    /// <summary>bpftool, to read maps and filters without our own code.</summary>
    Bpftool = 16,

    /// <summary>Bridges hand their frames to iptables (bridge-nf-call-iptables).</summary>
    BridgeNetfilter = 32,

    /// <summary>ping of iputils.</summary>
    Ping = 64,

    /// <summary>ip6tables with nat.</summary>
    Ip6tables = 128,

    /// <summary>strace, allowed to trace its children.</summary>
    Strace = 256,

    /// <summary>Bridges with VLAN filtering (CONFIG_BRIDGE_VLAN_FILTERING).</summary>
    BridgeVlanFiltering = 512,

    /// <summary>iptables-legacy and ip6tables-legacy with nat, in the kernel and as executables.</summary>
    IptablesLegacy = 1024,

    /// <summary>nft with nat.</summary>
    Nft = 2048,

    /// <summary>Tunnels of user space (CONFIG_TUN): uplinks without a link-layer header.</summary>
    Tun = 4096,

    /// <summary>VLAN devices (CONFIG_VLAN_8021Q).</summary>
    Vlan = 8192,

    /// <summary>tcx (6.6).</summary>
    Tcx = 16384,

    /// <summary>iperf3, and the congestion control BBR beside CUBIC.</summary>
    Iperf = 32768,

    /// <summary>Queues that hold packets up: tbf, htb.</summary>
    Shapers = 65536,

    /// <summary>macvlan devices (CONFIG_MACVLAN).</summary>
    Macvlan = 131072,

    /// <summary>ipvlan devices (CONFIG_IPVLAN).</summary>
    Ipvlan = 262144,

    /// <summary>dummy devices (CONFIG_DUMMY).</summary>
    Dummy = 524288,

    /// <summary>dnsmasq, a DHCP server.</summary>
    Dnsmasq = 1048576,

    /// <summary>dbus-daemon, for a message bus of a test's own.</summary>
    Bus = 16777216,

    /// <summary>VRFs (CONFIG_NET_VRF).</summary>
    Vrf = 4194304,
}
