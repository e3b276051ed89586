using System.Diagnostics;
using System.Text;

namespace Dataplane.TestKit;

/// <summary>A call of one of our plugins that is killed at a system call, by strace's fault injection.</summary>
public static class KilledCall
{
    private const int Sigkill = 128 + 9;

    /// <summary>Runs it for container c1, eth0, in the node's first pod.</summary>
    /// <param name="bed">The node.</param>
    /// <param name="plugin">The plugin.</param>
    /// <param name="command">CNI_COMMAND.</param>
    /// <param name="config">What it reads.</param>
    /// <param name="systemCall">The system call, by its name: "openat".</param>
    /// <param name="when">At the how manieth of them, from 1.</param>
    /// <returns>False: it made fewer of them, and ended well.</returns>
    /// <exception cref="InvalidOperationException">It ended otherwise.</exception>
    public static bool Run(NodeBed bed, string plugin, string command, string config, string systemCall, int when)
    {
        ArgumentNullException.ThrowIfNull(bed);
        var environment = new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = command,
            ["CNI_CONTAINERID"] = "c1",
            ["CNI_NETNS"] = bed.Pods[0].Path,
            ["CNI_IFNAME"] = "eth0",
            ["CNI_PATH"] = OurPlugins.Directory,
        };
        using Process process = Tool.Start(
            "/usr/bin/nsenter",
            [
                $"--net={bed.Host.Path}", "/usr/bin/strace", "-f", "-o", "/dev/null", "-e", $"trace={systemCall}",
                "-e", $"inject={systemCall}:signal=KILL:when={when}", Path.Combine(OurPlugins.Directory, plugin),
            ],
            environment);
        ToolResult result = Tool.Finish(process, Encoding.UTF8.GetBytes(config));
        // strace dies of the signal its child died of.
        return result.ExitStatus is 0 or Sigkill
            ? result.ExitStatus == Sigkill
            : throw new InvalidOperationException($"{command} of {plugin}: exit status {result.ExitStatus}: {result.StdoutText}");
    }
}
