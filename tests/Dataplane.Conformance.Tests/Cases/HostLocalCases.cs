using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>host-local by itself: addresses, files, requests, what it refuses.</summary>
internal static class HostLocalCases
{
    private const string OneSubnet = "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}]]";
    private const string Small = "\"ranges\": [[{\"subnet\": \"10.1.2.0/29\"}]]";

    public static IEnumerable<Case> All =>
    [
        new Case("host-local", "the first address, its files, DEL twice", Ipam(OneSubnet)).Add().Check().Del().Del(),
        new Case("host-local", "two ranges in a set and an IPv6 set", Ipam("""
            "ranges": [[{"subnet": "10.1.2.0/24"}, {"subnet": "10.2.2.0/24"}], [{"subnet": "2001:db8:1::/64"}]], "routes": [{"dst": "0.0.0.0/0"}, {"dst": "192.168.0.0/16", "gw": "1.1.1.1"}]
            """)).Add().Check().Del(),
        new Case("host-local", "the flat form of one subnet", Ipam("\"subnet\": \"10.1.2.0/24\", \"rangeStart\": \"10.1.2.20\", \"rangeEnd\": \"10.1.2.21\", \"gateway\": \"10.1.2.254\""))
            .Add("c1").Add("c2").Add("c3").Fails(999, "no IP addresses available in range set: 10.1.2.20-10.1.2.21").Del("c1").Add("c3").Del("c2").Del("c3"),
        new Case("host-local", "flat form and ranges together", Ipam("\"subnet\": \"10.9.0.0/16\", \"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}]]")).Add().Del(),
        new Case("host-local", "the last reserved address comes last", Ipam(Small)).Add("c1").Add("c2").Add("c3").Del("c1").Del("c2").Del("c3").Add("c4").Add("c5").Add("c6").Add("c7").Del("c4").Add("c8"),
        new Case("host-local", "the pool skips gateway and broadcast", Ipam(Small)).Add("c1").Add("c2").Add("c3").Add("c4").Add("c5").Add("c6").Fails(999, "no IP addresses available in range set: 10.1.2.1-10.1.2.6"),
        new Case("host-local", "a second address for one owner is refused", Ipam(OneSubnet)).Add().Add().Fails(999, "duplicate allocation is not allowed").Del(),
        new Case("host-local", "two interfaces of one container", Ipam(OneSubnet)).Add().Add(ifName: "eth1").Del(ifName: "eth0").Check(ifName: "eth1").Del(ifName: "eth1"),
        new Case("host-local", "an address from CNI_ARGS", Ipam(OneSubnet)).Add(args: "IP=10.1.2.88").Del(args: "IP=10.1.2.88"),
        new Case("host-local", "an address with prefix from CNI_ARGS", Ipam(OneSubnet)).Add(args: "IP=10.1.2.88/24").Del(),
        new Case("host-local", "an address from args.cni", Ipam(OneSubnet, extra: "\"args\": {\"cni\": {\"ips\": [\"10.1.2.89\"]}}")).Add().Del(),
        new Case("host-local", "an address from runtimeConfig", Ipam(OneSubnet, extra: "\"runtimeConfig\": {\"ips\": [\"10.1.2.90/24\"]}")).Add().Del(),
        new Case("host-local", "requests in both families", Ipam("\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"2001:db8:1::/64\"}]]",
            extra: "\"args\": {\"cni\": {\"ips\": [\"10.1.2.88\", \"2001:db8:1::99\"]}}")).Add().Del(),
        new Case("host-local", "a requested address in use", Ipam(OneSubnet)).Add("c1", args: "IP=10.1.2.88")
            .Add("c2", args: "IP=10.1.2.88").Fails(999, "requested IP address 10.1.2.88 is not available in range set 10.1.2.1-10.1.2.254").Del("c2").Del("c1"),
        new Case("host-local", "the gateway cannot be requested", Ipam(OneSubnet)).Add(args: "IP=10.1.2.1").Fails(999, "requested ip 10.1.2.1 is subnet's gateway"),
        new Case("host-local", "an address of no range cannot be requested", Ipam(OneSubnet)).Add(args: "IP=10.99.0.1").Fails(999, "failed to allocate all requested IPs: 10.99.0.1"),
        new Case("host-local", "an unreadable request", Ipam(OneSubnet)).Add(args: "IP=ten").Fails(999),
        new Case("host-local", "an unknown argument", Ipam(OneSubnet)).Add(args: "FOO=bar").Fails(999, "ARGS: unknown args [\"FOO=bar\"]"),
        new Case("host-local", "an unknown argument with IgnoreUnknown", Ipam(OneSubnet)).Add(args: "IgnoreUnknown=1;K8S_POD_NAME=web").Del(),
        new Case("host-local", "an argument without value", Ipam(OneSubnet)).Add(args: "IP").Fails(999, "ARGS: invalid pair \"IP\""),
        new Case("host-local", "IgnoreUnknown that is no truth", Ipam(OneSubnet)).Add(args: "IgnoreUnknown=perhaps").Fails(999),
        new Case("host-local", "ranges from runtimeConfig come first", Ipam(OneSubnet, extra: "\"runtimeConfig\": {\"ipRanges\": [[{\"subnet\": \"10.66.0.0/24\"}]]}")).Add().Del(),
        new Case("host-local", "routes pass through", Ipam("\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}]], \"routes\": [{\"dst\": \"10.0.0.7/8\"}, {\"dst\": \"::/0\", \"gw\": \"fe80::1\"}]")).Add().Del(),
        new Case("host-local", "resolvConf", Ipam("\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}]], \"resolvConf\": \"$DATA/resolv.conf\""))
            .File("resolv.conf", "nameserver 192.0.2.3\nnameserver 2001:db8::3\nsearch one two\n;comment\noptions timeout:2 rotate\n").Add().Del(),
        new Case("host-local", "resolvConf that is missing", Ipam("\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}]], \"resolvConf\": \"$DATA/none\"")).Add().Fails(999),
        new Case("host-local", "a lease of old, of the ID alone", Ipam(OneSubnet)).File("net1/10.1.2.2", "c1").File("net1/10.1.2.3", "other").Check().Del(),
        new Case("host-local", "white space around a lease", Ipam(OneSubnet)).File("net1/10.1.2.2", "c1\r\neth0\n").Check().Del(),
        new Case("host-local", "a last_reserved_ip that is outside", Ipam(OneSubnet)).File("net1/last_reserved_ip.0", "192.0.2.1").Add().Del(),
        new Case("host-local", "a last_reserved_ip at the end", Ipam(Small)).File("net1/last_reserved_ip.0", "10.1.2.6").Add().Del(),
        new Case("host-local", "CHECK of an unknown container", Ipam(OneSubnet)).Add().Check("c2").Fails(999, "Failed to find address added by container c2").Del(),
        new Case("host-local", "DEL of an unknown container", Ipam(OneSubnet)).Del("c9").Differs("lease/net1*", NothingToDelete),
        new Case("host-local", "a small IPv6 range", Ipam("\"ranges\": [[{\"subnet\": \"2001:db8:1::/126\"}]]")).Add("c1").Add("c2").Add("c3").Fails(999, "no IP addresses available").Del("c1").Del("c2"),
        new Case("host-local", "start and end at network and broadcast", Ipam("\"ranges\": [[{\"subnet\": \"10.1.2.0/30\", \"rangeStart\": \"10.1.2.0\", \"rangeEnd\": \"10.1.2.3\"}]]"))
            .Add("c1").Add("c2").Add("c3").Add("c4").Fails(999),
        new Case("host-local", "a set of ranges fills in order", Ipam("\"ranges\": [[{\"subnet\": \"10.1.2.0/30\"}, {\"subnet\": \"10.1.3.0/30\"}]]")).Add("c1").Add("c2").Add("c3").Fails(999).Del("c1").Add("c3"),
        .. Refused.Select(static refused => new Case("host-local", $"refuses {refused.What}", Ipam(refused.Fields)).Add().Fails(999, refused.Text).Del().Fails(999, refused.Text)),
        new Case("host-local", "refuses a configuration without ipam", Network("host-local", null, null, "1.0.0", "net1")).Add().Fails(999, "IPAM config missing 'ipam' key"),
        new Case("host-local", "two sets of a family are too many for 0.2.0", Ipam("\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"10.3.0.0/16\"}]]", version: "0.2.0"))
            .Add().Fails(999, "CNI version 0.2.0 does not support more than 1 address per family").Del().Fails(999),
        new Case("host-local", "a set of each family for 0.2.0", Ipam("\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"2001:db8:1::/64\"}]]", version: "0.2.0")).Add().Del(),
        new Case("host-local", "STATUS with free addresses and without", Ipam("\"ranges\": [[{\"subnet\": \"10.1.2.0/30\"}]]", version: "1.1.0"))
            .Call(new Step(StepKind.Plugin, "STATUS") { Id = null, Pod = null, IfName = null }).Add()
            .Call(new Step(StepKind.Plugin, "STATUS") { Id = null, Pod = null, IfName = null }).Fails(50).Del().OursAlone("1.1.1 knows no STATUS"),
        new Case("host-local", "GC keeps the valid and frees the others", Ipam("\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}]]", version: "1.1.0")).Add("c1").Add("c2")
            .Call(new Step(StepKind.Plugin, "GC") { Id = null, Pod = null, IfName = null,
                Config = Ipam("\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}]]", "1.1.0", "\"cni.dev/valid-attachments\": [{\"containerID\": \"c2\", \"ifname\": \"eth0\"}]") })
            .SeesNo("lease/net1/10.1.2.2").Sees("lease/net1/10.1.2.3", "\"c2\\r\\neth0\"").Del("c2").OursAlone("1.1.1 knows no GC, and no reference plugin does it"),
    ];

