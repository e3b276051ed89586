using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>firewall behind bridge and ptp: its answers, and what of a container's packets passes on a node that forwards nothing.</summary>
internal static class FirewallCases
{
    private const string V4Far = "10.9.3.0/24";
    private const string Gateway = "\"isDefaultGateway\": true";
    private const string Early = "the reference knows 0.4.0 and later";

    public static IEnumerable<Case> All => [.. Answers, .. Errors, .. Traffic, .. Later];

    private static IEnumerable<Case> Answers =>
    [
        .. new[] { "0.4.0", "1.0.0" }.Select(static version => Chain($"the result, in {version}", null, version).Check(config: Firewall(null, version)).Del(config: Firewall(null, version)).Delete(version)),
        Chain("the backend iptables", "\"backend\": \"iptables\", \"iptablesAdminChainName\": \"MINE\", \"firewalldZone\": \"work\"").Check().Del().Delete(),
        Chain("a backend that nobody knows", "\"backend\": \"none of these\"").Check().Del().Delete(),
        Chain("the policy open", "\"ingressPolicy\": \"open\"").Check().Del().Delete(),
        Chain("the policy same-bridge", "\"ingressPolicy\": \"same-bridge\"").Check().Del().Delete(),
        Chain("names in other cases", "\"INGRESSpolicy\": \"open\", \"Backend\": \"iptables\"").Del().Delete(),
        Chain("DEL twice", null).Del().Del().Delete(),
        Chain("DEL without a namespace", null).Del(pod: null).Delete(),
        Chain("DEL after the main plugin's", null).Delete().Del(),
        Chain("DEL without the previous result", null).Call(new Step(StepKind.Plugin, "DEL") { WithoutPrevResult = true }).Delete(),
        new Case("firewall", "DEL of what was never added", Firewall(null)).Del().Del(),
        new Case("firewall", "behind ptp", Firewall("\"ingressPolicy\": \"same-bridge\"")).Add(plugin: "ptp", config: Ptp()).Next().Check().Del().Del(plugin: "ptp", config: Ptp()),
        new Case("firewall", "both families", Firewall(null)).Add(plugin: "bridge", config: Bridge(Gateway, Ranges("10.1.2.0/24", "2001:db8:1::/64"))).Next().Check().Del()
            .Del(plugin: "bridge", config: Bridge(Gateway, Ranges("10.1.2.0/24", "2001:db8:1::/64"))),
    ];

    private static IEnumerable<Case> Errors =>
    [
        new Case("firewall", "without a previous result", Firewall(null)).Add().Fails(999, "missing prevResult from earlier plugin").Check().Fails(999, "missing prevResult from earlier plugin"),
        Chain("a policy that nobody knows", "\"ingressPolicy\": \"x\"").Fails(999, "unknown ingress policy: \"x\"").Delete(),
        Chain("a backend of another type", "\"backend\": 5").Fails(999, "failed to load netconf: json: cannot unmarshal number into Go struct field").Delete(),
        Chain("a policy of another type", "\"ingressPolicy\": []").Fails(999, "failed to load netconf: json: cannot unmarshal array into Go struct field").Delete(),
        Chain("a zone of another type", "\"firewalldZone\": {}").Fails(999, "failed to load netconf: json: cannot unmarshal object into Go struct field").Delete(),
        Chain("a chain's name of another type", "\"iptablesAdminChainName\": true").Fails(999, "failed to load netconf: json: cannot unmarshal bool into Go struct field").Delete(),
        Chain("firewalld where none runs", "\"backend\": \"firewalld\"").Fails(999).Differs("error/msg", "ours says what is missing, not which call failed").Delete(),
    ];

    private static IEnumerable<Case> Traffic =>
    [
        Forward(Two("a node that forwards nothing", null, null)).InPod(1, Pings("10.9.3.2")).InPod(2, Refused("10.1.2.2")).Del().InPod(1, Refused("10.9.3.2")).End(),
        Two("pods of two bridges with same-bridge", "\"ingressPolicy\": \"same-bridge\"", "\"ingressPolicy\": \"same-bridge\"").InPod(1, Refused("10.9.3.2")).InPod(2, Refused("10.1.2.2")).InPod(1, Pings("10.1.2.1")).End(),
        Two("pods of two bridges with open", "\"ingressPolicy\": \"open\"", "\"ingressPolicy\": \"open\"").InPod(1, Pings("10.9.3.2")).InPod(2, Pings("10.1.2.2")).End(),
        Two("a pod with same-bridge and one without", "\"ingressPolicy\": \"same-bridge\"", null).InPod(1, Pings("10.9.3.2")).InPod(2, Pings("10.1.2.2")).End(),
        Same("two pods of one bridge with same-bridge", "\"ingressPolicy\": \"same-bridge\"").InPod(1, Pings("10.1.2.3")).EndSame(),
        Same("two pods of one bridge with isolated", "\"ingressPolicy\": \"isolated\"").InPod(1, Refused("10.1.2.3")).InPod(1, Pings("10.1.2.1")).EndSame().OursAlone(Old),
        Two("pods of two bridges with isolated", "\"ingressPolicy\": \"isolated\"", "\"ingressPolicy\": \"same-bridge\"").InPod(1, Refused("10.9.3.2")).InPod(2, Refused("10.1.2.2")).End().OursAlone(Old),
        Two("a policy goes with its pod", "\"ingressPolicy\": \"same-bridge\"", "\"ingressPolicy\": \"same-bridge\"").Del().InPod(1, Pings("10.9.3.2")).InPod(2, Pings("10.1.2.2")).End()
            .OursAlone("the reference's rules are the bridge's, and stay"),
    ];

