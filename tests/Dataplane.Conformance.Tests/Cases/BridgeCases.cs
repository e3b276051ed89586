using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>bridge: every field of its configuration.</summary>
internal static class BridgeCases
{
    public static IEnumerable<Case> All =>
    [
        new Case("bridge", "a bridge, a veth, an address; DEL twice", Bridge()).Add().Check().Del().Del(),
        new Case("bridge", "isGateway puts the first address on the bridge and forwards", Bridge("\"isGateway\": true")).Add().Check().Del(),
        new Case("bridge", "isDefaultGateway adds the default route", Bridge("\"isDefaultGateway\": true")).Add().Check().Del(),
        new Case("bridge", "isDefaultGateway keeps a default route that IPAM gave",
            Bridge("\"isDefaultGateway\": true", HostLocal($$"""
            "ranges": [[{"subnet": "{{V4}}"}]], "routes": [{"dst": "0.0.0.0/0", "gw": "10.1.2.77"}]
            """))).Add().Check().Del(),
        new Case("bridge", "IPv6 with gateway and default route", Bridge("\"isDefaultGateway\": true", Ranges(V6))).Add().Check().Del(),
        new Case("bridge", "dual stack with both default routes", Bridge("\"isDefaultGateway\": true", Ranges(V4, V6))).Add().Check().Del(),
        new Case("bridge", "three sets", Bridge("\"isGateway\": true", Ranges(V4, "2001:db8:2::/64", V6))).Add().Check().Del(),
        new Case("bridge", "two IPv4 sets without gateway", Bridge(null, Ranges(V4, "10.3.0.0/16"))).Add().Check().Del(),
        new Case("bridge", "a second IPv4 gateway address is refused", Bridge("\"isGateway\": true", Ranges(V4, "10.3.0.0/16")))
            .Add().Fails(999, "\"br0\" already has an IP address different from 10.3.0.1/16", leavesNothing: true).Del(),
        new Case("bridge", "routes with gateway, with the network's gateway and without any", Bridge("\"isGateway\": true", HostLocal($$"""
            "ranges": [[{"subnet": "{{V4}}"}], [{"subnet": "{{V6}}"}]],
            "routes": [{"dst": "192.168.0.0/16", "gw": "10.1.2.9"}, {"dst": "172.16.0.0/12"}, {"dst": "2001:db8:ff::/48"}]
            """))).Add().Del(),
        new Case("bridge", "CHECK of a route without gateway", Bridge("\"isGateway\": true", HostLocal($$"""
            "ranges": [[{"subnet": "{{V4}}"}]], "routes": [{"dst": "172.16.0.0/12"}]
            """))).Add().Check().Del().OursAlone("1.1.1 compares the route's absent gateway with the one it set itself"),
        new Case("bridge", "mtu of the bridge and both ends", Bridge("\"mtu\": 1400")).Add().Check().Del(),
        new Case("bridge", "a bridge that is there keeps its mtu", Bridge("\"mtu\": 1400"))
            .Host("ip", "link", "add", "br0", "type", "bridge").Host("ip", "link", "set", "br0", "mtu", "1300", "up").Add().Del(),
        new Case("bridge", "hairpinMode", Bridge("\"hairpinMode\": true")).Add().Check().Del(),
        new Case("bridge", "promiscMode", Bridge("\"promiscMode\": true")).Add().Check().Del(),
        new Case("bridge", "hairpinMode and promiscMode exclude each other", Bridge("\"hairpinMode\": true, \"promiscMode\": true"))
            .Add().Fails(999, "cannot set hairpin mode and promiscuous mode at the same time"),
        new Case("bridge", "without IPAM the pod is on the link, no more", Bridge(null, ipam: null)).Add().Del().Del(),
        new Case("bridge", "an empty ipam object is no IPAM", Bridge(null, ipam: "{}")).Add().Del(),
        new Case("bridge", "CHECK without IPAM", Bridge(null, ipam: null)).Add().Check().Del()
            .Differs("exit", "the reference asks IPAM even where there is none, and fails: no L2 network could be checked").Differs("error/code", "as its exit status").Differs("stdout", "as its exit status"),
        new Case("bridge", "the default name is cni0", Network("bridge", null, Ranges(V4), "1.0.0", "net1")).Add().Check().Del(),
        new Case("bridge", "ipMasq on a node without a way out", Bridge("\"isGateway\": true, \"ipMasq\": true")).Add().Check().Del().Del(),
        Uplink(new Case("bridge", "ipMasq on a node with an uplink", Bridge("\"isGateway\": true, \"ipMasq\": true"))).Add().Check().Del().Del(),
        Uplink(new Case("bridge", "ipMasq, dual stack", Bridge("\"isDefaultGateway\": true, \"ipMasq\": true", Ranges(V4, V6)))).Add().Check().Del(),
        Uplink(new Case("bridge", "ipMasq without isGateway", Bridge("\"ipMasq\": true"))).Add().Check().Del(),
        Uplink(new Case("bridge", "ipMasq of two containers", Bridge("\"isGateway\": true, \"ipMasq\": true")))
            .Add("c1", 1).Add("c2", 2).Check("c1", 1).Del("c1", 1).Check("c2", 2).Del("c2", 2),
        Uplink(new Case("bridge", "ipMasq and an ADD that fails", Bridge("\"isGateway\": true, \"ipMasq\": true")))
            .InPod(1, "ip", "link", "add", "eth0", "type", "bridge").Add().Fails(999, "already exists", leavesNothing: true),
        new Case("bridge", "what is not masqueraded, ports and uplinks are validated", Bridge("\"dataplane\": {\"masqueradePorts\": \"1-65535\"}"))
            .Add().Fails(7, "\"masqueradePorts\" is \"1-65535\"", leavesNothing: true).OursAlone("the object \"dataplane\" is ours"),
        new Case("bridge", "a gateway that the range names", Bridge("\"isDefaultGateway\": true",
            HostLocal("\"ranges\": [[{\"subnet\": \"10.1.2.0/24\", \"gateway\": \"10.1.2.254\"}]]"))).Add().Check().Del(),
        new Case("bridge", "another address on the bridge is refused", Bridge("\"isGateway\": true"))
            .Host("ip", "link", "add", "br0", "type", "bridge").Host("ip", "address", "add", "10.9.9.9/24", "dev", "br0")
            .Add().Fails(999, "already has an IP address different from 10.1.2.1/24", leavesNothing: true).Del(),
        new Case("bridge", "forceAddress replaces another address", Bridge("\"isGateway\": true, \"forceAddress\": true"))
            .Host("ip", "link", "add", "br0", "type", "bridge").Host("ip", "address", "add", "10.9.9.9/24", "dev", "br0").Add().Check().Del(),
        new Case("bridge", "forceAddress leaves a disjoint IPv6 address", Bridge("\"isGateway\": true, \"forceAddress\": true", Ranges(V6)))
            .Host("ip", "link", "add", "br0", "type", "bridge").Host("ip", "address", "add", "2001:db8:9::9/64", "dev", "br0", "nodad").Add().Del(),
        new Case("bridge", "an overlapping IPv6 address is refused", Bridge("\"isGateway\": true", Ranges(V6)))
            .Host("ip", "link", "add", "br0", "type", "bridge").Host("ip", "address", "add", "2001:db8:1::9/64", "dev", "br0", "nodad")
            .Add().Fails(999, "already has an IP address different from 2001:db8:1::1/64", leavesNothing: true).Del(),
        new Case("bridge", "the gateway address is there already", Bridge("\"isGateway\": true"))
            .Host("ip", "link", "add", "br0", "type", "bridge").Host("ip", "address", "add", "10.1.2.1/24", "dev", "br0").Add().Del(),
        new Case("bridge", "the name is taken by something else", Bridge())
            .Host("ip", "link", "add", "br0", "type", "veth", "peer", "name", "br0-peer").Add().Fails(999, "\"br0\" already exists but is not a bridge", leavesNothing: true).Del(),
        new Case("bridge", "the interface is there already", Bridge())
            .InPod(1, "ip", "link", "add", "eth0", "type", "bridge").Add().Fails(999, "already exists", leavesNothing: true),
        new Case("bridge", "dns of the configuration", Bridge("\"dns\": {\"nameservers\": [\"10.1.2.53\"], \"domain\": \"example.org\", \"search\": [\"a\"], \"options\": [\"ndots:2\"]}"))
            .Add().Check().Del(),
        new Case("bridge", "a MAC from CNI_ARGS", Bridge()).Add(args: "IgnoreUnknown=1;MAC=02:00:00:00:01:02").Check(args: "IgnoreUnknown=1;MAC=02:00:00:00:01:02").Del(args: "IgnoreUnknown=1;MAC=02:00:00:00:01:02"),
        new Case("bridge", "a MAC in CNI_ARGS that IPAM does not know", Bridge()).Add(args: "MAC=02:00:00:00:01:02")
            .Fails(999, "ARGS: unknown args [\"MAC=02:00:00:00:01:02\"]", leavesNothing: true),
        new Case("bridge", "a MAC from args.cni", Bridge("\"args\": {\"cni\": {\"mac\": \"02:00:00:00:01:03\"}}")).Add().Check().Del(),
        new Case("bridge", "a MAC from runtimeConfig beats the others",
            Bridge("\"capabilities\": {\"mac\": true}, \"runtimeConfig\": {\"mac\": \"02:00:00:00:01:04\"}, \"args\": {\"cni\": {\"mac\": \"02:00:00:00:01:03\"}}"))
            .Add(args: "IgnoreUnknown=1;MAC=02:00:00:00:01:02").Check(args: "IgnoreUnknown=1;MAC=02:00:00:00:01:02").Del(args: "IgnoreUnknown=1;MAC=02:00:00:00:01:02"),
        new Case("bridge", "enabledad keeps duplicate address detection", Bridge("\"enabledad\": true", Ranges(V6))).Add().Check().Del(),
        new Case("bridge", "macspoofchk", Bridge("\"macspoofchk\": true, \"isGateway\": true")).Add().Check().Del().Del(),
        new Case("bridge", "macspoofchk without IPAM", Bridge("\"macspoofchk\": true", ipam: null)).Add().Del(),
        new Case("bridge", "keys in other cases", """
            {"CNIVERSION": "1.0.0", "Name": "net1", "TYPE": "bridge", "BRIDGE": "br0", "IsGateway": true, "MTU": 1400, "Ipam": {"Type": "host-local", "DataDir": "$DATA", "Subnet": "10.1.2.0/24"}}
            """).Add().Del(),
        new Case("bridge", "unknown keys and nulls", Bridge("\"mtu\": null, \"isGateway\": null, \"somebody\": {\"else\": [1]}")).Add().Check().Del(),

        .. Many, .. Later,
    ];