    private static IEnumerable<(string What, string Fields, string Text)> Refused =>
    [
        ("no ranges", "\"routes\": []", "no IP ranges specified"),
        ("an empty set", "\"ranges\": [[]]", "empty range set"),
        ("two families in a set", "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}, {\"subnet\": \"2001:db8::/64\"}]]", "mixed address families"),
        ("overlap in a set", "\"ranges\": [[{\"subnet\": \"10.1.0.0/16\"}, {\"subnet\": \"10.1.2.0/24\"}]]", "overlap"),
        ("overlap of sets", "\"ranges\": [[{\"subnet\": \"10.1.0.0/16\"}], [{\"subnet\": \"10.1.2.0/24\"}]]", "overlaps with"),
        ("a /31", "\"ranges\": [[{\"subnet\": \"10.1.2.0/31\"}]]", "too small to allocate from"),
        ("host bits", "\"ranges\": [[{\"subnet\": \"10.1.2.1/24\"}]]", "Network has host bits set. For a subnet mask of length 24 the network address is 10.1.2.0"),
        ("a start outside", "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\", \"rangeStart\": \"10.1.3.1\"}]]", "RangeStart 10.1.3.1 not in network 10.1.2.0/24"),
        ("an end outside", "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\", \"rangeEnd\": \"10.1.3.1\"}]]", "RangeEnd 10.1.3.1 not in network 10.1.2.0/24"),
    ];
}
