using System.Diagnostics;
using System.Text;

namespace Dataplane.TestKit;

/// <summary>
/// Runs plugins of one directory inside a host network namespace the way a runtime does: setns for the network
/// alone, and nothing but CNI_* in the environment.
/// </summary>
public sealed class PluginRunner(TestNamespace host, string directory)
{
    /// <summary>The directory the plugins are taken from, and the default CNI_PATH.</summary>
    public string Directory { get; } = directory;

    /// <summary>
    /// Directories shown to the plugin at another place (target by source), so that configurations with the
    /// defaults of /var/lib do not touch the machine's.
    /// </summary>
    public IReadOnlyDictionary<string, string> Binds { get; init; } = new Dictionary<string, string>();

    /// <summary>Runs a call to its end.</summary>
    public PluginResult Run(PluginCall call)
    {
        using Process process = Start(call);
        ToolResult result = Tool.Finish(process, Encoding.UTF8.GetBytes(call.Config));
        return new PluginResult(call, result.ExitStatus, result.Stdout, result.Stderr);
    }

    /// <summary>Starts a call; the caller feeds stdin (<see cref="Tool.Finish"/>) or kills it. The id is the plugin's own.</summary>
    public Process Start(PluginCall call)
    {
        Dictionary<string, string> environment = Environment(call);
        string plugin = Path.Combine(Directory, call.Plugin);
        if (Binds.Count == 0)
        {
            return Tool.Start("/usr/bin/nsenter", [$"--net={host.Path}", plugin], environment);
        }
        var script = new StringBuilder("set -e; ");
        foreach ((string target, string source) in Binds)
        {
            script.Append($"/bin/mkdir -p {target}; /bin/mount --bind {source} {target}; ");
        }
        script.Append("exec /usr/bin/env -i \"$@\"");
        return Tool.Start("/usr/bin/nsenter",
            [$"--net={host.Path}", "/usr/bin/unshare", "--mount", "/bin/sh", "-c", script.ToString(), "sh",
             .. environment.Select(variable => $"{variable.Key}={variable.Value}"), plugin],
            new Dictionary<string, string>());
    }

    /// <summary>ADD of a pod.</summary>
    public PluginResult Add(string plugin, string config, string containerId, TestNamespace pod, string ifName = "eth0", string? args = null) =>
        Run(new PluginCall(plugin, "ADD", config) { ContainerId = containerId, Netns = pod.Path, IfName = ifName, Args = args });

    /// <summary>CHECK of a pod; the configuration carries prevResult.</summary>
    public PluginResult Check(string plugin, string config, string containerId, TestNamespace pod, string ifName = "eth0", string? args = null) =>
        Run(new PluginCall(plugin, "CHECK", config) { ContainerId = containerId, Netns = pod.Path, IfName = ifName, Args = args });

    /// <summary>DEL; <paramref name="pod"/> null: the runtime has no namespace any more.</summary>
    public PluginResult Del(string plugin, string config, string containerId, TestNamespace? pod, string ifName = "eth0", string? args = null) =>
        Run(new PluginCall(plugin, "DEL", config) { ContainerId = containerId, Netns = pod?.Path, IfName = ifName, Args = args });

    private Dictionary<string, string> Environment(PluginCall call)
    {
        var environment = new Dictionary<string, string>(call.Extra);
        Set("CNI_COMMAND", call.Command);
        Set("CNI_CONTAINERID", call.ContainerId);
        Set("CNI_NETNS", call.Netns);
        Set("CNI_IFNAME", call.IfName);
        Set("CNI_ARGS", call.Args);
        Set("CNI_PATH", call.WithoutPath ? null : call.Path ?? Directory);
        return environment;

        void Set(string name, string? value)
        {
            if (value is not null)
            {
                environment[name] = value;
            }
        }
    }
}
