using System.Diagnostics;
using Dataplane.TestKit;

namespace Dataplane.CniTool.Tests;

/// <summary>A node with a directory of networks and a cache of its own: /var/lib/cni is the bed's in every call.</summary>
internal sealed class ToolBed : IDisposable
{
    private const string Mount = "mkdir -p /var/lib/cni && mount --bind \"$0\" /var/lib/cni && exec \"$@\"";

    public ToolBed()
    {
        Directory.CreateDirectory(Networks);
        Directory.CreateDirectory(State);
    }

    public NodeBed Node { get; } = new(pods: 1);

    public TestNamespace Pod => Node.Pods[0];

    public string Networks => Path.Combine(Node.Scratch, "net.d");

    /// <summary>What the calls see as /var/lib/cni.</summary>
    public string State => Path.Combine(Node.Scratch, "state");

    public string Results => Path.Combine(State, "results");

    /// <summary>Files of the cache.</summary>
    public string[] Cached => Directory.Exists(Results) ? [.. Directory.GetFiles(Results).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)] : [];

    /// <summary>Addresses host-local has given away for a network.</summary>
    public string[] Leases(string network)
    {
        string directory = Path.Combine(State, "networks", network);
        return Directory.Exists(directory)
            ? [.. Directory.GetFiles(directory).Select(f => Path.GetFileName(f)!).Where(f => char.IsAsciiDigit(f[0])).Order(StringComparer.Ordinal)]
            : [];
    }

    public void Write(string file, string network) => File.WriteAllText(Path.Combine(Networks, file), network);

    /// <summary>Runs cnitool.</summary>
    public ToolResult CniTool(string path, params string[] arguments) => Run(Executables.CniTool, path, [], arguments);

    /// <summary>Runs cnitool or what is compared with it.</summary>
    public ToolResult Run(string program, string path, IReadOnlyList<(string Name, string Value)> variables, params string[] arguments)
    {
        using Process process = Start(program, path, variables, arguments);
        return Tool.Finish(process, default);
    }

    public Process Start(string program, string path, IReadOnlyList<(string Name, string Value)> variables, params string[] arguments)
    {
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin",
            ["NETCONFPATH"] = Networks,
            ["CNI_PATH"] = path,
        };
        foreach ((string name, string value) in variables)
        {
            environment[name] = value;
        }
        return Tool.Start(
            "/usr/bin/nsenter", [$"--net={Node.Host.Path}", "/usr/bin/unshare", "--mount", "/bin/sh", "-c", Mount, State, program, .. arguments], environment);
    }

    public void Dispose() => Node.Dispose();
}
