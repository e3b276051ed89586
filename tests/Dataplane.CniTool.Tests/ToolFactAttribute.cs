using Dataplane.TestKit;

namespace Dataplane.CniTool.Tests;

/// <summary>A fact that runs cnitool, as root; skipped with the probe's sentence where something lacks.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(Needs needs = Needs.Namespaces, bool oracle = false) => Skip = Missing(needs, oracle);

    /// <summary>What is missing; null: nothing.</summary>
    internal static string? Missing(Needs needs, bool oracle) => File.Exists(Executables.CniTool)
        ? Probe.Missing(needs | Needs.Namespaces) ?? (oracle ? Executables.OracleMissing : null)
        : $"cnitool is not built: cmake --install build --prefix artifacts ({Executables.CniTool})";
}
