using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>dhcp: leases of dnsmasq by the daemons of both.</summary>
internal static class DhcpCases
{
    private const string Routes = "--dhcp-option=121,0.0.0.0/0,10.1.2.1,10.77.0.0/16,10.1.2.3";
    private const string OnLink = "--dhcp-option=121,10.78.0.0/17,0.0.0.0";
    private const string NotAcquired = "CHECK says that there is no lease; the reference's gets one, for an interface whose address may be another";

    public static IEnumerable<Case> All =>
    [
        .. ((string[])["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0"]).Select(static version =>
            new Case("dhcp", $"behind bridge, version {version}", Net(version: version)).WithDhcp().Add(plugin: "bridge").Del(plugin: "bridge").Del(plugin: "bridge")),
        new Case("dhcp", "behind bridge", Net()).WithDhcp().Add(plugin: "bridge").Call(Check("bridge")).Del(plugin: "bridge").Del(plugin: "bridge"),
        new Case("dhcp", "behind bridge with a gateway", Net(fields: "\"isDefaultGateway\": true")).WithDhcp().Add(plugin: "bridge").Call(Check("bridge")).Del(plugin: "bridge"),
        new Case("dhcp", "behind macvlan", Macvlan()).WithDhcp().Add(plugin: "macvlan").Call(Check("macvlan")).Del(plugin: "macvlan").Del(plugin: "macvlan"),
        new Case("dhcp", "ADD again: the lease that there is", Net()).WithDhcp().Add(plugin: "bridge").Add().Del(plugin: "bridge"),
        new Case("dhcp", "option 121, asked for by its number", Net("\"request\": [{\"option\": \"121\"}]")).WithDhcp(Routes).Add(plugin: "bridge").Del(plugin: "bridge"),
        new Case("dhcp", "option 121 that nobody asked for", Net()).WithDhcp(Routes).Add(plugin: "bridge").Del(plugin: "bridge"),
        new Case("dhcp", "option 121 without a router", Net("\"request\": [{\"option\": \"121\"}]")).WithDhcp(OnLink).Add(plugin: "bridge")
            .Sees("pod1/route4/main/10.78.0.0/17 type=unicast dev=eth0 protocol=boot scope=link", "there").Call(Check("bridge")).Del(plugin: "bridge").OursAlone("1.1.1 takes 0.0.0.0 for a router; later ones give the route the scope of the link"),
        new Case("dhcp", "option 33", Net("\"request\": [{\"option\": \"33\"}]")).WithDhcp("--dhcp-option=33,10.0.0.0,10.1.2.4,192.168.7.0,10.1.2.5").Add(plugin: "bridge").Call(Check("bridge")).Del(plugin: "bridge"),
        new Case("dhcp", "option 33 with a host's address", Net("\"request\": [{\"option\": \"33\"}]")).WithDhcp("--dhcp-option=33,10.79.1.2,10.1.2.4").Add(plugin: "bridge")
            .Sees("pod1/route4/main/10.0.0.0/8 type=unicast gateway=10.1.2.4 dev=eth0 protocol=boot scope=global", "there").Del(plugin: "bridge")
            .OursAlone("the reference passes the address on as a network, which the kernel refuses: ADD fails"),
        new Case("dhcp", "names of options", Net("""
            "provide": [{"option": "host-name", "value": "pod"}, {"option": "user-class", "value": "u"}, {"option": "vendor-class-identifier", "fromArg": "KIND"}],
            "request": [{"option": "routers"}, {"option": "subnet-mask", "skipDefault": true}]
            """)).WithDhcp().Add(args: "IgnoreUnknown=1;KIND=k", plugin: "bridge").Del(args: "IgnoreUnknown=1;KIND=k", plugin: "bridge"),
        new Case("dhcp", "an identifier of the configuration", Net("\"provide\": [{\"option\": \"dhcp-client-identifier\", \"value\": \"me\"}]")).WithDhcp().Add(plugin: "bridge").Del(plugin: "bridge"),
        new Case("dhcp", "no router is asked for", Net("\"request\": [{\"option\": \"subnet-mask\", \"skipDefault\": true}]")).WithDhcp().Add(plugin: "bridge").Del(plugin: "bridge"),
        new Case("dhcp", "an option that has no such name", Net("\"request\": [{\"option\": \"colour\"}]")).WithDhcp().Add(plugin: "bridge")
            .Fails(999, "error calling DHCP.Allocate: Can not parse option \"colour\": Can not parse option: strconv.ParseUint: parsing \"colour\": invalid syntax", leavesNothing: true).Del(plugin: "bridge"),
        new Case("dhcp", "a number that no option has", Net("\"provide\": [{\"option\": \"256\", \"value\": \"x\"}]")).WithDhcp().Add(plugin: "bridge")
            .Fails(999, "strconv.ParseUint: parsing \"256\": value out of range", leavesNothing: true).Del(plugin: "bridge"),
        new Case("dhcp", "a value that is too long", Net($"\"provide\": [{{\"option\": \"host-name\", \"value\": \"{new string('x', 256)}\"}}]")).WithDhcp().Add(plugin: "bridge")
            .Fails(999, "error calling DHCP.Allocate: value too long for option \"host-name\": \"xxx", leavesNothing: true).Del(plugin: "bridge"),
        new Case("dhcp", "a value of CNI_ARGS that is too long", Net("\"provide\": [{\"option\": \"host-name\", \"fromArg\": \"NAME\"}]")).WithDhcp()
            .Add(args: $"IgnoreUnknown=1;NAME={new string('x', 256)}", plugin: "bridge").Fails(999, "value too long for option \"host-name\" from CNI_ARGS \"NAME\"", leavesNothing: true).Del(plugin: "bridge"),
        new Case("dhcp", "no interface", Net()).WithDhcp().Add().Fails(999, "error calling DHCP.Allocate: error looking up \"eth0\": Link not found").Del(),
        new Case("dhcp", "no namespace", Net()).WithDhcp().Call(new Step(StepKind.Plugin, "ADD") { Netns = "/run/netns/dptest-not-there" })
            .Fails(999, "error calling DHCP.Allocate: failed to Statfs \"/run/netns/dptest-not-there\": no such file or directory"),
        new Case("dhcp", "no daemon", Net(socket: "/run/dataplane-tests-not-there.sock")).Add()
            .Fails(999, "error dialing DHCP daemon: dial unix /run/dataplane-tests-not-there.sock: connect: no such file or directory").Del().Fails(999, "error dialing DHCP daemon"),
        new Case("dhcp", "a socket's path of another type", Network("dhcp", null, "{\"type\": \"dhcp\", \"daemonSocketPath\": 7}", "1.0.0", "net1")).Add()
            .Fails(999, "error obtaining socketPath: error parsing socket path conf: json: cannot unmarshal number into Go struct field"),
        new Case("dhcp", "DEL of what was never added", Net()).WithDhcp().Del().Del(pod: null),
        new Case("dhcp", "CHECK without a lease", Net()).WithDhcp().Add(plugin: "bridge").Del(plugin: "dhcp")
            .Call(new Step(StepKind.Plugin, "CHECK")).Fails(999, "dhcp: no lease for c1/net1/eth0").Del(plugin: "bridge").OursAlone(NotAcquired),
        new Case("dhcp", "priority", Net("\"priority\": 77")).WithDhcp().Add(plugin: "bridge").Call(Check("bridge")).Del(plugin: "bridge").OursAlone(Old),
        new Case("dhcp", "STATUS", Net(version: "1.1.0")).WithDhcp().Call(Status()).OursAlone("1.1.1 knows no STATUS"),
        new Case("dhcp", "STATUS without a daemon", Net(version: "1.1.0")).Call(Status()).Fails(50, "error dialing DHCP daemon").OursAlone("1.1.1 knows no STATUS"),
        new Case("dhcp", "GC gives back what is not valid any more", Net(version: "1.1.0")).WithDhcp().Add(plugin: "bridge")
            .Call(Status() with { Command = "GC", Config = Net(version: "1.1.0", fields: "\"cni.dev/valid-attachments\": []") })
            .Call(new Step(StepKind.Plugin, "CHECK")).Fails(999, "dhcp: no lease for c1/net1/eth0").Del(plugin: "bridge").OursAlone("the reference has no GC"),
    ];

    private static string Net(string? ipam = null, string version = "1.0.0", string? fields = null, string socket = "$SOCKET") => Bridge(fields, Dhcp(ipam, socket), version);

    private static string Macvlan() => Network("macvlan", "\"master\": \"br0\"", Dhcp(null, "$SOCKET"), "1.0.0", "net1");

    private static string Dhcp(string? fields, string socket) => $$"""{"type": "dhcp", "daemonSocketPath": "{{socket}}"{{(fields is null ? "" : ", " + fields)}}}""";

    private static Step Check(string plugin) => new(StepKind.Plugin, "CHECK") { Plugin = plugin };

    private static Step Status() => new(StepKind.Plugin, "STATUS") { Id = null, Pod = null, IfName = null };
}