    private static IEnumerable<Case> Many =>
    [
        new Case("bridge", "two containers", Bridge("\"isDefaultGateway\": true")).Add("c1", 1).Add("c2", 2).Check("c1", 1).Check("c2", 2).Del("c1", 1).Check("c2", 2).Del("c2", 2),
        new Case("bridge", "two interfaces of one container", Bridge("\"isGateway\": true")).Add().Add(ifName: "net1").Check().Check(ifName: "net1").Del(ifName: "net1").Check().Del(),
        new Case("bridge", "two networks on two bridges", Bridge("\"isGateway\": true"))
            .Add().Add(ifName: "net1", config: Bridge("\"isGateway\": true", Ranges("10.77.0.0/16"), name: "net2", bridge: "br1"))
            .Del(ifName: "net1", config: Bridge("\"isGateway\": true", Ranges("10.77.0.0/16"), name: "net2", bridge: "br1")).Del(),
        new Case("bridge", "two networks on one bridge", Bridge())
            .Add().Add("c2", 2, config: Bridge(null, Ranges("10.77.0.0/16"), name: "net2")).Del().Del("c2", 2, config: Bridge(null, Ranges("10.77.0.0/16"), name: "net2")),
        new Case("bridge", "ADD twice is refused and harms nothing", Bridge("\"isGateway\": true")).Add().Add().Fails(999).Del(),
        new Case("bridge", "DEL of what was never added", Bridge()).Del().Differs("lease/net1*", NothingToDelete),
        new Case("bridge", "DEL without a namespace", Bridge()).Add().Del(pod: null).SeesNo("host/link/veth(pod1/eth0)/kind").Del()
            .Differs("host/*", DelWithoutNamespace).Differs("pod1/*", DelWithoutNamespace),
        new Case("bridge", "DEL with a namespace that is gone", Bridge()).Add().Call(new Step(StepKind.Plugin, "DEL") { Netns = "/run/netns/dptest-not-there" })
            .SeesNo("host/link/veth(pod1/eth0)/kind").Differs("host/*", DelWithoutNamespace).Differs("pod1/*", DelWithoutNamespace),
        new Case("bridge", "the pool runs out", Bridge(null, HostLocal("\"ranges\": [[{\"subnet\": \"10.1.2.0/29\", \"rangeStart\": \"10.1.2.3\", \"rangeEnd\": \"10.1.2.4\"}]]")))
            .Add("c1", 1).Add("c2", 2).Add("c3", 3).Fails(999, "no IP addresses available in range set", leavesNothing: true).Del("c3", 3).Del("c1", 1).Del("c2", 2),
        new Case("bridge", "an address is free again after DEL, in its turn", Bridge(null, HostLocal("\"ranges\": [[{\"subnet\": \"10.1.2.0/29\", \"rangeStart\": \"10.1.2.3\", \"rangeEnd\": \"10.1.2.4\"}]]")))
            .Add("c1", 1).Del("c1", 1).Add("c2", 1).Del("c2", 1).Add("c3", 1).Del("c3", 1),
        new Case("bridge", "CHECK misses the interface", Bridge("\"isGateway\": true")).Add().InPod(1, "ip", "link", "delete", "eth0").Check().Fails(999).Del(),
        new Case("bridge", "CHECK misses the address", Bridge("\"isGateway\": true")).Add().InPod(1, "ip", "address", "flush", "dev", "eth0").Check().Fails(999).Del(),
        new Case("bridge", "CHECK misses a route", Bridge("\"isDefaultGateway\": true")).Add().InPod(1, "ip", "route", "delete", "default").Check().Fails(999, "not found in routing table").Del(),
        new Case("bridge", "CHECK misses the bridge", Bridge()).Add().Host("ip", "link", "delete", "br0").Check().Fails(999).Del(),
        new Case("bridge", "CHECK misses the port", Bridge()).Add().InPod(1, "true").Host("sh", "-c", "ip link set $(ls /proc/sys/net/ipv4/conf | grep '^veth') nomaster").Check().Fails(999).Del(),
        new Case("bridge", "CHECK without prevResult", Bridge()).Add().Call(new Step(StepKind.Plugin, "CHECK") { WithoutPrevResult = true }).Fails(999, "prevResult missing").Del(),
        new Case("bridge", "DEL without prevResult", Bridge("\"isGateway\": true")).Add().Call(new Step(StepKind.Plugin, "DEL") { WithoutPrevResult = true }),
    ];

