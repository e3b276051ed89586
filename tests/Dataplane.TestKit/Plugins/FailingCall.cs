using System.Diagnostics;
using System.Text;

namespace Dataplane.TestKit;

/// <summary>A call of one of our plugins in which a system call fails, by strace's fault injection.</summary>
public static class FailingCall
{
    /// <summary>Runs it for container c1, eth0, in the node's first pod.</summary>
    /// <param name="bed">The node.</param>
    /// <param name="plugin">The plugin.</param>
    /// <param name="command">CNI_COMMAND.</param>
    /// <param name="config">What it reads.</param>
    /// <param name="fault">What fails and how, as strace has it: "write:error=ENOSPC:when=2".</param>
    /// <param name="file">Only calls on this file; null: all.</param>
    public static PluginResult Run(NodeBed bed, string plugin, string command, string config, string fault, string? file = null)
    {
        ArgumentNullException.ThrowIfNull(bed);
        ArgumentNullException.ThrowIfNull(fault);
        var environment = new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = command,
            ["CNI_CONTAINERID"] = "c1",
            ["CNI_NETNS"] = bed.Pods[0].Path,
            ["CNI_IFNAME"] = "eth0",
            ["CNI_PATH"] = OurPlugins.Directory,
        };
        string[] only = file is null ? [] : ["-P", file];
        using Process process = Tool.Start(
            "/usr/bin/nsenter",
            [
                $"--net={bed.Host.Path}", "/usr/bin/strace", "-f", "-o", "/dev/null", .. only, "-e", $"trace={fault.Split(':')[0]}",
                "-e", $"inject={fault}", Path.Combine(OurPlugins.Directory, plugin),
            ],
            environment);
        ToolResult result = Tool.Finish(process, Encoding.UTF8.GetBytes(config));
        return new PluginResult(new PluginCall(plugin, command, config), result.ExitStatus, result.Stdout, result.Stderr);
    }
}
