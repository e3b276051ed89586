using System.Text.Json.Nodes;
using Dataplane.TestKit;
using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>portmap behind bridge: every field of its configuration. What packets meet is in the tests of nodes.</summary>
internal static class PortmapCases
{
    private const string NoSilence = "ours refuses what the reference passes over without a word: the port would not work";
    private const string OneOwner = "the port of a living container is refused; the reference leaves it to chance which rule is first";
    private const string OneFamily = "1.1.1 looks for the rules of one family in the other one's table, too, and finds none";
    private const string Tcp = """{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}""";
    private const string Udp = """{"hostPort": 5353, "containerPort": 53, "protocol": "udp"}""";

    public static IEnumerable<Case> All =>
    [
        Chain("a port of each protocol", null, Tcp, Udp, """{"hostPort": 9, "containerPort": 9, "protocol": "sctp"}""").Del().Del(),
        Chain("CHECK", null, Tcp).Check().Del()
            .Differs("exit", OneFamily).Differs("error/code", OneFamily).Differs("stdout", OneFamily),
        Chain("hostIP of either family, of none and of both", null,
            Tcp, """{"hostPort": 1, "containerPort": 2, "protocol": "tcp", "hostIP": "192.0.2.1"}""",
            """{"hostPort": 3, "containerPort": 4, "protocol": "tcp", "hostIP": "0.0.0.0"}""",
            """{"hostPort": 5, "containerPort": 6, "protocol": "tcp", "hostIP": "2001:db8::1"}""",
            """{"hostPort": 7, "containerPort": 8, "protocol": "tcp", "hostIP": "::"}""").Del(),
        Chain("snat false", "\"snat\": false", Tcp).Del(),
        Chain("masqAll", "\"masqAll\": true", Tcp).Del(),
        Chain("markMasqBit", "\"markMasqBit\": 5", Tcp).Del(),
        Chain("externalSetMarkChain", "\"externalSetMarkChain\": \"KUBE-MARK-MASQ\"", host: ["iptables", "-t", "nat", "-N", "KUBE-MARK-MASQ"], Tcp).Del(),
        Chain("conditions of iptables", "\"conditionsV4\": [\"!\", \"-d\", \"192.0.2.0/24\", \"-s\", \"198.51.100.0/24\"]", Tcp).Del(),
        Chain("two mappings of one port", null, Tcp, """{"hostPort": 8080, "containerPort": 81, "protocol": "tcp"}""").Del(),
        Chain("keys in other cases", "\"SNAT\": false", """{"HostPort": 8080, "CONTAINERPORT": 80, "Protocol": "tcp", "hostip": ""}""").Del(),
        Chain("nulls are defaults", "\"snat\": null, \"markMasqBit\": null, \"conditionsV4\": null, \"externalSetMarkChain\": null", Tcp).Del(),
        Chain("no mapping, no work", null).Check().Del(),
        Chain("DEL without runtimeConfig and prevResult", null, Tcp).Call(new Step(StepKind.Plugin, "DEL") { Config = Portmap(null, null, []), WithoutPrevResult = true }),
        Chain("DEL without a namespace", null, Tcp).Del(pod: null),
        new Case("portmap", "DEL of what was never added", Portmap(null, null, [Tcp])).Del().Del(),
        Chain("ADD twice", null, Tcp).Add().Del(),
        .. Versions.Select(static version => new Case("portmap", $"the previous result, in {version}", Portmap(null, Results.Of(version), [], version)).Add()),

        .. Errors,
        .. OwnRules,
        Example("30-mybridge-portmap.conflist", "10.20.0.2/16"),
        Example("mynet-portmap.conflist", "10.244.10.2/24"),
    ];

    private static string[] Versions => ["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0"];

