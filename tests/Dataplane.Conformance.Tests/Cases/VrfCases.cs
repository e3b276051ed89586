using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>vrf: what it refuses, on every kernel. Its devices are in the cases of the machines, tests/vm/cases/vrf.sh.</summary>
internal static class VrfCases
{
    private const string NoCheck = "CHECK of 1.1.1 succeeds whatever there is";
    private const string Previous = "\"prevResult\": {\"cniVersion\": \"1.0.0\", \"interfaces\": [{\"name\": \"eth0\"}]}";

    public static IEnumerable<Case> All =>
    [
        new Case("vrf", "without a name", Vrf(Previous)).Add().Fails(999, "configuration is expected to have a valid vrf name").Del().Fails(999, "configuration is expected to have a valid vrf name"),
        new Case("vrf", "without a previous result", Vrf("\"vrfname\": \"red\"")).Add().Fails(999, "missing prevResult from earlier plugin").Check().Fails(999, "missing prevResult from earlier plugin"),
        new Case("vrf", "a name of another type", Vrf($"\"vrfname\": 7, {Previous}")).Add().Fails(999, "failed to load netconf: json: cannot unmarshal number into Go struct field"),
        new Case("vrf", "a table of another type", Vrf($"\"vrfname\": \"red\", \"table\": \"main\", {Previous}")).Add().Fails(999, "failed to load netconf: json: cannot unmarshal string into Go struct field"),
        new Case("vrf", "a negative table", Vrf($"\"vrfname\": \"red\", \"table\": -1, {Previous}")).Add().Fails(999, "failed to load netconf: json: cannot unmarshal number -1 into Go struct field"),
        new Case("vrf", "a table beyond 32 bits", Vrf($"\"vrfname\": \"red\", \"table\": 4294967296, {Previous}")).Add().Fails(999, "failed to load netconf: json: cannot unmarshal number 4294967296 into Go struct field"),
        new Case("vrf", "a device of that name that is none", Vrf($"\"vrfname\": \"red\", {Previous}")).InPod(1, "ip", "link", "add", "red", "type", "bridge")
            .Add().Fails(999, "cmdAdd failed: Netlink red is not a VRF").Del().Fails(999, "Netlink red is not a VRF"),
        new Case("vrf", "a namespace that is gone", Vrf($"\"vrfname\": \"red\", {Previous}")).Call(new Step(StepKind.Plugin, "ADD") { Netns = "$SCRATCH/none" }).Fails(999, "failed to Statfs \"")
            .Call(new Step(StepKind.Plugin, "DEL") { Netns = "$SCRATCH/none" }),
        new Case("vrf", "DEL of what was never added", Vrf("\"vrfname\": \"red\"")).Del().Del(),
        new Case("vrf", "CHECK without a VRF", Vrf($"\"vrfname\": \"red\", {Previous}")).Check().Fails(999, "Link not found").OursAlone(NoCheck),
        new Case("vrf", "CHECK of a device that is no VRF", Vrf($"\"vrfname\": \"red\", {Previous}")).InPod(1, "ip", "link", "add", "red", "type", "bridge")
            .Check().Fails(999, "Netlink red is not a VRF").OursAlone(NoCheck),
        new Case("vrf", "an old version", Vrf("\"vrfname\": \"red\"", "0.3.0")).Add().Fails(1, "incompatible CNI versions"),
        new Case("vrf", "VERSION", Vrf(null)).Call(new Step(StepKind.Plugin, "VERSION"))
            .Sees("stdout/text", "{\"cniVersion\":\"1.1.0\",\"supportedVersions\":[\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}\n").OursAlone("1.1.1 ends with 1.0.0"),
        new Case("vrf", "DEL without a namespace", Vrf("\"vrfname\": \"red\"")).Del(pod: null).OursAlone("the reference fails"),
        new Case("vrf", "GC", Vrf("\"vrfname\": \"red\", \"cni.dev/valid-attachments\": []", "1.1.0")).Call(new Step(StepKind.Plugin, "GC") { Id = null, Pod = null, IfName = null }).OursAlone("1.1.1 knows no GC"),
    ];

    private static string Vrf(string? fields, string version = "1.0.0") => Network("vrf", fields, null, version, "net1");
}
