using Dataplane.TestKit;
using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>Ours and the reference on one node: foreign IPAM, switching there and back; and the examples as they are.</summary>
internal static class MixedCases
{
    private const string Both = "$OURS:$REFERENCE";
    private const string Static = """
        {"type": "static", "addresses": [{"address": "10.1.2.33/24", "gateway": "10.1.2.1"}, {"address": "2001:db8:1::33/64"}], "routes": [{"dst": "0.0.0.0/0"}], "dns": {"nameservers": ["192.0.2.53"]}}
        """;

    public static IEnumerable<Case> All =>
    [
        new Case("bridge", "addresses of the reference's static", Bridge("\"isGateway\": true", Static)).Add(path: Both).Check(path: Both).Del(path: Both)
            .Differs("stdout", "IPAM's dns stays without the configuration's, as with later reference plugins; 1.1.1 drops it"),
        new Case("ptp", "addresses of the reference's static", Ptp(null, """{"type": "static", "addresses": [{"address": "10.1.2.33/24", "gateway": "10.1.2.1"}]}""")).Add(path: Both).Check(path: Both).Del(path: Both),
        new Case("bridge", "static fails", Bridge(null, "{\"type\": \"static\", \"addresses\": [{\"address\": \"10.1.2.33\"}]}"))
            .Add(path: Both).Fails(999, leavesNothing: true),
        new Case("bridge", "static without addresses", Bridge(null, "{\"type\": \"static\"}")).Add(path: Both).Fails(999, "IPAM plugin returned missing IP config", leavesNothing: true),
        new Case("bridge", "addresses of the reference's host-local", Bridge("\"isGateway\": true")).Add(path: "$REFERENCE").Check(path: "$REFERENCE").Del(path: "$REFERENCE"),
        new Case("bridge", "addresses of our host-local", Bridge("\"isGateway\": true")).Add(path: "$OURS").Check(path: "$OURS").Del(path: "$OURS"),
        new Case("bridge", "a node changes its host-local while containers run", Bridge("\"isGateway\": true"))
            .Add("c1", 1, path: "$REFERENCE").Add("c2", 2, path: "$OURS").Check("c1", 1, path: "$OURS").Del("c1", 1, path: "$OURS").Check("c2", 2, path: "$REFERENCE").Del("c2", 2, path: "$REFERENCE"),
        .. Examples("bridge", "10-mynet.conf"),
        .. Examples("bridge", "10-mynet-runtime.conf"),
        .. Examples("bridge", "30-mybridge.conf"),
        .. Examples("bridge", "mynet-hairpin.conf"),
        .. Examples("ptp", "ptp.conf"),
        .. Examples("loopback", "99-loopback.conf"),
        .. Examples("host-local", "host-local-v4.conf"),
        .. Examples("host-local", "host-local-v6.conf"),
    ];

    private static IEnumerable<Case> Examples(string plugin, string file)
    {
        string config = File.ReadAllText(Path.Combine(Repository.Root, "examples", file));
        Case example = new Case(plugin, $"examples/{file}, two containers", config).InItsOwnDirectories().Add("c1", 1).Add("c2", 2).Del("c1", 1).Del("c2", 2).Del("c2", 2);
        yield return plugin != "loopback" ? example
            : example.Differs("stdout*", ProtocolCases.LoopbackShape).Differs("result/*", ProtocolCases.LoopbackShape);
    }
}