    private static IEnumerable<Case> Errors =>
    [
        new Case("portmap", "without a previous result", Portmap(null, null, [Tcp])).Add().Fails(999, "must be called as chained plugin").Check().Fails(999, "Required prevResult missing"),
        new Case("portmap", "without a previous result and without mappings", Portmap(null, null, [])).Add().Fails(999, "must be called as chained plugin"),
        Wrong("no host port", null, """{"containerPort": 80, "protocol": "tcp"}""", "failed to parse config: Invalid host port number: 0"),
        Wrong("no container port", null, """{"hostPort": 80, "protocol": "tcp"}""", "failed to parse config: Invalid container port number: 0"),
        Wrong("a negative port", null, """{"hostPort": -80, "containerPort": 80, "protocol": "tcp"}""", "failed to parse config: Invalid host port number: -80"),
        Wrong("two ways to mark", "\"markMasqBit\": 5, \"externalSetMarkChain\": \"X\"", Tcp, "failed to parse config: Cannot specify externalSetMarkChain and markMasqBit"),
        Wrong("a mark beyond 31", "\"markMasqBit\": 32", Tcp, "failed to parse config: MasqMarkBit must be between 0 and 31"),
        Wrong("a negative mark", "\"markMasqBit\": -1", Tcp, "failed to parse config: MasqMarkBit must be between 0 and 31"),
        Wrong("snat of another type", "\"snat\": \"yes\"", Tcp, "failed to parse config: failed to parse network configuration: json: cannot unmarshal string into Go struct field"),
        Wrong("a port of another type", null, """{"hostPort": "80", "containerPort": 80, "protocol": "tcp"}""", "failed to parse config: failed to parse network configuration: json: cannot unmarshal string into Go struct field"),
        new Case("portmap", "a previous result of another version", Portmap(null, Results.Of("0.4.0"), [Tcp], "1.0.0")).Add().Fails(999, "failed to parse config: could not parse prevResult: "),
        new Case("portmap", "CHECK words errors without the prefix", Portmap(null, Results.Of("1.0.0"), ["""{"containerPort": 80}"""])).Check().Fails(999, "Invalid host port number: 0"),
    ];

    private static IEnumerable<Case> OwnRules =>
    [
        Chain("a port beyond 65535", null, """{"hostPort": 65536, "containerPort": 80, "protocol": "tcp"}""").Fails(999, "Invalid host port number: 65536")
            .Differs("error/msg", "the reference quotes iptables"),
        Chain("another protocol", null, """{"hostPort": 80, "containerPort": 80, "protocol": "icmp"}""").Fails(999, "Invalid protocol \"icmp\" of host port 80: tcp, udp or sctp")
            .Differs("error/msg", "the reference quotes iptables"),
        Chain("a hostIP that is none", null, """{"hostPort": 80, "containerPort": 80, "protocol": "tcp", "hostIP": "localhost"}""").Fails(999, "Invalid hostIP \"localhost\"")
            .Refused(NoSilence),
        Chain("SCTP to another port", null, """{"hostPort": 9, "containerPort": 10, "protocol": "sctp"}""").Fails(999, "the checksum of SCTP covers the ports")
            .Refused("the checksum of SCTP is over the whole packet"),
        Chain("conditions that are no plain match", "\"conditionsV4\": [\"-m\", \"addrtype\", \"--src-type\", \"UNICAST\"]", Tcp)
            .Fails(2, "supported are one source, one destination and one interface")
            .Refused("a condition that a row cannot hold needs a rule"),
        Chain("a second container with the port", null, Tcp).Add("c2", 2, plugin: "bridge", config: Bridge("\"isGateway\": true"))
            .Add("c2", 2).Fails(999, "hostPort 8080/tcp is in use by container c1 (eth0, network net1)").Del("c2", 2).Del()
            .Refused(OneOwner),
        Chain("conditions of nft", "\"backend\": \"nftables\", \"conditionsV4\": [\"ip saddr != 10.0.0.0/8\"]", Tcp).Check().Del().OursAlone(Old),
        new Case("portmap", "conditions of the other backend", Portmap("\"backend\": \"nftables\", \"conditionsV4\": [\"-s\", \"10.0.0.1\"]", Results.Of("1.0.0"), [Tcp])).Add()
            .Fails(999, "failed to parse config: nftables backend was requested but configuration contains iptables-specific options [conditionsV4]").OursAlone(Old),
        new Case("portmap", "another backend", Portmap("\"backend\": \"ipset\"", Results.Of("1.0.0"), [Tcp])).Add()
            .Fails(999, "failed to parse config: unrecognized backend \"ipset\"").OursAlone(Old),
    ];

