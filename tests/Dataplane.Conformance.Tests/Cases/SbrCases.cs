using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>sbr behind bridge and ptp: where the routes of the interface are afterwards. What later references do is in the cases of ours alone.</summary>
internal static class SbrCases
{
    private const string Later = "fixed tables, gateways and source hints came after 1.1.1";
    private const string Back = "DEL gives the main table the interface's routes back; the reference leaves them in a table that nothing leads to";
    private const string Default = "\"routes\": [{\"dst\": \"0.0.0.0/0\"}]";

    public static IEnumerable<Case> All =>
    [
        Chain("one address", Ipam("10.1.2.0/24")).Check().Del().Differs("pod1/route4/*", Back).Delete(),
        Chain("one address with a default route", Ipam("10.1.2.0/24", Default)).Del().Differs("pod1/route4/*", Back).Delete(),
        Chain("an IPv6 address", Ipam("2001:db8:1::/64", "\"routes\": [{\"dst\": \"::/0\"}]")).Sees("pod1/sysctl/net/ipv6/conf/eth0/disable_ipv6", "0").Delete(),
        Chain("behind ptp", Ipam("10.1.2.0/24", Default), main: "ptp").Delete("ptp"),
        .. new[] { "0.3.0", "0.3.1", "0.4.0", "1.0.0" }.Select(static version => Chain($"the result, in {version}", Ipam("10.1.2.0/24"), version: version).Delete()),
        new Case("sbr", "without a previous result", Sbr(null)).Add().Fails(999, "This plugin must be called as chained plugin"),
        new Case("sbr", "a previous result without addresses", Sbr("\"prevResult\": {\"cniVersion\": \"1.0.0\", \"interfaces\": [{\"name\": \"eth0\"}]}")).Add().Fails(999, "No IP addresses supplied on interface: eth0"),
        new Case("sbr", "an interface that is missing", Sbr("\"prevResult\": {\"cniVersion\": \"1.0.0\", \"ips\": [{\"address\": \"10.1.2.9/24\"}]}"))
            .Add().Fails(999, "Cannot find network interface eth0: Link not found"),
        Chain("two addresses, a table each", Ipam2()).InPod(1, "sh", "-c", Expect("ip rule", "from 10.1.2.2 lookup 100", "from 10.3.0.2 lookup 101"))
            .InPod(1, "sh", "-c", Expect("ip route show table 100", "default via 10.1.2.1 dev eth0", "10.1.2.0/24 dev eth0"))
            .InPod(1, "sh", "-c", Expect("ip route show table 101", "default via 10.3.0.1 dev eth0", "10.3.0.0/16 dev eth0"))
            .InPod(1, "sh", "-c", "test -z \"$(ip route show)\"").Check().Del().InPod(1, "sh", "-c", "! ip rule | grep -q 10.1.2.2").InPod(1, "sh", "-c", Expect("ip route", "10.1.2.0/24 dev eth0", "10.3.0.0/16 dev eth0"))
            .Delete().OursAlone(Back),
        Chain("tables in use are passed over", Ipam("10.1.2.0/24"), before: ["ip", "rule", "add", "from", "192.0.2.1", "lookup", "100"])
            .InPod(1, "sh", "-c", Expect("ip rule", "from 10.1.2.2 lookup 101")).Delete(),
        Chain("a table that somebody else fills", Ipam("10.1.2.0/24", Default), "\"table\": 7").InPod(1, "sh", "-c", Expect("ip rule", "from 10.1.2.2 lookup 7"))
            .InPod(1, "sh", "-c", Expect("ip route", "default via 10.1.2.1", "10.1.2.0/24 dev eth0")).Check().Del().InPod(1, "sh", "-c", "! ip rule | grep -q 10.1.2.2").Delete().OursAlone(Later),
        Chain("a gateway of the configuration", Ipam("10.1.2.0/24"), "\"gateways\": [\"10.1.2.77\", \"2001:db8::1\"]")
            .InPod(1, "sh", "-c", Expect("ip route show table 100", "default via 10.1.2.77")).Delete().OursAlone(Later),
        Chain("source hints", Ipam("10.1.2.0/24", Default), "\"addSourceHints\": true").InPod(1, "sh", "-c", Expect("ip route", "10.1.2.0/24 dev eth0 .*src 10.1.2.2"))
            .InPod(1, "sh", "-c", "! ip route | grep -q default").InPod(1, "sh", "-c", Expect("ip route show table 100", "default via 10.1.2.1", "10.1.2.0/24")).Delete().OursAlone(Later),
        Chain("ADD twice", Ipam("10.1.2.0/24", Default)).Next().InPod(1, "sh", "-c", "test $(ip rule | grep -c 10.1.2.2) = 1").InPod(1, "sh", "-c", Expect("ip route show table 100", "default via 10.1.2.1")).Delete()
            .OursAlone("the reference adds a second rule"),
        Chain("CHECK finds a rule gone", Ipam("10.1.2.0/24")).InPod(1, "ip", "rule", "delete", "from", "10.1.2.2").Check().Fails(999, "packets from 10.1.2.2 are not routed by a table of their own").Delete()
            .OursAlone("the reference's CHECK looks at nothing"),
        Chain("DEL without a namespace", Ipam("10.1.2.0/24")).Del(pod: null).Delete().OursAlone("the reference fails"),
        Chain("DEL after the main plugin's", Ipam("10.1.2.0/24")).Delete().Del().OursAlone("the reference fails"),
        new Case("sbr", "DEL of what was never added", Sbr(null)).Del().OursAlone("the reference fails"),
        .. Wrong("too many gateways", "\"gateways\": [\"10.0.0.1\", \"10.0.0.2\", \"10.0.0.3\"]", "gateways list cannot contain more than 2 entries"),
        .. Wrong("two IPv4 gateways", "\"gateways\": [\"10.0.0.1\", \"10.0.0.2\"]", "gateways list contains multiple IPv4 addresses: 10.0.0.1 and 10.0.0.2"),
        .. Wrong("a gateway that is none", "\"gateways\": [\"ten\"]", "invalid static gateway IP address: ten"),
        .. Wrong("a table of another type", "\"table\": \"main\"", "json: cannot unmarshal string into Go struct field"),
        .. Wrong("a negative table", "\"table\": -1", "\\\"table\\\" is -1"),
        Chain("STATUS and GC", Ipam("10.1.2.0/24"), version: "1.1.0").Call(Whole("STATUS")).Call(Whole("GC")).Delete().OursAlone("1.1.1 knows neither"),
    ];

