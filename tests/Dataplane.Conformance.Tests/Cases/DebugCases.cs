using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>debug: every call is written down and handed on, commands run inside the container.</summary>
internal static class DebugCases
{
    private const string NoReference = "no package of Debian has the reference";
    private const string Output = "\"cniOutput\": \"$DATA/calls\"";

    public static IEnumerable<Case> All => [.. Given().Select(static given => given.OursAlone(NoReference))];

    private static IEnumerable<Case> Given() =>
    [
        new Case("debug", "without a result", Debug(Output)).File("here", "").Add().Sees("stdout", "{\"cniVersion\":\"1.0.0\"}").Check().Del(),
        new Case("debug", "behind bridge", Debug(Output)).File("here", "").Add(plugin: "bridge", config: Bridge()).Next().Check().Del().Del(plugin: "bridge", config: Bridge()),
        new Case("debug", "commands inside the container", Debug("\"addHooks\": [[\"ip\", \"link\", \"add\", \"made\", \"type\", \"bridge\"]], \"checkHooks\": [[\"ip\", \"link\", \"set\", \"made\", \"up\"]], \"delHooks\": [[\"ip\", \"link\", \"delete\", \"made\"]]"))
            .Add().Sees("pod1/link/made/kind", "bridge").SeesNo("host/link/made/kind").Check().Del().SeesNo("pod1/link/made/kind"),
        new Case("debug", "commands that fail, or are none", Debug("\"addHooks\": [[\"false\"], [\"/nowhere/program\"], [], [\"ip\", \"link\", \"add\", \"made\", \"type\", \"bridge\"]]")).Add().Sees("pod1/link/made/kind", "bridge"),
        new Case("debug", "commands without a namespace", Debug("\"delHooks\": [[\"ip\", \"link\", \"add\", \"made\", \"type\", \"bridge\"]]")).Del(pod: null).SeesNo("host/link/made/kind"),
        new Case("debug", "a file that cannot be written", Debug("\"cniOutput\": \"$DATA/none/calls\"")).Add().Fails(999, "none/calls"),
        new Case("debug", "commands of another type", Debug("\"addHooks\": [\"ip link\"]")).Add().Fails(999, "failed to parse: json: cannot unmarshal string into Go struct field"),
        new Case("debug", "STATUS and GC", Debug(Output, "1.1.0")).File("here", "").Call(Whole("STATUS", Output)).Call(Whole("GC", Output)),
        new Case("debug", "STATUS when calls cannot be written", Debug(Output, "1.1.0")).Call(Whole("STATUS", "\"cniOutput\": \"$DATA/none/calls\"")).Fails(50, "none/calls"),
    ];

    private static Step Whole(string command, string fields) => new(StepKind.Plugin, command) { Id = null, Pod = null, IfName = null, Config = Debug(fields, "1.1.0") };

    private static string Debug(string fields, string version = "1.0.0") => Network("debug", fields, null, version, "net1");
}
