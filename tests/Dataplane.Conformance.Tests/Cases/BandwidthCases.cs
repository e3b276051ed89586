using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Dataplane.TestKit;
using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>bandwidth behind bridge: every field of its configuration. How fast packets then are is in the tests of nodes.</summary>
internal static class BandwidthCases
{
    private const string NoIfb = "what a container sends is limited at its own device: there is no IFB, and none in the result";
    private const string Removed = "ours takes the limits away; the reference leaves those of the veth to its end";
    private const string Again = "ADD again replaces what the one before it limited; the reference's adds to it, or fails half way";
    private const string Panic = "the reference crashes";
    private const string Subnets = "the field came with plugins 1.5, and went with 1.6";
    private const string Ingress = "\"ingressRate\": 8000000, \"ingressBurst\": 800000";
    private const string Egress = "\"egressRate\": 16000000, \"egressBurst\": 800000";
    private const string Both = $"{Ingress}, {Egress}";
    private const string Veth = "host/limit/veth(pod1/eth0)";
    private const string Eth0 = "pod1/limit/eth0";
    private const string IngressBucket = "1000000 byte/s, burst 100000, 25000 us";
    private const string EgressBucket = "2000000 byte/s, burst 100000, 25000 us";

    private static readonly string s_ifb = "bwp" + Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes("net1c1")))[..12];

    public static IEnumerable<Case> All =>
    [
        .. Limits,
        .. Precedence,
        .. Removal,
        .. Errors,
        .. OwnRules,
        Example(),
    ];

    private static IEnumerable<Case> Limits =>
    [
        Chain("towards the container", Ingress).Sees(Veth, IngressBucket).Check().Delete(),
        Chain("from the container", Egress).Sees(Eth0, EgressBucket).SeesNo(Veth).Check().Delete().WithoutIfb(),
        Chain("both directions", Both).Sees(Veth, IngressBucket).Sees(Eth0, EgressBucket).Check().Delete().WithoutIfb(),
        Chain("keys in other cases", "\"INGRESSrate\": 8000000, \"ingressburst\": 800000").Sees(Veth, IngressBucket).Delete(),
        .. new[] { "0.3.0", "0.3.1", "0.4.0", "1.0.0" }.Select(static version => Chain($"the result, in {version}", Ingress, version).Delete()),
        .. new[] { "0.3.0", "0.4.0", "1.0.0" }.Select(static version => Chain($"no limit, no work, in {version}", null, version).SeesNo(Veth)),
        Chain("CHECK finds another rate", Ingress).Call(Changed("CHECK", Ingress.Replace("8000000", "16000000", StringComparison.Ordinal)))
            .Fails(999).Differs("error/msg", "worded otherwise"),
    ];

    private static IEnumerable<Case> Precedence =>
    [
        Chain("limits of the runtime", Runtime(Ingress)).Sees(Veth, IngressBucket).Delete(),
        Chain("limits of the runtime, keys in other cases", $"\"RuntimeConfig\": {{\"bandWidth\": {{{Ingress}}}}}").Sees(Veth, IngressBucket),
        Chain("written limits win", $"{Ingress}, {Runtime(Egress)}").Sees(Veth, IngressBucket).SeesNo(Eth0),
        Chain("a written null wins", $"\"egressBurst\": null, {Runtime(Ingress)}").SeesNo(Veth).SeesNo(Eth0),
        Chain("a written 0 wins", $"\"egressRate\": 0, \"egressBurst\": 0, {Runtime(Ingress)}").SeesNo(Veth).SeesNo(Eth0),
        Chain("a runtime that says nothing", "\"runtimeConfig\": {\"bandwidth\": null}").SeesNo(Veth),
    ];

    private static IEnumerable<Case> Removal =>
    [
        Chain("DEL, and again", Both).Del().SeesNo(Veth).SeesNo(Eth0).Del().Delete().WithoutIfb().Differs(Veth, Removed),
        Chain("DEL after the main plugin's", Both).Delete().Del().WithoutIfb(),
        Chain("DEL without a namespace", Both).Del(pod: null).SeesNo(Veth).SeesNo(Eth0).WithoutIfb().Differs(Veth, Removed),
        Chain("DEL without limits and the previous result", Both).Call(Changed("DEL", null) with { WithoutPrevResult = true }).SeesNo(Veth).SeesNo(Eth0)
            .WithoutIfb().Differs(Veth, Removed),
        new Case("bandwidth", "DEL of what was never added", Bandwidth(Both)).Del().Del(),
        new Case("bandwidth", "DEL removes the IFB of a reference installation", Bandwidth(Both)).Host("ip", "link", "add", s_ifb, "type", "ifb").Del(pod: null)
            .SeesNo($"host/link/{s_ifb}/kind"),
        Chain("DEL keeps limits of another container", Ingress)
            .Add("c2", 2, plugin: "bridge", config: Bridge()).Next("c2", 2).Del().Sees("host/limit/veth(pod2/eth0)", IngressBucket).Differs(Veth, Removed),
    ];

    private static IEnumerable<Case> Errors =>
    [
        .. Wrong("a rate without a burst", "\"ingressRate\": 8000000", "if rate is set, burst must also be set"),
        .. Wrong("a burst without a rate", "\"egressBurst\": 8000000", "if burst is set, rate must also be set"),
        .. Wrong("a burst of 4 GiB", "\"egressRate\": 8000000, \"egressBurst\": 34359738360", "burst cannot be more than 4GB"),
        .. Wrong("a negative rate", "\"ingressRate\": -1", "failed to parse network configuration: json: cannot unmarshal number -1 into Go struct field"),
        .. Wrong("a rate with a fraction", "\"ingressRate\": 0.5", "failed to parse network configuration: json: cannot unmarshal number 0.5 into Go struct field"),
        .. Wrong("a rate of another type", "\"ingressRate\": \"10M\"", "failed to parse network configuration: json: cannot unmarshal string into Go struct field"),
        Refused("limits of another type", "\"runtimeConfig\": {\"bandwidth\": []}", "failed to parse network configuration: json: cannot unmarshal array into Go struct field"),
        new Case("bandwidth", "without a previous result", Bandwidth(Both)).Add().Fails(999, "must be called as chained plugin").Check().Fails(999, "must be called as a chained plugin"),
        new Case("bandwidth", "a previous result of another version", Bandwidth($"{Both}, {Previous("", "0.4.0")}")).Add().Fails(999, "could not parse prevResult: "),
        new Case("bandwidth", "an old version", Bandwidth(Both, "0.2.0")).Add().Fails(1, "incompatible CNI versions"),
        Peerless("a result without interfaces", "", "eth0", "no interfaces provided"),
        Peerless("a result without the veth", Named("br0"), "eth0", "no veth peer of container interface found in host ns"),
        Peerless("the veth as one of a container", """{"name": "veth9", "sandbox": "/run/netns/pod"}""", "eth0", "no veth peer of container interface found in host ns"),
        Peerless("an interface that is missing", Named("veth9"), "eth1", "container interface eth1 has no veth peer: could not look up \"eth1\": Link not found"),
        Peerless("an interface that is no veth", Named("veth9"), "br9", "container interface br9 has no veth peer: interface \"br9\" was not a veth interface"),
        new Case("bandwidth", "a namespace that is gone", Bandwidth($"{Both}, {Previous(Named("veth9"))}"))
            .Call(new Step(StepKind.Plugin, "ADD") { Netns = "$SCRATCH/none" }).Fails(999, "failed to Statfs \"")
            .Call(new Step(StepKind.Plugin, "CHECK") { Netns = "$SCRATCH/none" }).Fails(999, "failed to Statfs \""),
    ];

    private static IEnumerable<Case> OwnRules =>
    [
        Chain("ADD twice", Ingress).Next().Sees(Veth, IngressBucket).Delete().Replaced(),
        Chain("ADD again with other limits", Ingress).Next(config: Bandwidth(Egress)).SeesNo(Veth).Sees(Eth0, EgressBucket).Delete()
            .WithoutIfb().Differs(Veth, Again),
        new Case("bandwidth", "without a previous result and without limits", Bandwidth(null)).Add().Fails(999, "must be called as chained plugin").OursAlone(Panic),
        Chain("CHECK without limits", null).Check().OursAlone(Panic),
        Chain("unshapedSubnets", $"{Both}, \"unshapedSubnets\": [\"10.0.0.0/8\", \"2001:db8::/32\"]").Check().Del().SeesNo(Veth).SeesNo(Eth0).OursAlone(Subnets),
        Chain("shapedSubnets beside limits of the runtime", $"\"shapedSubnets\": [\"192.0.2.0/24\"], {Runtime(Both)}").Check().Del().SeesNo(Veth).OursAlone(Subnets),
        Refused("subnets of both kinds", $"{Both}, \"unshapedSubnets\": [\"10.0.0.0/8\"], \"shapedSubnets\": [\"192.0.2.0/24\"]",
            "unshapedSubnets and shapedSubnets cannot be both specified, one of them should be discarded").OursAlone(Subnets),
        Refused("a subnet that is none", $"{Both}, \"unshapedSubnets\": [\"10.0.0.0\"]", "bad subnet 10.0.0.0: invalid CIDR address: 10.0.0.0").OursAlone(Subnets),
        new Case("bandwidth", "another engine", Bandwidth($"{Both}, \"dataplane\": {{\"shaper\": \"htb\"}}, {Previous(Named("veth9"))}"))
            .Add().Fails(7, "\"shaper\" is \"htb\": auto, edt or tbf").OursAlone("the object is ours"),
        new Case("bandwidth", "VERSION", Bandwidth(null)).Call(new Step(StepKind.Plugin, "VERSION"))
            .Sees("stdout/text", "{\"cniVersion\":\"1.1.0\",\"supportedVersions\":[\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}\n").OursAlone("1.1.1 ends with 1.0.0"),
        Chain("STATUS and GC", Ingress, "1.1.0").Call(Changed("STATUS", null, "1.1.0")).Call(Changed("GC", "\"cni.dev/valid-attachments\": []", "1.1.0"))
            .SeesNo(Veth).OursAlone("STATUS and GC came with 1.1.0"),
    ];

    /// <summary>bridge, then bandwidth with what bridge answered.</summary>
    private static Case Chain(string name, string? fields, string version = "1.0.0") =>
        new Case("bandwidth", name, Bandwidth(fields, version)).Add(plugin: "bridge", config: Bridge(version: version)).Next();

    private static Case Delete(this Case given) => given.Del(plugin: "bridge", config: Bridge());

    private static Step Changed(string command, string? fields, string version = "1.0.0") => new(StepKind.Plugin, command) { Config = Bandwidth(fields, version) };

    /// <summary>By each of the calls that read the configuration.</summary>
    private static IEnumerable<Case> Wrong(string name, string fields, string text) =>
    [
        Refused(name, fields, text).Check().Fails(999, text).Del().Fails(999, text),
        Refused($"{name}, of the runtime", Runtime(fields), text).Del().Fails(999, text),
    ];

    private static Case Refused(string name, string fields, string text) =>
        new Case("bandwidth", name, Bandwidth($"{fields}, {Previous(Named("veth9"))}")).Add().Fails(999, text);

    /// <summary>ADD and CHECK in a pod with the end of a veth that is not of the result.</summary>
    private static Case Peerless(string name, string interfaces, string ifName, string text) =>
        new Case("bandwidth", name, Bandwidth($"{Both}, {Previous(interfaces)}"))
            .Add(plugin: "bridge", config: Bridge()).InPod(1, "ip", "link", "add", "br9", "type", "bridge")
            .Add(ifName: ifName).Fails(999, text).Check(ifName: ifName).Fails(999, text);

    /// <summary>Everything that an IFB leads to.</summary>
    private static Case WithoutIfb(this Case given) =>
        given.Differs("host/*/bwp*", NoIfb).Differs("host/redirect/*", NoIfb).Differs(Eth0, NoIfb).Differs("result/interfaces/3", NoIfb).Differs("stdout*", NoIfb);

    private static Case Replaced(this Case given) =>
        given.Differs("exit", Again).Differs("error/*", Again).Differs("stdout", Again).Differs("result/*", Again);

    private static string Runtime(string fields) => $"\"runtimeConfig\": {{\"bandwidth\": {{{fields}}}}}";

    private static string Named(string name) => $$"""{"name": "{{name}}"}""";

    private static string Previous(string interfaces, string version = "1.0.0") => $$"""
        "prevResult": {"cniVersion": "{{version}}", "interfaces": [{{interfaces}}]}
        """;

    private static string Bandwidth(string? fields, string version = "1.0.0") =>
        Network("bandwidth", $"\"capabilities\": {{\"bandwidth\": true}}{(fields is null ? "" : ", " + fields)}", null, version, "net1");

    /// <summary>The example as libcni hands it out, plugin by plugin, with limits as a Kubernetes node gives them.</summary>
    private static Case Example()
    {
        JsonObject list = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "examples/bandwidth.conflist")))!.AsObject();
        JsonObject[] plugins = [.. list["plugins"]!.AsArray().Select(plugin =>
        {
            JsonObject config = plugin!.DeepClone().AsObject();
            config["cniVersion"] = list["cniVersion"]!.DeepClone();
            config["name"] = list["name"]!.DeepClone();
            return config;
        })];
        plugins[2]["runtimeConfig"] = JsonNode.Parse($"{{\"bandwidth\": {{{Ingress}}}}}");
        return new Case("bandwidth", "examples/bandwidth.conflist", plugins[2].ToJsonString()).InItsOwnDirectories()
            .Add(plugin: "bridge", config: plugins[0].ToJsonString()).Next(plugin: "portmap", config: plugins[1].ToJsonString()).Next()
            .Sees(Veth, IngressBucket).Check().Del()
            .Del(plugin: "portmap", config: plugins[1].ToJsonString()).Del(plugin: "bridge", config: plugins[0].ToJsonString())
            .OursAlone("bridge of 1.1.1 adds the default route twice, and fails");
    }
}
