using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Doctor;

/// <summary>The sysctls on which packets depend.</summary>
internal static class SysctlChecks
{
    /// <summary>Looks at the node's.</summary>
    public static IEnumerable<Finding> Run(NodeView node)
    {
        List<EndpointRow> routed = node.IsPresent ? [.. EndpointReader.Read(node).Where(e => e.Mode == "l3" || e.GatewayMac.Length > 0)] : [];
        yield return Forwarding("net.ipv4.ip_forward", node.Sysctl("net", "ipv4", "ip_forward"), routed.Count(e => e.Addresses.Any(a => !a.Contains(':', StringComparison.Ordinal))));
        yield return Forwarding("net.ipv6.conf.all.forwarding", node.Sysctl("net", "ipv6", "conf", "all", "forwarding"), routed.Count(e => e.Addresses.Any(a => a.Contains(':', StringComparison.Ordinal))));
    }

    /// <summary>First packets of a flow, and everything to and from outside, are routed by the stack.</summary>
    public static Finding Forwarding(string name, string? value, int routedEndpoints) => value switch
    {
        null => new Finding("sysctl", name, Verdict.Ok, "does not exist on this node: the protocol is off"),
        "0" when routedEndpoints > 0 => new Finding("sysctl", name, Verdict.Broken,
            $"is 0, but {Output.Humanize.Count(routedEndpoints, "endpoint")} {(routedEndpoints == 1 ? "is" : "are")} routed: ADD had set it and something reset it; run 'sysctl -w {name}=1'"),
        "0" => new Finding("sysctl", name, Verdict.Ok, "is 0: no endpoint is routed"),
        _ => new Finding("sysctl", name, Verdict.Ok, $"is {value}"),
    };
}
