using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>static by itself: addresses of the configuration, of CNI_ARGS, of the runtime; what it refuses.</summary>
internal static class StaticCases
{
    private const string One = "\"addresses\": [{\"address\": \"10.1.2.33/24\", \"gateway\": \"10.1.2.1\"}]";
    private const string Two = "\"addresses\": [{\"address\": \"10.1.2.33/24\", \"gateway\": \"10.1.2.1\"}, {\"address\": \"2001:db8:1::33/64\"}]";
    private const string Panic = "the reference crashes";

    public static IEnumerable<Case> All =>
    [
        new Case("static", "addresses, routes, dns", Static($$"""
            {{Two}}, "routes": [{"dst": "0.0.0.0/0"}, {"dst": "192.168.0.0/16", "gw": "10.1.2.9"}, {"dst": "3ffe:ffff:0:01ff::1/64"}],
            "dns": {"nameservers": ["192.0.2.53"], "domain": "example.com", "search": ["a.example"], "options": ["ndots:2"]}
            """)).Add().Check().Del().Del(),
        .. new[] { "0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0" }.Select(static version => new Case("static", $"the result, in {version}", Static(Two, version)).Add().Del()),
        new Case("static", "several gateways of one destination", Static($"{One}, \"routes\": [{{\"dst\": \"0.0.0.0/0\", \"gw\": \"10.1.2.1\"}}, {{\"dst\": \"0.0.0.0/0\", \"gw\": \"10.1.2.2\"}}]")).Add(),
        new Case("static", "host bits of a route stay", Static($"{One}, \"routes\": [{{\"dst\": \"10.9.8.7/8\"}}]")).Add(),
        new Case("static", "names in other cases", Network("static", null, """{"type": "static", "ADDRESSES": [{"address": "10.1.2.33/24", "GateWay": "10.1.2.1"}]}""", "1.0.0", "net1")).Add(),
        new Case("static", "no addresses", Static("\"routes\": []")).Add().Check().Del(),
        new Case("static", "addresses that are null", Static("\"addresses\": null, \"dns\": null")).Add(),
        new Case("static", "an address of CNI_ARGS joins", Static(One)).Add(args: "IP=10.1.2.88/24").Del(args: "IP=10.1.2.88/24"),
        new Case("static", "addresses of CNI_ARGS with gateways", Static("\"routes\": []")).Add(args: "IP=10.10.0.1/24, 11.11.0.1/24;GATEWAY=10.10.0.254,11.11.0.254"),
        new Case("static", "a gateway of CNI_ARGS for a configured address", Static("\"addresses\": [{\"address\": \"10.1.2.33/24\"}]")).Add(args: "GATEWAY=10.1.2.254")
            .Differs("stdout", "a gateway is for every address whose subnet it is in; 1.1.1 leaves out the configuration's own"),
        new Case("static", "a gateway of no subnet", Static(One)).Add(args: "GATEWAY=192.0.2.1"),
        new Case("static", "addresses of args.cni take their place", Static(Two, extra: "\"args\": {\"cni\": {\"ips\": [\"10.6.0.2/24\"]}}")).Add(args: "IP=10.1.2.88/24"),
        new Case("static", "addresses of the runtime take their place", Static(Two, extra: "\"runtimeConfig\": {\"ips\": [\"10.7.0.2/24\", \"3ffe:ffff::2/64\"]}")).Add(),
        new Case("static", "the runtime before args before CNI_ARGS", Static(Two,
            extra: "\"args\": {\"cni\": {\"ips\": [\"10.6.0.2/24\"]}}, \"runtimeConfig\": {\"ips\": [\"10.7.0.2/24\"]}")).Add(args: "IP=10.8.0.2/24"),
        new Case("static", "empty lists say nothing", Static(One, extra: "\"args\": {\"cni\": {\"ips\": []}}, \"runtimeConfig\": {\"ips\": []}")).Add(args: "IP=;GATEWAY="),
        new Case("static", "unknown arguments", Static(One)).Add(args: "FOO=bar").Fails(999, "ARGS: unknown args [\"FOO=bar\"]").Add(args: "IgnoreUnknown=1;K8S_POD_NAME=web"),
        new Case("static", "CHECK of another gateway", Static(One)).Add(config: Static(One))
            .Check(config: Static("\"addresses\": [{\"address\": \"10.1.2.33/24\", \"gateway\": \"10.1.2.7\"}]")).Fails(999, "static: Failed to match addr 10.1.2.33 on interface eth0"),
        new Case("static", "CHECK of an address that is not in the result", Static(One)).Add(config: Static(One)).Check(config: Static("\"addresses\": [{\"address\": \"10.1.2.99/24\"}]")),
        new Case("static", "CHECK without the result", Static(One)).Check().Fails(999, "Required prevResult missing"),
        new Case("static", "DEL with a configuration that is wrong", Static("\"addresses\": [{\"address\": \"ten\"}]")).Del(),
        new Case("static", "without ipam", Network("static", null, null, "1.0.0", "net1")).Add().Fails(999, "IPAM config missing 'ipam' key").Del(),
        new Case("static", "an address without a prefix", Static("\"addresses\": [{\"address\": \"10.1.2.33\"}]")).Add().Fails(999, "the 'address' field is expected to be in CIDR notation, got: '10.1.2.33'"),
        new Case("static", "an address of CNI_ARGS without a prefix", Static(One)).Add(args: "IP=10.1.2.88").Fails(999, "the 'ip' field is expected to be in CIDR notation, got: '10.1.2.88'"),
        new Case("static", "an address of args.cni without a prefix", Static(One, extra: "\"args\": {\"cni\": {\"ips\": [\"10.6.0.2\"]}}"))
            .Add().Fails(999, "an entry in the 'ips' field is NOT in CIDR notation, got: '10.6.0.2'"),
        new Case("static", "an address of the runtime without a prefix", Static(One, extra: "\"runtimeConfig\": {\"ips\": [\"10.7.0.2\"]}"))
            .Add().Fails(999, "an entry in the 'ips' field is NOT in CIDR notation, got: '10.7.0.2'"),
        new Case("static", "a gateway of CNI_ARGS that is none", Static(One)).Add(args: "GATEWAY=ten").Fails(999, "invalid gateway address: ten"),
        new Case("static", "a gateway of the configuration that is none", Static("\"addresses\": [{\"address\": \"10.1.2.33/24\", \"gateway\": \"ten\"}]")).Add().Fails(999, "invalid IP address: ten"),
        new Case("static", "a route that is none", Static($"{One}, \"routes\": [{{\"dst\": \"ten\"}}]")).Add().Fails(999, "invalid CIDR address: ten"),
        new Case("static", "addresses of another type", Static("\"addresses\": \"10.1.2.33/24\"")).Add().Fails(999, "json: cannot unmarshal string into Go struct field"),
        new Case("static", "too many addresses for 0.2.0", Static("\"addresses\": [{\"address\": \"10.1.2.33/24\"}, {\"address\": \"10.1.3.33/24\"}]", "0.2.0"))
            .Add().Fails(999, "CNI version 0.2.0 does not support more than 1 address per family"),
        new Case("static", "a gateway beside an address that is none", Static("\"addresses\": [{\"address\": \"ten\"}]")).Add(args: "GATEWAY=10.1.2.1")
            .Fails(999, "the 'address' field is expected to be in CIDR notation, got: 'ten'").OursAlone(Panic),
        new Case("static", "STATUS and GC", Static(One, "1.1.0")).Call(new Step(StepKind.Plugin, "STATUS") { Id = null, Pod = null, IfName = null })
            .Call(new Step(StepKind.Plugin, "GC") { Id = null, Pod = null, IfName = null }).OursAlone("1.1.1 knows neither"),
        new Case("static", "STATUS of a configuration that ADD refuses", Static("\"addresses\": [{\"address\": \"ten\"}]", "1.1.0"))
            .Call(new Step(StepKind.Plugin, "STATUS") { Id = null, Pod = null, IfName = null }).Fails(999, "got: 'ten'").OursAlone("1.1.1 knows no STATUS"),
        new Case("static", "behind bridge", Bridge("\"isGateway\": true", $"{{\"type\": \"static\", {Two}, \"routes\": [{{\"dst\": \"0.0.0.0/0\"}}]}}")).Add(plugin: "bridge").Call(new Step(StepKind.Plugin, "CHECK") { Plugin = "bridge" }).Del(plugin: "bridge"),
    ];

    private static string Static(string fields, string version = "1.0.0", string? extra = null) =>
        Network("static", extra, $"{{\"type\": \"static\", {fields}}}", version, "net1");
}
