using Dataplane.TestKit;

namespace Dataplane.Node.Tests.Catalog;

/// <summary>Every plugin that is installed. A new one gets a line here, and by it the tests of the whole catalog.</summary>
public static class CatalogTable
{
    private const string Limits = "\"ingressRate\": 50000000, \"ingressBurst\": 1000000, \"egressRate\": 50000000, \"egressBurst\": 1000000";
    private const string Sysctls = "\"sysctl\": {\"net.ipv4.conf.IFNAME.log_martians\": \"1\", \"net.ipv4.ip_local_port_range\": \"40000 50000\"}";

    /// <summary>The plugins.</summary>
    public static IReadOnlyList<CatalogEntry> All { get; } =
    [
        new("bridge", static at => [at.Bridge]),
        new("ptp", static at => [$$"""{"type": "ptp", "ipMasq": true, {{at.HostLocal}} }"""]),
        new("dataplane", static at => [$$"""{"type": "dataplane", "bridge": "br{{at.Network}}", "isDefaultGateway": true, "ipMasq": true, {{Limits}}, {{Sysctls}}, {{at.Port}}, {{at.HostLocal}} }"""])
        {
            Needs = Needs.Shapers,
        },
        new("macvlan", static at => [$$"""{"type": "macvlan", "master": "up{{at.Network}}", {{at.HostLocal}} }"""]) { Needs = Needs.Macvlan, Prepare = Master, Answers = false },
        new("ipvlan", static at => [$$"""{"type": "ipvlan", "master": "up{{at.Network}}", {{at.HostLocal}} }"""]) { Needs = Needs.Ipvlan, Prepare = Master, Answers = false },
        new("vlan", static at => [$$"""{"type": "vlan", "master": "up{{at.Network}}", "vlanId": {{at.Container + 100}}, {{at.HostLocal}} }"""])
        {
            Needs = Needs.Vlan, Prepare = Master, Answers = false,
        },
        new("dummy", static at => [$$"""{"type": "dummy", {{at.HostLocal}} }"""]) { Needs = Needs.Dummy, Answers = false },
        new("tap", static at => [$$"""{"type": "tap", {{at.HostLocal}} }"""]) { Needs = Needs.Tun, Answers = false },
        new("host-device", static at => [$$"""{"type": "host-device", "device": "nic{{at.Network}}{{at.Container}}", {{at.HostLocal}} }"""]) { Prepare = Nic, Answers = false },
        new("loopback", static _ => ["""{"type": "loopback"}"""]) { IfName = "lo", Answers = false },
        new("host-local", static at => [$$"""{"type": "host-local", {{at.HostLocal}} }"""]) { Answers = false },
        new("static", static at =>
        [
            $$"""{"type": "bridge", "bridge": "br{{at.Network}}", "isGateway": true, "ipam": {"type": "static", "addresses": [{"address": "10.{{at.Network}}.0.{{at.Container + 10}}/24"}]} }""",
        ]),
        new("portmap", static at => [at.Bridge, $$"""{"type": "portmap", {{at.Port}} }"""]),
        new("bandwidth", static at => [at.Bridge, $$"""{"type": "bandwidth", {{Limits}} }"""]) { Needs = Needs.Shapers },
        new("tuning", static at => [at.Bridge, $$"""{"type": "tuning", "dataDir": "{{at.Scratch}}/tuning", "mtu": 1400, {{Sysctls}} }"""]),
        new("firewall", static at => [at.Bridge, """{"type": "firewall", "backend": "iptables", "ingressPolicy": "same-bridge"}"""]),
        new("sbr", static at => [at.Bridge, """{"type": "sbr"}"""]),
        new("vrf", static at => [at.Bridge, """{"type": "vrf", "vrfname": "red"}"""]) { Needs = Needs.Vrf, Answers = false },
        new("flannel", static at =>
        [
            $$"""{"type": "flannel", "subnetFile": "{{at.Scratch}}/subnet{{at.Network}}.env", "dataDir": "{{at.Scratch}}/flannel", "delegate": {"bridge": "br{{at.Network}}", "isDefaultGateway": true}, "ipam": {"dataDir": "{{at.Scratch}}/networks"} }""",
        ])
        {
            Prepare = SubnetFile,
        },
        new("debug", static at => [at.Bridge, $$"""{"type": "debug", "cniOutput": "{{at.Scratch}}/calls.log"}"""]),
    ];

    /// <summary>One of them.</summary>
    public static CatalogEntry Of(string plugin) => All.Single(entry => entry.Plugin == plugin);

    private static void Master(NodeBed bed, CatalogPlace at)
    {
        if (at.Container == 1)
        {
            bed.Host.Ip("link", "add", $"up{at.Network}", "type", "veth", "peer", "name", $"far{at.Network}");
            bed.Host.Ip("link", "set", $"up{at.Network}", "up");
            bed.Host.Ip("link", "set", $"far{at.Network}", "up");
        }
    }

    // A bridge is a device as good as any, and one that comes back when its namespace ends is not: the kernel ends it. So a pair's end, as NICs are.
    private static void Nic(NodeBed bed, CatalogPlace at) =>
        bed.Host.Ip("link", "add", $"nic{at.Network}{at.Container}", "type", "veth", "peer", "name", $"port{at.Network}{at.Container}");

    private static void SubnetFile(NodeBed bed, CatalogPlace at) => File.WriteAllText(
        Path.Combine(at.Scratch, $"subnet{at.Network}.env"),
        $"FLANNEL_NETWORK=10.{at.Network}.0.0/16\nFLANNEL_SUBNET=10.{at.Network}.0.1/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n");
}