    /// <summary>bridge, then portmap with what bridge answered.</summary>
    private static Case Chain(string name, string? fields, params string[] mappings) => Chain(name, fields, [], mappings);

    private static Case Chain(string name, string? fields, string[] host, params string[] mappings)
    {
        var chain = new Case("portmap", name, Portmap(fields, Results.Of("1.0.0"), mappings));
        _ = host.Length > 0 ? chain.Host(host) : chain;
        return chain.Add(plugin: "bridge", config: Bridge("\"isGateway\": true")).Add();
    }

    private static Case Wrong(string name, string? fields, string mapping, string text) =>
        new Case("portmap", name, Portmap(fields, Results.Of("1.0.0"), [mapping])).Add().Fails(999, text).Del().Fails(999, text);

    /// <summary>Ours fails where the reference succeeds.</summary>
    private static Case Refused(this Case given, string reason) =>
        given.Differs("exit", reason).Differs("error/*", reason).Differs("stdout", reason).Differs("result/*", reason);

    private static string Portmap(string? fields, string? previous, string[] mappings, string version = "1.0.0")
    {
        string runtime = mappings.Length == 0 ? "" : $", \"runtimeConfig\": {{\"portMappings\": [{string.Join(", ", mappings)}]}}";
        return Network("portmap", $"\"capabilities\": {{\"portMappings\": true}}{(fields is null ? "" : ", " + fields)}{runtime}{(previous is null ? "" : ", \"prevResult\": " + previous)}", null, version, "net1");
    }

    /// <summary>The example as libcni hands it out, plugin by plugin.</summary>
    private static Case Example(string file, string address)
    {
        JsonObject list = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "examples", file)))!.AsObject();
        string version = list["cniVersion"]!.GetValue<string>();
        string[] plugins = [.. list["plugins"]!.AsArray().Select(plugin =>
        {
            JsonObject config = plugin!.DeepClone().AsObject();
            config["cniVersion"] = version;
            config["name"] = list["name"]!.GetValue<string>();
            return config.ToJsonString();
        })];
        JsonObject mapped = JsonNode.Parse(plugins[1])!.AsObject();
        mapped["runtimeConfig"] = JsonNode.Parse($$"""{"portMappings": [{{Tcp}}, {{Udp}}]}""");
        mapped["prevResult"] = JsonNode.Parse(Results.WithAddress(version, address));
        return new Case("portmap", $"examples/{file}", mapped.ToJsonString()).InItsOwnDirectories()
            .Add(plugin: "bridge", config: plugins[0]).Add().Del().Del(plugin: "bridge", config: plugins[0]);
    }

    /// <summary>What bridge answers for the first container.</summary>
    private static class Results
    {
        public static string Of(string version) => version is "0.1.0" or "0.2.0"
            ? $$"""{"cniVersion": "{{version}}", "ip4": {"ip": "10.1.2.2/24", "gateway": "10.1.2.1"}, "dns": {} }"""
            : WithAddress(version, "10.1.2.2/24");

        public static string WithAddress(string version, string address)
        {
            string family = version.StartsWith("0.", StringComparison.Ordinal) ? "\"version\": \"4\", " : "";
            return $$"""
                {"cniVersion": "{{version}}", "interfaces": [{"name": "host0"}, {"name": "veth0"}, {"name": "eth0", "sandbox": "/run/netns/pod"}],
                 "ips": [{{{family}}"interface": 2, "address": "{{address}}"}], "routes": [{"dst": "0.0.0.0/0"}], "dns": {"nameservers": ["192.0.2.53"]} }
                """;
        }
    }
}
