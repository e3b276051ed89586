using Dataplane.Abi;
using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>
/// What is pinned for a node: one set of programs and maps, loaded by whoever comes first. Opening it is a
/// few BPF_OBJ_GET; nothing is loaded per pod.
/// </summary>
public sealed partial class NodePrograms : IDisposable
{
    private readonly string _directory;
    private readonly ulong _cookie;
    private readonly List<IDisposable> _opened = [];
    private uint _examined;

    private NodePrograms(ulong cookie, BpfMap<uint, NodeRow> node)
    {
        _directory = Directory(cookie);
        _cookie = cookie;
        Node = node;
        _opened.Add(node);
    }

    /// <summary>The build of the programs inside this executable: 32 bytes.</summary>
    public static ReadOnlySpan<byte> ThisBuild => BuildId.Current.Hash;

    /// <summary>/run/dataplane, or what DATAPLANE_RUN names (tests keep their records apart): below it, by cookie, the nodes' locks.</summary>
    public static string RunRoot => NodePaths.RunRoot;

    /// <summary>Whether the pinned programs are those inside this executable.</summary>
    public bool IsThisBuild => BuildId.Current.IsOf(Row);

    /// <summary>The build of the pinned programs: comparable with <see cref="ThisBuild"/>.</summary>
    public byte[] PinnedBuild => BuildId.HashOf(Row);

    /// <summary>The node's row: what the pins belong to.</summary>
    public BpfMap<uint, NodeRow> Node { get; }

    /// <summary>Where a node's pins are.</summary>
    /// <param name="cookie">Cookie of its network namespace.</param>
    /// <returns>/sys/fs/bpf/dataplane/COOKIE/vABI.</returns>
    public static string Directory(ulong cookie) => NodePaths.Pins(cookie);

    /// <summary>
    /// Opens the node's pins when they are complete and of this executable's build: with them the programs and the two
    /// maps that every ADD uses; the others are opened when they are asked for.
    /// </summary>
    /// <param name="cookie">Cookie of its network namespace.</param>
    /// <returns>The pins; null: <see cref="Ensure"/> has work to do.</returns>
    public static NodePrograms? TryOpen(ulong cookie) => TryOpenBuild(cookie, BuildId.Current);

    /// <summary>As <see cref="TryOpen"/>, whoever loaded the programs: for looking, not for attaching.</summary>
    /// <param name="cookie">Cookie of the node's network namespace.</param>
    /// <returns>The pins, or null: there are none, or they are not complete.</returns>
    public static NodePrograms? TryOpenAnyBuild(ulong cookie)
    {
        if (BpfMap<uint, NodeRow>.TryOpenPinned(NodePaths.Map(Directory(cookie), "node")) is not { } node)
        {
            return null;
        }

        var programs = new NodePrograms(cookie, node);
        if (programs.Row.Abi == AbiVersion.Current)
        {
            return programs;
        }

        programs.Dispose();
        return null;
    }

    /// <summary>
    /// Opens the node's pins, after loading what is missing: bpffs, maps, programs. Programs of another build are
    /// replaced on the same maps, so flows survive.
    /// </summary>
    /// <param name="cookie">Cookie of the node's network namespace.</param>
    /// <param name="options">Sizes.</param>
    /// <param name="replace">
    /// Gives the attached devices the new programs; called only when older ones were replaced, under the node's lock (so
    /// it must not ask for a generation) and before the new ones count as complete: if it does not come to its end,
    /// the next call does everything again.
    /// </param>
    /// <returns>The pins.</returns>
    /// <exception cref="BpfLoadException">The kernel refuses the programs.</exception>
    /// <exception cref="LinuxException">bpffs cannot be mounted, or pins not be made.</exception>
    public static NodePrograms Ensure(ulong cookie, NodeOptions options, Action<NodePrograms>? replace = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return TryOpen(cookie) ?? NodeLoader.Load(cookie, options, replace, BuildId.Current);
    }

