using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>Wrong and hostile input, and every version of the protocol.</summary>
internal static class ProtocolCases
{
    private static readonly string[] s_versions = ["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0"];

    internal const string LoopbackShape = "1.1.1 prints the 1.0.0 form under the older version's name";

    public static IEnumerable<Case> All =>
    [
        .. s_versions.SelectMany(static version => (IEnumerable<Case>)
        [
            Life(new Case("bridge", $"result of {version}", Bridge("\"isDefaultGateway\": true", Ranges(V4, V6), version)), version),
            Life(new Case("ptp", $"result of {version}", Ptp(null, Ranges(V4, V6), version)), version),
            Life(new Case("host-local", $"result of {version}", Ipam("\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"2001:db8:1::/64\"}]], \"routes\": [{\"dst\": \"0.0.0.0/0\"}, {\"dst\": \"::/0\"}]", version)), version),
            Loopback(Life(new Case("loopback", $"result of {version}", Network("loopback", null, null, version, "lo")), version), version),
        ]),
        new Case("bridge", "without cniVersion it is 0.1.0", """
            {"name": "net1", "type": "bridge", "bridge": "br0", "ipam": {"type": "host-local", "dataDir": "$DATA", "subnet": "10.1.2.0/24"}}
            """).Add().Del(),
        new Case("bridge", "no IPAM has no result in 0.2.0", Bridge(null, ipam: null, version: "0.2.0")).Add().Fails(999, "cannot convert: no valid IP addresses", leavesNothing: true).Del(),
        new Case("bridge", "CHECK before 0.4.0", Bridge(version: "0.3.1")).Add().Check().Fails(1, "config version does not allow CHECK").Del(),
        new Case("bridge", "a version of tomorrow", Bridge(version: "9.9.9")).Add().Fails(1, "incompatible CNI versions").Del().Fails(1).Check().Fails(1),
        new Case("bridge", "a version that is none", Bridge(version: "one")).Add().Fails(1, "incompatible CNI versions").Check().Fails(6),
        new Case("bridge", "a version of another type", """{"cniVersion": 1, "name": "net1", "type": "bridge"}""").Add().Fails(6),
        new Case("bridge", "STATUS before 1.1.0", Bridge()).Call(new Step(StepKind.Plugin, "STATUS") { Id = null, Pod = null, IfName = null })
            .Fails(1, "config version does not allow STATUS").OursAlone("1.1.1 knows no STATUS"),
        new Case("bridge", "GC before 1.1.0", Bridge()).Call(new Step(StepKind.Plugin, "GC") { Id = null, Pod = null, IfName = null })
            .Fails(1, "config version does not allow GC").OursAlone("1.1.1 knows no GC"),

        new Case("bridge", "no input", "").Add().Fails(6).Del().Fails(6),
        new Case("bridge", "half an object", "{\"cniVersion\": \"1.0.0\", \"name\": \"net1\"").Add().Fails(6).Del().Fails(6),
        new Case("bridge", "no object", "[1, 2]").Add().Fails(6),
        new Case("bridge", "something after the object", "{\"cniVersion\": \"1.0.0\", \"name\": \"net1\"} x").Add().Fails(6),
        new Case("bridge", "no name", "{\"cniVersion\": \"1.0.0\", \"type\": \"bridge\"}").Add().Fails(7, "missing network name").Del().Fails(7),
        new Case("bridge", "a name of another type", "{\"cniVersion\": \"1.0.0\", \"name\": 5, \"type\": \"bridge\"}").Add().Fails(6),
        new Case("bridge", "a name that climbs", Bridge(name: "../../etc")).Add().Fails(7, "invalid characters found in network name").Del().Fails(7),
        new Case("host-local", "a name that climbs", Network("host-local", null, Ranges(V4), "1.0.0", "../x")).Add().Fails(7, "invalid characters found in network name"),
        new Case("bridge", "mtu of another type", Bridge("\"mtu\": \"big\"")).Add().Fails(999),
        new Case("bridge", "mtu that is no integer", Bridge("\"mtu\": 1400.5")).Add().Fails(999),
        new Case("bridge", "isGateway of another type", Bridge("\"isGateway\": \"yes\"")).Add().Fails(999).Del().Fails(999),
        new Case("bridge", "ipam of another type", Bridge(null, ipam: "\"host-local\"")).Add().Fails(6)
            .Differs("error/code", "the specification's code for content that cannot be decoded"),
        new Case("bridge", "an IPAM plugin that is missing", Bridge(null, ipam: "{\"type\": \"not-there\"}")).Add().Fails(999, "failed to find plugin \"not-there\" in path", leavesNothing: true).Del().Fails(999),
        new Case("bridge", "an IPAM type with a slash", Bridge(null, ipam: "{\"type\": \"../bin/sh\"}")).Add().Fails(999, "invalid plugin name: ../bin/sh", leavesNothing: true),
        new Case("ptp", "no IPAM", Ptp(null, ipam: null)).Add().Fails(999, "no plugin name provided"),
        new Case("ptp", "IPAM refuses", Ptp(null, HostLocal("\"ranges\": [[]]"))).Add().Fails(999, "empty range set", leavesNothing: true),
        new Case("bridge", "IPAM refuses", Bridge(null, HostLocal("\"ranges\": [[]]"))).Add().Fails(999, "empty range set", leavesNothing: true),
        new Case("bridge", "a MAC that is none", Bridge()).Add(args: "MAC=nonsense").Fails(999, leavesNothing: true),

        Env("all are missing", new Step(StepKind.Plugin, "ADD") { Id = null, Pod = null, IfName = null, WithoutPath = true })
            .Fails(4, "required env variables [CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME,CNI_PATH] missing"),
        Env("the container ID is missing", new Step(StepKind.Plugin, "ADD") { Id = null }).Fails(4, "required env variables [CNI_CONTAINERID] missing"),
        Env("the namespace is missing", new Step(StepKind.Plugin, "ADD") { Pod = null }).Fails(4, "required env variables [CNI_NETNS] missing"),
        Env("the interface is missing", new Step(StepKind.Plugin, "ADD") { IfName = null }).Fails(4, "required env variables [CNI_IFNAME] missing"),
        Env("the path is missing", new Step(StepKind.Plugin, "ADD") { WithoutPath = true }).Fails(4, "required env variables [CNI_PATH] missing"),
        Env("DEL needs no namespace, but an interface", new Step(StepKind.Plugin, "DEL") { Pod = null, IfName = null }).Fails(4, "required env variables [CNI_IFNAME] missing"),
        Env("an empty value is a missing one", new Step(StepKind.Plugin, "ADD") { Id = "" }).Fails(4, "required env variables [CNI_CONTAINERID] missing"),
        Env("an unknown command", new Step(StepKind.Plugin, "NOPE")).Fails(4, "unknown CNI_COMMAND: NOPE"),
        Env("a command in lower case", new Step(StepKind.Plugin, "add")).Fails(4, "unknown CNI_COMMAND: add"),
        Env("a container ID that climbs", new Step(StepKind.Plugin, "ADD") { Id = "../../x" }).Fails(4, "invalid characters in containerID"),
        Env("a container ID with a blank", new Step(StepKind.Plugin, "DEL") { Id = "a b" }).Fails(4, "invalid characters in containerID"),
        Env("an interface name of 16 bytes", new Step(StepKind.Plugin, "ADD") { IfName = "abcdefghijklmnop" }).Fails(4, "interface name is too long"),
        Env("an interface name of 15 bytes", new Step(StepKind.Plugin, "ADD") { IfName = "abcdefghijklmno" }),
        Env("an interface that climbs", new Step(StepKind.Plugin, "ADD") { IfName = "../x" }).Fails(4, "interface name contains / or : or whitespace characters"),
        Env("an interface with a colon", new Step(StepKind.Plugin, "ADD") { IfName = "eth0:1" }).Fails(4, "interface name contains / or : or whitespace characters"),
        Env("the interface ..", new Step(StepKind.Plugin, "ADD") { IfName = ".." }).Fails(4, "interface name is . or .."),
        Env("a long container ID", new Step(StepKind.Plugin, "ADD") { Id = new string('a', 200) }),
        Env("a namespace that is absent", new Step(StepKind.Plugin, "ADD") { Netns = "/run/netns/dptest-not-there" }).Fails(999, "failed to open netns", leavesNothing: true),
        Env("a namespace that is a regular file", new Step(StepKind.Plugin, "ADD") { Netns = "/etc/passwd" }).Fails(999, "unknown FS magic on \"/etc/passwd\"", leavesNothing: true),
        Env("DEL with a regular file as namespace", new Step(StepKind.Plugin, "DEL") { Netns = "/etc/passwd" })
            .Differs("exit", BadNamespace).Differs("error/code", BadNamespace).Differs("stdout", BadNamespace),
        new Case("ptp", "a namespace that is absent", Ptp()).Call(new Step(StepKind.Plugin, "ADD") { Netns = "/run/netns/dptest-not-there" }).Fails(999, "failed to open netns", leavesNothing: true),
        new Case("bridge", "VERSION needs neither input nor variables", "").Call(new Step(StepKind.Plugin, "VERSION") { Id = null, Pod = null, IfName = null, WithoutPath = true })
            .Sees("stdout/text", "{\"cniVersion\":\"1.1.0\",\"supportedVersions\":[\"0.1.0\",\"0.2.0\",\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}\n")
            .Differs("stdout*", "1.1.1 knows versions up to 1.0.0"),
        new Case("host-local", "no command says what this is", "").Call(new Step(StepKind.Plugin, null) { Id = null, Pod = null, IfName = null, WithoutPath = true }).Sees("stdout", ""),
    ];

    private const string BadNamespace = "DEL completes whatever CNI_NETNS is: a name that outlived a reboot as an empty file must not keep a pod";

    private static Case Loopback(Case of, string version) => version == "1.0.0" ? of
        : of.Differs("stdout*", LoopbackShape) is var given && string.CompareOrdinal(version, "0.3.0") < 0 ? given.Differs("result/*", LoopbackShape) : given;

    private static Case Life(Case of, string version) =>
        string.CompareOrdinal(version, "0.4.0") >= 0 ? of.Add().Check().Del() : of.Add().Del();

    private static Case Env(string name, Step step) => new Case("bridge", name, Bridge()).Call(step);
}