    /// <summary>What needs a bridge that filters by VLAN.</summary>
    public static IEnumerable<Case> Vlan =>
    [
        new Case("bridge", "vlan 100 is the port's only VLAN", Bridge("\"vlan\": 100"))
            .Add().Sees("host/vlan/veth(pod1/eth0)", "100 PVID Egress Untagged").Check().Del()
            .Differs("host/vlan/veth(pod1/eth0)", "1.1.1 leaves the bridge's default VLAN on the port; preserveDefaultVlan came later, and its default is false"),
        new Case("bridge", "vlan 100 with gateway: the address is on br0.100", Bridge("\"vlan\": 100, \"isGateway\": true"))
            .Add().Sees("host/vlan/veth(host/br0.100)", "100 PVID Egress Untagged").Check().Del()
            .Differs("host/vlan/*", "1.1.1 leaves the bridge's default VLAN on the port"),
        new Case("bridge", "two containers in one VLAN", Bridge("\"vlan\": 7, \"isGateway\": true")).Add("c1", 1).Add("c2", 2).Del("c1", 1).Del("c2", 2)
            .Differs("host/vlan/*", "1.1.1 leaves the bridge's default VLAN on the port"),
        new Case("bridge", "vlan without IPAM", Bridge("\"vlan\": 100", ipam: null)).Add().Del()
            .Differs("host/vlan/veth(pod1/eth0)", "1.1.1 leaves the bridge's default VLAN on the port"),
        new Case("bridge", "preserveDefaultVlan keeps VLAN 1", Bridge("\"vlan\": 100, \"preserveDefaultVlan\": true"))
            .Add().Sees("host/vlan/veth(pod1/eth0)", "1 Egress Untagged, 100 PVID Egress Untagged").Del(),
        new Case("bridge", "vlanTrunk of an id and a range", Bridge("\"vlan\": 100, \"vlanTrunk\": [{\"id\": 101}, {\"minID\": 200, \"maxID\": 203}, {\"id\": 202}]", ipam: null))
            .Add().Sees("host/vlan/veth(pod1/eth0)", "100 PVID Egress Untagged, 101, 200, 201, 202, 203").Del().OursAlone(Old),
        new Case("bridge", "vlanTrunk without a native VLAN has VLAN 1", Bridge("\"vlanTrunk\": [{\"id\": 10}]", ipam: null))
            .Add().Sees("host/vlan/veth(pod1/eth0)", "1 PVID Egress Untagged, 10").Del().OursAlone(Old),
        new Case("bridge", "an empty vlanTrunk turns filtering on", Bridge("\"vlanTrunk\": []", ipam: null))
            .Add().Sees("host/link/br0/data/vlan_filtering", "1").Del().OursAlone(Old),
    ];

