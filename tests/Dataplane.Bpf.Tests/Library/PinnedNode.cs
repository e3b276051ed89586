using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Library;

/// <summary>A node of its own: the cookie of a namespace that nobody else has. Its pins and lock go with it.</summary>
internal sealed class PinnedNode : IDisposable
{
    private readonly TestNamespace _namespace = TestNamespace.Create("pins");

    public PinnedNode() => Cookie = _namespace.Cookie;

    public ulong Cookie { get; }

    public static NodeOptions Options { get; } = new() { FlowEntries = NodeOptions.MinFlowEntries };

    public string Directory => NodePrograms.Directory(Cookie);

    /// <summary>Every file below the node's pins, sorted.</summary>
    public IReadOnlyList<string> Pins => System.IO.Directory.Exists(Directory)
        ? [.. System.IO.Directory.EnumerateFiles(Directory, "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(Directory, p)).Order(StringComparer.Ordinal)]
        : [];

    public static IReadOnlyList<string> Complete { get; } =
[
        "maps/addresses", "maps/counters", "maps/devices", "maps/endpoints", "maps/exclusions", "maps/flows4", "maps/flows6", "maps/fragments",
        "maps/host_ports", "maps/last_drops", "maps/local_addresses", "maps/nat", "maps/node", "maps/socket_peers", "maps/sweep",
        "maps/sweep_queue", "programs/from_pod", "programs/to_pod",
    ];

    public NodePrograms Ensure() => NodePrograms.Ensure(Cookie, Options);

    /// <summary>As an executable with other programs would.</summary>
    public NodePrograms EnsureOther(byte distinction, Action<NodePrograms>? replace = null)
    {
        BuildId build = BuildId.OfTest(distinction);
        return NodePrograms.TryOpenBuild(Cookie, build) ?? NodeLoader.Load(Cookie, Options, replace, build);
    }

    public void Dispose()
    {
        NodePrograms.Remove(Cookie);
        _namespace.Dispose();
    }
}
