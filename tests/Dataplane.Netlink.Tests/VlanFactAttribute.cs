using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

/// <summary>A fact that is skipped where the kernel's bridge knows no VLANs (CONFIG_BRIDGE_VLAN_FILTERING); probed by making one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class VlanFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> s_missing = new(Probe);

    public VlanFactAttribute() => Skip = s_missing.Value;

    private static string? Probe()
    {
        if (TestKit.Probe.Missing(Needs.Namespaces) is { } missing)
        {
            return missing;
        }

        using TestNamespace ns = TestNamespace.Create("vlan");
        ToolResult result = Tool.Run("ip", "-n", ns.Name, "link", "add", "br0", "type", "bridge", "vlan_filtering", "1");
        return result.ExitStatus == 0 ? null : $"this kernel's bridge filters no VLANs: {result.StderrText.Trim()}";
    }
}
