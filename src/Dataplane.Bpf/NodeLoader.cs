using Dataplane.Abi;
using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>
/// Loads and pins a node's programs, once. Under a lock, and the node's row is written last: whoever dies on
/// the way leaves pins that nobody takes for complete, and that the next one uses or replaces.
/// </summary>
internal static class NodeLoader
{
    /// <summary>The objects in this executable: those of bpf/CMakeLists.txt, by way of the project file.</summary>
    public static string[] Objects => BpfBuild.Objects.Split(' ');

    /// <summary>Makes a node's pins complete and of a build, unless they are.</summary>
    /// <param name="cookie">Of the node's network namespace.</param>
    /// <param name="options">Sizes of what is created.</param>
    /// <param name="replace">Called when another build's programs were replaced, before anybody takes the new ones for complete.</param>
    /// <param name="build">The build; this executable's but in tests.</param>
    /// <returns>The pins.</returns>
    public static NodePrograms Load(ulong cookie, NodeOptions options, Action<NodePrograms>? replace, BuildId build)
    {
        BpfFileSystem.EnsureMounted();
        using LockedFile locked = NodePaths.Lock(cookie);
        if (NodePrograms.TryOpenBuild(cookie, build) is { } others)
        {
            return others;
        }

        string directory = NodePrograms.Directory(cookie);
        NodeRow before = Invalidate(directory);
        bool reload = before.Abi == AbiVersion.Current;
        if (!reload)
        {
            // Maps of a load or a removal that never ended, or none; what is attached is of pins that are no more.
            TcxPrograms.RemoveAll(cookie);
            RemovePins(directory);
        }

        Directory.CreateDirectory($"{directory}/maps");
        Directory.CreateDirectory($"{directory}/programs");
        bool conntrack = BuildId.ConntrackModule;
        bool newMaps = LoadObjects(directory, options);
        NodePrograms programs = NodePrograms.TryOpenPins(cookie) ?? throw new InvalidOperationException($"the pins in {directory} were removed while they were made");
        try
        {
            if (reload)
            {
                replace?.Invoke(programs);
            }

            NodeSweep.Start(programs);

            NodeRow row = reload ? programs.Row : new NodeRow { Generation = before.Generation };
            row.Abi = AbiVersion.Current;
            row.NetnsCookie = cookie;
            row.Build = build.With(conntrack);
            if (reload && newMaps)
            {
                // Rows that were looked at or looked up may be missing in them.
                row.Examined = 0;
                row.Mappings++;
            }

            programs.Node.Update(0, row);
            return programs;
        }
        catch
        {
            programs.Dispose();
            throw;
        }
    }

    /// <summary>Removes a node's pins, of every ABI, and its lock.</summary>
    /// <param name="cookie">Of the node's network namespace.</param>
    /// <param name="begin">Whether to; asked under the lock. Null: yes.</param>
    /// <returns>What it said.</returns>
    public static bool Remove(ulong cookie, Func<bool>? begin = null)
    {
        using LockedFile locked = NodePaths.Lock(cookie);
        if (begin is not null && !begin())
        {
            return false;
        }

        string node = NodePaths.Node(cookie);
        if (Directory.Exists(node))
        {
            string[] directories = Directory.GetDirectories(node);
            foreach (string directory in directories)
            {
                // Whatever the ABI, its row begins with its number; zero: never complete.
                BpfCalls.ClearFirstWord(NodePaths.Map(directory, "node"));
            }

            TcxPrograms.RemoveAll(cookie);
            Array.ForEach(directories, RemovePins);
            Directory.Delete(node, recursive: true);
        }

        locked.Remove();
        NodePaths.RemoveRunDirectoryIfEmpty(cookie);
        return true;
    }

    /// <summary>Counts a node's pins, of every ABI.</summary>
    /// <param name="cookie">Of the node's network namespace.</param>
    public static PinCount Count(ulong cookie)
    {
        int programs = 0, maps = 0, links = 0;
        string node = NodePaths.Node(cookie);
        foreach (string directory in Directory.Exists(node) ? Directory.GetDirectories(node) : [])
        {
            programs += In($"{directory}/programs");
            maps += In($"{directory}/maps");
            links += In(NodePaths.Links(directory));
        }

        return new PinCount(programs, maps, links);

        static int In(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder).Length : 0;
    }

    /// <returns>Whether a map was created.</returns>
    private static bool LoadObjects(string directory, NodeOptions options)
    {
        bool newMaps = false;
        var pinned = new HashSet<string>();
        foreach (string name in Objects)
        {
            using BpfObject loaded = ObjectLoader.Load(name, directory, options);
            newMaps |= ObjectLoader.PinMaps(loaded, directory);
            ObjectLoader.PinPrograms(loaded, directory, pinned);
        }

        ObjectLoader.RemoveOtherPrograms(directory, pinned);
        return newMaps;
    }

    /// <summary>From here on the pins are not complete.</summary>
    /// <returns>The row before; generations go on where they were. Zero: the pins never were complete.</returns>
    private static NodeRow Invalidate(string directory)
    {
        using BpfMap<uint, NodeRow>? node = BpfMap<uint, NodeRow>.TryOpenPinned(NodePaths.Map(directory, "node"));
        if (node is null || !node.TryLookup(0, out NodeRow row))
        {
            return default;
        }

        NodeRow invalid = row;
        invalid.Build = default;
        node.Update(0, invalid);
        return row;
    }

    // The node map goes first: what is left of a removal that was interrupted never was complete.
    private static void RemovePins(string directory)
    {
        string node = NodePaths.Map(directory, "node");
        if (File.Exists(node))
        {
            File.Delete(node);
        }

        foreach (string folder in (ReadOnlySpan<string>)["links", "programs", "maps"])
        {
            if (Directory.Exists($"{directory}/{folder}"))
            {
                Directory.Delete($"{directory}/{folder}", recursive: true);
            }
        }
    }
}
