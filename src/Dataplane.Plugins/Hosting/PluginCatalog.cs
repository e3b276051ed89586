using Dataplane.Cni;
using Dataplane.Plugins.HostLocal;

namespace Dataplane.Plugins;

/// <summary>The plugins this executable is, by the name it is installed under.</summary>
internal static class PluginCatalog
{
    /// <summary>The names, in alphabetical order.</summary>
    public const string Names =
        "bandwidth, bridge, dataplane, debug, dhcp, dummy, firewall, flannel, host-device, host-local, ipvlan, loopback, macvlan, portmap, ptp, sbr, static, tap, tuning, vlan, vrf";

    /// <summary>The plugin of a name; null when there is none.</summary>
    /// <param name="name">Base name of the executable.</param>
    /// <param name="call">The call it serves.</param>
    public static CniPlugin? Find(string name, Call call) => name switch
    {
        "bandwidth" => new BandwidthPlugin(call),
        "bridge" => new BridgePlugin(call),
        AllInOnePlugin.Plugin => new AllInOnePlugin(call),
        "debug" => new DebugPlugin(call),
        "dummy" => new DummyPlugin(call),
        "firewall" => new FirewallPlugin(call),
        "flannel" => new FlannelPlugin(call),
        "host-device" => new HostDevicePlugin(call),
        "ipvlan" => new IpvlanPlugin(call),
        "loopback" => new LoopbackPlugin(),
        "macvlan" => new MacvlanPlugin(call),
        "portmap" => new PortmapPlugin(call),
        "ptp" => new PtpPlugin(call),
        "sbr" => new SbrPlugin(),
        "tap" => new TapPlugin(call),
        "tuning" => new TuningPlugin(call),
        "vlan" => new VlanPlugin(call),
        "vrf" => new VrfPlugin(),
        _ => FindIpam(name),
    };

    /// <summary>The IPAM plugin of a name; null when there is none.</summary>
    /// <param name="name">Base name of the executable.</param>
    public static CniPlugin? FindIpam(string name) => name switch
    {
        DhcpPlugin.PluginName => new DhcpPlugin(),
        "host-local" => new HostLocalPlugin(),
        "static" => new StaticPlugin(),
        _ => null,
    };
}
