using Dataplane.TestKit;
using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>macvlan: every field of its configuration.</summary>
internal static class MacvlanCases
{
    public static IEnumerable<Case> All =>
    [
        Up0(new Case("macvlan", "a device on the master's link, an address; DEL twice", Net())).Add().Check().Del().Del(),
        .. ((string[])["0.1.0", "0.2.0", "0.3.1", "0.4.0"]).Select(static version =>
            Up0(new Case("macvlan", $"version {version}", Net(version: version))).Add().Del()),
        Up0(new Case("macvlan", "IPv6", Net(null, Ranges(V6)))).Add().Check().Del(),
        Up0(new Case("macvlan", "dual stack with routes", Net(null, HostLocal($$"""
            "ranges": [[{"subnet": "{{V4}}"}], [{"subnet": "{{V6}}"}]],
            "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}, {"dst": "192.168.0.0/16", "gw": "10.1.2.9"}]
            """)))).Add().Check().Del(),
        .. ((string[])["bridge", "private", "vepa", "passthru"]).Select(static mode =>
            Up0(new Case("macvlan", $"mode {mode}", Net($"\"mode\": \"{mode}\""))).Add().Check().Del()),
        Up0(new Case("macvlan", "a mode that is none", Net("\"mode\": \"switch\""))).Add().Fails(999, "unknown macvlan mode: \"switch\"", leavesNothing: true),
        Up0(new Case("macvlan", "passthru twice is refused", Net("\"mode\": \"passthru\""))).Add("c1", 1)
            .Add("c2", 2).Fails(999, "failed to create macvlan", leavesNothing: true).Del("c1", 1),
        Up0(new Case("macvlan", "mtu", Net("\"mtu\": 1300"))).Add().Check().Del(),
        Up0(new Case("macvlan", "the master's mtu", Net()), mtu: "1400").Add().Check().Del(),
        Up0(new Case("macvlan", "mtu above the master's", Net("\"mtu\": 1501"))).Add().Fails(999, "invalid MTU 1501, must be [0, master MTU(1500)]", leavesNothing: true),
        Up0(new Case("macvlan", "negative mtu", Net("\"mtu\": -1"))).Add().Fails(999, "invalid MTU -1, must be [0, master MTU(1500)]", leavesNothing: true),
        Up0(new Case("macvlan", "mac of the configuration", Net("\"mac\": \"c2:11:22:33:44:55\""))).Add().Check().Del(),
        Up0(new Case("macvlan", "MAC of CNI_ARGS wins over the configuration's", Net("\"mac\": \"c2:11:22:33:44:55\"")))
            .Add(args: "IgnoreUnknown=true;MAC=c2:11:22:33:44:66").Check(args: "IgnoreUnknown=true;MAC=c2:11:22:33:44:66").Del(),
        Up0(new Case("macvlan", "mac of the runtime wins over CNI_ARGS", Net("\"runtimeConfig\": {\"mac\": \"c2:11:22:33:44:77\"}")))
            .Add(args: "IgnoreUnknown=true;MAC=c2:11:22:33:44:66").Del(),
        Up0(new Case("macvlan", "a mac that is none", Net("\"mac\": \"c2:11\""))).Add().Fails(999, "invalid args c2:11 for MAC addr", leavesNothing: true),
        Up0(new Case("macvlan", "a multicast mac", Net("\"mac\": \"01:00:5e:00:00:01\""))).Add().Fails(999, "failed to create macvlan", leavesNothing: true),
        Up0(new Case("macvlan", "CNI_ARGS that are not known", Net())).Add(args: "COLOUR=red").Fails(999, "ARGS: unknown args", leavesNothing: true),
        Uplink(new Case("macvlan", "the master is the default route's device", Network("macvlan", null, Ranges(V4), "1.0.0", "net1"))).Add().Check().Del(),
        new Case("macvlan", "no master and no default route", Network("macvlan", null, Ranges(V4), "1.0.0", "net1")).Add().Fails(999, "no default route interface found", leavesNothing: true),
        new Case("macvlan", "a master that is not there", Net()).Add().Fails(999, leavesNothing: true).Del()
            .Differs("exit", DelNeedsMaster).Differs("error/code", DelNeedsMaster).Differs("stdout", DelNeedsMaster),
        Up0(new Case("macvlan", "without IPAM the interface is up, no more", Net(null, ipam: null))).Add().Check().Del().Del(),
        Up0(new Case("macvlan", "an empty ipam object is no IPAM", Net(null, ipam: "{}"))).Add().Check().Del(),
        Up0(new Case("macvlan", "dns of the configuration", Net("\"dns\": {\"nameservers\": [\"10.1.1.1\"], \"search\": [\"example.org\"]}"))).Add().Check().Del(),
        Up0(new Case("macvlan", "dns of IPAM is not passed on", Net(null, HostLocal($$"""
            "ranges": [[{"subnet": "{{V4}}"}]], "resolvConf": "$DATA/resolv.conf"
            """)))).File("resolv.conf", "nameserver 192.0.2.1\n").Add().Del(),
        Up0(new Case("macvlan", "two containers on one master", Net())).Add("c1", 1).Add("c2", 2).Check("c1", 1).Del("c1", 1).Check("c2", 2).Del("c2", 2),
        Up0(new Case("macvlan", "two interfaces of one container", Net())).Add().Add(ifName: "net1", config: Net(null, Ranges("10.77.0.0/16"), name: "net2"))
            .Del(ifName: "net1", config: Net(null, Ranges("10.77.0.0/16"), name: "net2")).Del(),
        Up0(new Case("macvlan", "the host has a device of the interface's name", Net())).Host("ip", "link", "add", "eth0", "type", "bridge").Add().Check().Del(),
        Up0(new Case("macvlan", "ADD twice is refused", Net())).Add().Add().Fails(999).Del(),
        Up0(new Case("macvlan", "the interface is there already", Net())).InPod(1, "ip", "link", "add", "eth0", "type", "bridge").Add().Fails(999, leavesNothing: true),
        Up0(new Case("macvlan", "the pool runs out", Net(null, HostLocal("\"ranges\": [[{\"subnet\": \"10.1.2.0/30\"}]]"))))
            .Add("c1", 1).Add("c2", 2).Fails(999, "no IP addresses available in range set", leavesNothing: true).Del("c1", 1).Add("c3", 3).Del("c3", 3),
        Up0(new Case("macvlan", "DEL of what was never added", Net())).Del().Differs("lease/net1*", NothingToDelete),
        Up0(new Case("macvlan", "DEL without a namespace", Net())).Add().Del(pod: null).SeesNo("pod1/link/eth0/kind").Del()
            .Differs("pod1/*", DelWithoutNamespace).Differs("host/link/up0/promiscuity", DelWithoutNamespace),
        Up0(new Case("macvlan", "DEL with a namespace that is gone", Net())).Add().Call(new Step(StepKind.Plugin, "DEL") { Netns = "/run/netns/dptest-not-there" })
            .SeesNo("pod1/link/eth0/kind").Differs("pod1/*", DelWithoutNamespace).Differs("host/link/up0/promiscuity", DelWithoutNamespace),
        Up0(new Case("macvlan", "DEL after the master is gone", Net())).Add().Host("ip", "link", "delete", "up0").Del().Del()
            .Differs("exit", DelNeedsMaster).Differs("error/code", DelNeedsMaster).Differs("stdout", DelNeedsMaster).Differs("lease/net1/10.1.2.2*", DelNeedsMaster),
        Up0(new Case("macvlan", "CHECK misses the interface", Net())).Add().InPod(1, "ip", "link", "delete", "eth0").Check().Fails(999, "not found").Del(),
        Up0(new Case("macvlan", "CHECK misses the address", Net())).Add().InPod(1, "ip", "address", "flush", "dev", "eth0").Check().Fails(999).Del(),
        Up0(new Case("macvlan", "CHECK sees another mode", Net())).Add(config: Net()).Check(config: Net("\"mode\": \"vepa\"")).Fails(999, "does not match expected value: vepa").Del(),
        Up0(new Case("macvlan", "CHECK sees another kind", Net(null, ipam: null))).Add().InPod(1, "ip", "link", "delete", "eth0").InPod(1, "ip", "link", "add", "eth0", "type", "bridge")
            .Check().Fails(999, "not of type macvlan").Del(),
        Up0(new Case("macvlan", "CHECK without prevResult", Net())).Add().Call(new Step(StepKind.Plugin, "CHECK") { WithoutPrevResult = true }).Fails(999, "prevResult missing").Del(),
        Up0(new Case("macvlan", "a field of another type", Net("\"mtu\": \"large\""))).Add().Fails(999, "failed to load netconf", leavesNothing: true).Del().Fails(999),
        Uplink(new Case("macvlan", "examples/macvlan.conf, two containers", File.ReadAllText(Path.Combine(Repository.Root, "examples/macvlan.conf"))).InItsOwnDirectories())
            .Add("c1", 1).Add("c2", 2).Check("c1", 1).Del("c1", 1).Del("c2", 2),
        Up0(new Case("macvlan", "bcqueuelen", Net("\"bcqueuelen\": 2000"))).Add().Sees("pod1/link/eth0/data/bcqueuelen", "2000").Check().Del().OursAlone(Old),
        new Case("macvlan", "linkInContainer: the master is the container's", Net("\"linkInContainer\": true"))
            .InPod(1, "ip", "link", "add", "up0", "type", "veth", "peer", "name", "up1").InPod(1, "ip", "link", "set", "up0", "up")
            .Add().Sees("pod1/link/eth0/kind", "macvlan").Check().Del().SeesNo("pod1/link/eth0/kind").OursAlone(Old),
        new Case("macvlan", "linkInContainer without a master: the container's default route", Network("macvlan", "\"linkInContainer\": true", Ranges("10.77.0.0/16"), "1.0.0", "net1"))
            .InPod(1, "ip", "link", "add", "up0", "type", "veth", "peer", "name", "up1").InPod(1, "ip", "link", "set", "up0", "up")
            .InPod(1, "ip", "address", "add", "192.0.2.2/24", "dev", "up0").InPod(1, "ip", "route", "add", "default", "via", "192.0.2.1")
            .Add(ifName: "net1").Sees("pod1/link/net1/kind", "macvlan").Check(ifName: "net1").Del(ifName: "net1").OursAlone(Old),
        new Case("macvlan", "linkInContainer does not see the host's devices", Net("\"linkInContainer\": true")).Host("ip", "link", "add", "up0", "type", "bridge")
            .Add().Fails(999, "failed to lookup master \"up0\"", leavesNothing: true).OursAlone(Old),
        Up0(new Case("macvlan", "STATUS", Net(version: "1.1.0"))).Call(Status()).Host("ip", "link", "delete", "up0")
            .Call(Status()).Fails(51, "failed to lookup master \"up0\"").OursAlone("1.1.1 knows versions up to 1.0.0"),
        Up0(new Case("macvlan", "GC removes what is not valid any more", Net(version: "1.1.0"))).Add("c1", 1).Add("c2", 2)
            .Call(Status() with { Command = "GC", Config = Net("\"cni.dev/valid-attachments\": [{\"containerID\": \"c2\", \"ifname\": \"eth0\"}]", version: "1.1.0") })
            .SeesNo("pod1/link/eth0/kind").Sees("pod2/link/eth0/kind", "macvlan").Del("c2", 2).OursAlone("the reference has no GC"),
    ];

    private const string DelNeedsMaster = "DEL needs no master; 1.1.1 looks for it first, and fails for good once it is gone (later ones do not)";

    private static string Net(string? fields = null, string? ipam = "", string version = "1.0.0", string name = "net1") => OnUp0("macvlan", fields, ipam, version, name);

    private static Step Status() => new(StepKind.Plugin, "STATUS") { Id = null, Pod = null, IfName = null };
}
