using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>ptp: every field of its configuration.</summary>
internal static class PtpCases
{
    public static IEnumerable<Case> All =>
    [
        new Case("ptp", "a veth, the gateway on its host end, all traffic through it; DEL twice", Ptp()).Add().Check().Del().Del(),
        new Case("ptp", "IPv6", Ptp(null, Ranges(V6))).Add().Check().Del(),
        new Case("ptp", "dual stack with default routes", Ptp(null, HostLocal($$"""
            "ranges": [[{"subnet": "{{V4}}"}], [{"subnet": "{{V6}}"}]], "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]
            """))).Add().Check().Del(),
        new Case("ptp", "mtu of both ends", Ptp("\"mtu\": 512")).Add().Check().Del(),
        new Case("ptp", "ipMasq on a node without a way out", Ptp("\"ipMasq\": true")).Add().Check().Del().Del(),
        Uplink(new Case("ptp", "ipMasq on a node with an uplink", Ptp("\"ipMasq\": true"))).Add().Check().Del().Del(),
        Uplink(new Case("ptp", "ipMasq, dual stack", Ptp("\"ipMasq\": true", Ranges(V4, V6)))).Add().Check().Del(),
        Uplink(new Case("ptp", "ipMasq of one of two networks of a container", Ptp("\"ipMasq\": true"))).Add()
            .Add(ifName: "net1", config: Ptp("\"ipMasq\": false", Ranges("10.77.0.0/16"), name: "net2"))
            .Del(config: Ptp("\"ipMasq\": true")).Del(ifName: "net1", config: Ptp("\"ipMasq\": false", Ranges("10.77.0.0/16"), name: "net2")),
        new Case("ptp", "dns of the configuration", Ptp("\"dns\": {\"nameservers\": [\"10.1.1.1\", \"8.8.8.8\"]}")).Add().Check().Del(),
        new Case("ptp", "dns of empty lists replaces IPAM's", Ptp("\"dns\": {\"nameservers\": [], \"search\": [], \"options\": []}", HostLocal($$"""
            "ranges": [[{"subnet": "{{V4}}"}]], "resolvConf": "$DATA/resolv.conf"
            """))).File("resolv.conf", "nameserver 192.0.2.1\nsearch example.org\n").Add().Del(),
        new Case("ptp", "dns of IPAM stays without the configuration's", Ptp(null, HostLocal($$"""
            "ranges": [[{"subnet": "{{V4}}"}]], "resolvConf": "$DATA/resolv.conf"
            """))).File("resolv.conf", "nameserver 192.0.2.1\nsearch example.org a b\noptions ndots:5\ndomain d.example\n# nameserver 192.0.2.2\n").Add().Del(),
        new Case("ptp", "a gateway that the range names", Ptp(null, HostLocal("\"ranges\": [[{\"subnet\": \"10.1.2.0/24\", \"gateway\": \"10.1.2.254\"}]]"))).Add().Check().Del(),
        new Case("ptp", "two containers", Ptp()).Add("c1", 1).Add("c2", 2).Check("c1", 1).Del("c1", 1).Check("c2", 2).Del("c2", 2),
        new Case("ptp", "two interfaces of one container", Ptp()).Add().Add(ifName: "net1", config: Ptp(null, Ranges("10.77.0.0/16"), name: "net2"))
            .Del(ifName: "net1", config: Ptp(null, Ranges("10.77.0.0/16"), name: "net2")).Del(),
        new Case("ptp", "ADD twice is refused", Ptp()).Add().Add().Fails(999).Del(),
        new Case("ptp", "DEL of what was never added", Ptp()).Del().Differs("lease/net1*", NothingToDelete),
        new Case("ptp", "DEL without a namespace", Ptp()).Add().Del(pod: null).SeesNo("host/link/veth(pod1/eth0)/kind").Del()
            .Differs("host/*", DelWithoutNamespace).Differs("pod1/*", DelWithoutNamespace),
        new Case("ptp", "DEL with a namespace that is gone", Ptp()).Add().Call(new Step(StepKind.Plugin, "DEL") { Netns = "/run/netns/dptest-not-there" })
            .SeesNo("host/link/veth(pod1/eth0)/kind").Differs("host/*", DelWithoutNamespace).Differs("pod1/*", DelWithoutNamespace),
        new Case("ptp", "the pool runs out", Ptp(null, HostLocal("\"ranges\": [[{\"subnet\": \"10.1.2.0/30\"}]]")))
            .Add("c1", 1).Add("c2", 2).Fails(999, "no IP addresses available in range set", leavesNothing: true).Del("c1", 1).Add("c2", 2).Del("c2", 2),
        new Case("ptp", "the interface is there already", Ptp()).InPod(1, "ip", "link", "add", "eth0", "type", "bridge").Add().Fails(999, "already exists", leavesNothing: true),
        new Case("ptp", "CHECK misses the interface", Ptp()).Add().InPod(1, "ip", "link", "delete", "eth0").Check().Fails(999).Del(),
        new Case("ptp", "CHECK misses the address", Ptp()).Add().InPod(1, "ip", "address", "flush", "dev", "eth0").Check().Fails(999).Del(),
        new Case("ptp", "CHECK without prevResult", Ptp()).Add().Call(new Step(StepKind.Plugin, "CHECK") { WithoutPrevResult = true }).Fails(999, "prevResult missing").Del(),
        new Case("ptp", "STATUS", Ptp(version: "1.1.0")).Call(new Step(StepKind.Plugin, "STATUS") { Id = null, Pod = null, IfName = null }).Add().Check().Del()
            .OursAlone("1.1.1 knows versions up to 1.0.0"),

        new Case("loopback", "lo goes up and down", Network("loopback", null, null, "1.0.0", "lo")).InPod(1, "ip", "link", "set", "lo", "down").Add().Check().Del().Del(),
        new Case("loopback", "the interface's name does not matter", Network("loopback", null, null, "0.4.0", "lo")).Add(ifName: "nolo").Check(ifName: "nolo").Del(ifName: "nolo")
            .Differs("stdout*", ProtocolCases.LoopbackShape),
        new Case("loopback", "CHECK of a lo that is down", Network("loopback", null, null, "1.0.0", "lo")).Add().InPod(1, "ip", "link", "set", "lo", "down").Check().Fails(999, "loopback interface is down").Del(),
        new Case("loopback", "prevResult is passed on", Network("loopback", """
            "prevResult": {"cniVersion": "1.0.0", "interfaces": [{"name": "eth0", "mac": "02:00:00:00:09:09", "sandbox": "/x"}], "ips": [{"address": "10.1.2.3/24", "interface": 0}]}
            """, null, "1.0.0", "lo")).Add(),
        new Case("loopback", "an address of the network on lo is refused", Network("loopback", null, null, "1.0.0", "lo"))
            .InPod(1, "ip", "address", "add", "10.5.5.5/32", "dev", "lo").Add().Fails(999, "loopback interface found with non-loopback address"),
        new Case("loopback", "DEL without a namespace", Network("loopback", null, null, "1.0.0", "lo")).Add().Del(pod: null),
        new Case("loopback", "DEL with a namespace that is gone", Network("loopback", null, null, "1.0.0", "lo")).Call(new Step(StepKind.Plugin, "DEL") { Netns = "/run/netns/dptest-not-there" }),
    ];
}