    private static Case Chain(string name, string ipam, string? fields = null, string main = "bridge", string version = "1.0.0", string[]? before = null)
    {
        var chain = new Case("sbr", name, Sbr(fields, version));
        chain = before is null ? chain : chain.InPod(1, before);
        return chain.Add(plugin: main, config: First(main, ipam, version)).Next();
    }

    private static Case Delete(this Case given, string main = "bridge") => given.Del(plugin: main, config: First(main, Ipam("10.1.2.0/24"), "1.0.0"));

    private static IEnumerable<Case> Wrong(string name, string fields, string text) =>
        [new Case("sbr", name, Sbr($"{fields}, \"prevResult\": {{\"cniVersion\": \"1.0.0\", \"ips\": [{{\"address\": \"10.1.2.9/24\"}}]}}")).Add().Fails(999, text.Replace("\\\"", "\"", StringComparison.Ordinal)).OursAlone(Later)];

    // Fails unless every expression matches a line.
    private static string Expect(string command, params string[] lines) =>
        string.Join(" && ", lines.Select(line => $"{command} | grep -q '{line}'"));

    private static string First(string plugin, string ipam, string version) => plugin == "bridge" ? Bridge(ipam: ipam, version: version) : Ptp(ipam: ipam, version: version);

    private static string Ipam(string subnet, string? routes = null) => HostLocal($"\"ranges\": [[{{\"subnet\": \"{subnet}\"}}]]{(routes is null ? "" : ", " + routes)}");

    private static string Ipam2() => HostLocal("\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"10.3.0.0/16\"}]]");

    private static Step Whole(string command) => new(StepKind.Plugin, command) { Id = null, Pod = null, IfName = null, Config = Sbr("\"cni.dev/valid-attachments\": []", "1.1.0") };

    private static string Sbr(string? fields, string version = "1.0.0") => Network("sbr", fields, null, version, "net1");
}