    private static IEnumerable<Case> Later =>
    [
        new Case("bridge", "vlan -1 is no VLAN", Bridge("\"vlan\": -1")).Add().Fails(999, "invalid VLAN ID -1 (must be between 0 and 409"),
        new Case("bridge", "vlan 4095 is no VLAN", Bridge("\"vlan\": 4095")).Add().Fails(999, "invalid VLAN ID 4095 (must be between 0 and 4094)"),
        .. TrunkErrors.Select(static error => new Case("bridge", $"vlanTrunk {error.Trunk} is refused", Bridge($"\"vlanTrunk\": [{error.Trunk}]", ipam: null))
            .Add().Fails(999, error.Text).SeesNo("host/link/br0/kind").OursAlone(Old)),
        new Case("bridge", "portIsolation", Bridge("\"portIsolation\": true"))
            .Add().Sees("host/link/veth(pod1/eth0)/port/isolated", "True").Del().OursAlone(Old),
        new Case("bridge", "disableContainerInterface leaves the pod's end down", Bridge("\"disableContainerInterface\": true", ipam: null))
            .Add().Sees("pod1/link/eth0/flags", "BROADCAST,MULTICAST").Del().OursAlone(Old),
        new Case("bridge", "disableContainerInterface excludes IPAM", Bridge("\"disableContainerInterface\": true"))
            .Add().Fails(999, "cannot use IPAM when DisableContainerInterface flag is set").SeesNo("host/link/br0/kind").OursAlone(Old),
        new Case("bridge", "an unknown ipMasqBackend is refused", Bridge("\"ipMasq\": true, \"ipMasqBackend\": \"x\""))
            .Add().Fails(999, "unknown ipmasq backend \"x\"", leavesNothing: true).OursAlone(Old),
        new Case("bridge", "ipMasqBackend nftables is accepted", Bridge("\"ipMasq\": true, \"ipMasqBackend\": \"nftables\"")).Add().Check().Del().OursAlone(Old),
        new Case("bridge", "a route's metric and table", Bridge(null, HostLocal($$"""
            "ranges": [[{"subnet": "{{V4}}"}]], "routes": [{"dst": "192.168.0.0/16", "gw": "10.1.2.9", "priority": 42, "table": 77}]
            """)))
            .Add().Sees("pod1/route4/77/192.168.0.0/16 type=unicast gateway=10.1.2.9 dev=eth0 protocol=boot scope=global metric=42", "there").Del().OursAlone(Old),
        new Case("bridge", "two routes to one destination", Bridge(null, HostLocal($$"""
            "ranges": [[{"subnet": "{{V4}}"}]], "routes": [{"dst": "192.168.0.0/16", "gw": "10.1.2.9"}, {"dst": "192.168.0.0/16", "gw": "10.1.2.10"}]
            """))).Add().Sees("pod1/route4/main/192.168.0.0/16 type=unicast gateway=10.1.2.9 dev=eth0 protocol=boot scope=global", "there")
            .Sees("pod1/route4/main/192.168.0.0/16 type=unicast gateway=10.1.2.10 dev=eth0 protocol=boot scope=global", "there")
            .Del().OursAlone("1.1.1 refuses the second one; later ones append it"),
        new Case("bridge", "an IPv6 address is usable at once", Bridge("\"isDefaultGateway\": true", Ranges(V6)))
            .Add().Sees("pod1/sysctl/net/ipv6/conf/eth0/accept_dad", "0").Del().OursAlone("1.1.1 waits for duplicate address detection; later ones turn it off"),
        new Case("bridge", "STATUS, GC and all of 1.1.0", Bridge("\"isDefaultGateway\": true", version: "1.1.0"))
            .Call(new Step(StepKind.Plugin, "STATUS") { Id = null, Pod = null, IfName = null }).Sees("stdout", "")
            .Add().Check().Call(new Step(StepKind.Plugin, "GC") { Id = null, Pod = null, IfName = null,
                Config = Bridge("\"isDefaultGateway\": true, \"cni.dev/valid-attachments\": [{\"containerID\": \"c1\", \"ifname\": \"eth0\"}]", version: "1.1.0") })
            .Sees("host/link/veth(pod1/eth0)/kind", "veth")
            .Call(new Step(StepKind.Plugin, "GC") { Id = null, Pod = null, IfName = null,
                Config = Bridge("\"isDefaultGateway\": true, \"cni.dev/valid-attachments\": []", version: "1.1.0") })
            .SeesNo("host/link/veth(pod1/eth0)/kind").SeesNo("lease/net1/10.1.2.2").Del().OursAlone("1.1.1 knows versions up to 1.0.0"),
        new Case("bridge", "STATUS of an exhausted pool", Bridge(null, HostLocal("\"ranges\": [[{\"subnet\": \"10.1.2.0/30\"}]]"), version: "1.1.0"))
            .Call(new Step(StepKind.Plugin, "STATUS") { Id = null, Pod = null, IfName = null }).Add()
            .Call(new Step(StepKind.Plugin, "STATUS") { Id = null, Pod = null, IfName = null }).Fails(50).Del().OursAlone("1.1.1 knows no STATUS"),
    ];

    private static IEnumerable<(string Trunk, string Text)> TrunkErrors =>
    [
        ("{\"minID\": 10}", "minID and maxID should be configured simultaneously, maxID is missing"),
        ("{\"maxID\": 10}", "minID and maxID should be configured simultaneously, minID is missing"),
        ("{\"minID\": -1, \"maxID\": 10}", "incorrect trunk minID parameter"),
        ("{\"minID\": 1, \"maxID\": 5000}", "incorrect trunk maxID parameter"),
        ("{\"id\": 5000}", "incorrect trunk id parameter"),
        ("{\"minID\": 20, \"maxID\": 10}", "minID is greater than maxID in trunk parameter"),
    ];
}