    /// <summary>
    /// Removes everything that is pinned for a node, and its lock. What is attached by a pinned link goes with the pin; what
    /// is at a tcx hook is detached where the caller is in the node's namespace; the filters of a device stay until it goes.
    /// </summary>
    /// <param name="cookie">Cookie of its network namespace.</param>
    /// <param name="begin">
    /// Asked under the lock by which endpoints get their generation, before anything is removed: no attachment gets past that meanwhile. False: all
    /// stays as it is. Null: it is removed in any case.
    /// </param>
    /// <returns>False: <paramref name="begin"/> said so.</returns>
    public static bool Remove(ulong cookie, Func<bool>? begin = null) => NodeLoader.Remove(cookie, begin);

    /// <summary>What is pinned for a node, of every ABI; its directory is <see cref="NodeDirectory"/>.</summary>
    /// <param name="cookie">Cookie of its network namespace.</param>
    public static PinCount CountPins(ulong cookie) => NodeLoader.Count(cookie);

    /// <summary>Where a node's pins of every ABI are.</summary>
    /// <param name="cookie">Cookie of its network namespace.</param>
    /// <returns>/sys/fs/bpf/dataplane/COOKIE.</returns>
    public static string NodeDirectory(ulong cookie) => NodePaths.Node(cookie);

    internal ulong Cookie => _cookie;

    /// <summary>The row of <see cref="Node"/>.</summary>
    public NodeRow Row => Node.TryLookup(0, out NodeRow row) ? row : default;

    /// <summary>A number for a new endpoint, never given before on this node; never 0.</summary>
    /// <returns>The generation.</returns>
    /// <exception cref="LinuxException">The node was unloaded since these programs were opened.</exception>
    public uint NextGeneration() => Change(static (ref NodeRow row) =>
    {
        RequireLoaded(row);
        row.Generation = row.Generation == uint.MaxValue ? 1 : row.Generation + 1;
    }).Generation;

    /// <summary>Throws when the node was unloaded since these programs were opened: nobody would ever detach what is attached by them from here on.</summary>
    /// <exception cref="LinuxException">It was.</exception>
    public void RequireLoaded() => RequireLoaded(Row);

    /// <summary>Remembers how far the devices were looked at; it is written with the next change of the node's row.</summary>
    /// <param name="ifIndex">The highest ifindex: what <see cref="NodeRow.Examined"/> becomes unless it is higher.</param>
    public void NoteExamined(uint ifIndex) => _examined = Math.Max(_examined, ifIndex);

    /// <summary>
    /// Says that <see cref="HostPorts"/> has changed, which is to be done already: connections look their row up again. (A program reads
    /// <see cref="NodeRow.Mappings"/> before it looks a row up, so that it notices a change in between.)
    /// </summary>
    public void CountMappings() => Change(static (ref NodeRow row) => row.Mappings++);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable opened in _opened)
        {
            opened.Dispose();
        }
    }

    /// <summary>As <see cref="TryOpen"/>, for any build.</summary>
    internal static NodePrograms? TryOpenBuild(ulong cookie, BuildId build)
    {
        if (TryOpenAnyBuild(cookie) is not { } programs)
        {
            return null;
        }

        if (build.IsUpToDate(programs.Row) && programs.OpenAll())
        {
            return programs;
        }

        programs.Dispose();
        return null;
    }

    /// <summary>Opens pins that are not complete yet.</summary>
    internal static NodePrograms? TryOpenPins(ulong cookie)
    {
        if (BpfMap<uint, NodeRow>.TryOpenPinned(NodePaths.Map(Directory(cookie), "node")) is not { } node)
        {
            return null;
        }

        var programs = new NodePrograms(cookie, node);
        if (programs.OpenAll())
        {
            return programs;
        }

        programs.Dispose();
        return null;
    }

    private static void RequireLoaded(in NodeRow row)
    {
        if (row.Abi != AbiVersion.Current)
        {
            throw new LinuxException("read", "the node's row (its programs were unloaded at this moment; the next ADD loads them again)", Errno.ENOENT);
        }
    }

    private NodeRow Change(RowChange change)
    {
        using LockedFile locked = NodePaths.Lock(_cookie);
        NodeRow row = Row;
        change(ref row);
        row.Examined = Math.Max(row.Examined, _examined);
        Node.Update(0, row);
        return row;
    }

    private delegate void RowChange(ref NodeRow row);
}