    private static IEnumerable<Case> Later =>
    [
        .. new[] { "0.3.0", "0.3.1" }.Select(static version => Chain($"the result, in {version}", null, version).Del(config: Firewall(null, version)).Delete(version).OursAlone(Early)),
        Chain("DEL with a policy that nobody knows", null).Del(config: Firewall("\"ingressPolicy\": \"x\"")).Delete().OursAlone("the reference's DEL fails until the configuration is right"),
        Chain("STATUS and GC", "\"ingressPolicy\": \"isolated\"", "1.1.0").Call(Whole("STATUS", null)).Call(Whole("GC", null)).Check(config: Firewall("\"ingressPolicy\": \"isolated\"", "1.1.0"))
            .Call(Whole("GC", "\"cni.dev/valid-attachments\": [{\"containerID\": \"c1\", \"ifname\": \"eth0\"}]")).Check(config: Firewall("\"ingressPolicy\": \"isolated\"", "1.1.0"))
            .Call(Whole("GC", "\"cni.dev/valid-attachments\": []")).Delete("1.1.0").OursAlone("1.1.1 knows neither"),
        Chain("STATUS without the firewalld that is asked for", null, "1.1.0").Call(Whole("STATUS", "\"backend\": \"firewalld\"")).Fails(50, "firewalld does not run").Delete("1.1.0").OursAlone("1.1.1 knows no STATUS"),
        Chain("CHECK of another policy", "\"ingressPolicy\": \"isolated\"").Check(config: Firewall("\"ingressPolicy\": \"same-bridge\"")).Fails(999, "has the policy \"allow,isolated\"").Del().Delete()
            .OursAlone("the reference does not look at it"),
    ];

    /// <summary>bridge, then firewall with what bridge answered.</summary>
    private static Case Chain(string name, string? fields, string version = "1.0.0") =>
        new Case("firewall", name, Firewall(fields, version)).Add(plugin: "bridge", config: Bridge(Gateway, version: version)).Next();

    /// <summary>A pod of br0 with the plugin, and one of br1; with it too when it says something.</summary>
    private static Case Two(string name, string? fields, string? others)
    {
        Case given = new Case("firewall", name, Firewall(fields)).Add(plugin: "bridge", config: Bridge(Gateway)).Next()
            .Add(id: "c2", pod: 2, plugin: "bridge", config: Far);
        return others is null ? given : given.Next(id: "c2", pod: 2, config: Firewall(others, name: "net2"));
    }

    private static Case Same(string name, string fields) => new Case("firewall", name, Firewall(fields))
        .Add(plugin: "bridge", config: Bridge(Gateway)).Next().Add(id: "c2", pod: 2, plugin: "bridge", config: Bridge(Gateway)).Next(id: "c2", pod: 2);

    private static Case Forward(Case given) => given.Host("iptables", "-w", "-P", "FORWARD", "DROP");

    private static Case End(this Case given) => given.Del(plugin: "bridge", config: Bridge(Gateway)).Del(id: "c2", pod: 2, plugin: "bridge", config: Far);

    private static Case EndSame(this Case given) => given.Del(plugin: "bridge", config: Bridge(Gateway)).Del(id: "c2", pod: 2, plugin: "bridge", config: Bridge(Gateway));

    private static Case Delete(this Case given, string version = "1.0.0") => given.Del(plugin: "bridge", config: Bridge(Gateway, version: version));

    private static string[] Pings(string to) => ["ping", "-n", "-q", "-c", "1", "-W", "5", to];

    private static string[] Refused(string to) => ["sh", "-c", $"! ping -n -q -c 2 -i 0.2 -W 1 {to}"];

    private static string Far => Bridge(Gateway, Ranges(V4Far), name: "net2", bridge: "br1");

    private static Step Whole(string command, string? fields) => new(StepKind.Plugin, command) { Id = null, Pod = null, IfName = null, Config = Firewall(fields, "1.1.0") };

    private static string Firewall(string? fields, string version = "1.0.0", string name = "net1") => Network("firewall", fields, null, version, name);
}
