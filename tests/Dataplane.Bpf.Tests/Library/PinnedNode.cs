using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Library;

/// <summary>A node of its own: the cookie of a namespace that nobody else has. Its pins and lock go with it.</summary>
internal sealed class PinnedNode : IDisposable
{
    private readonly TestNamespace _namespace = TestNamespace.Create("pins");

    public PinnedNode() => Cookie = _namespace.Cookie;

    public ulong Cookie { get; }

    public static NodeOptions Options { get; } = new() { FlowEntries = NodeOptions.MinFlowEntries };

    public TestNamespace Namespace => _namespace;

    public string Directory => NodePrograms.Directory(Cookie);

    /// <summary>Every file below the node's pins, sorted.</summary>
    public IReadOnlyList<string> Pins => System.IO.Directory.Exists(Directory)
        ? [.. System.IO.Directory.EnumerateFiles(Directory, "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(Directory, p)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>All maps of all objects, and each of their programs by its own name.</summary>
    public static IReadOnlyList<string> Complete { get; } = [.. AllPins()];

    private static SortedSet<string> AllPins()
    {
        var pins = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string name in NodeLoader.Objects)
        {
            using BpfObject opened = BpfObject.Open(name);
            pins.UnionWith(opened.Maps().Select(m => $"maps/{m.Name}"));
            pins.UnionWith(opened.Programs().Select(p => $"programs/{BpfObject.PinName(p.Name)}"));
        }
        return pins;
    }

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
