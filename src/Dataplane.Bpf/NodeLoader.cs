using Dataplane.Abi;
using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>
/// Loads and pins a node's programs, once. Under a lock, and the node's row is written last: whoever dies on
/// the way leaves pins that nobody takes for complete, and that the next one uses or replaces.
/// </summary>
internal static class NodeLoader
{
    private const string TemporarySuffix = "_new";
    private const string PlainSuffix = "_plain";
    private static readonly string[] s_objects = ["from_pod", "to_pod"];

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
            // Maps of a load that never ended: no program was ever attached with them.
            RemovePins(directory);
        }

        Directory.CreateDirectory($"{directory}/maps");
        Directory.CreateDirectory($"{directory}/programs");
        bool conntrack = BuildId.ConntrackModule;
        foreach (string name in s_objects)
        {
            using BpfObject loaded = LoadObject(name, directory, options);
            PinMaps(loaded, directory);
            PinProgram(loaded, NodePaths.Program(directory, name));
        }

        NodeRow row = before;
        row.Abi = AbiVersion.Current;
        row.NetnsCookie = cookie;
        row.Build = build.With(conntrack);
        NodePrograms programs = NodePrograms.TryOpenPins(cookie) ?? throw new InvalidOperationException($"the pins in {directory} were removed while they were made");
        try
        {
            if (reload)
            {
                replace?.Invoke(programs);
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
    public static void Remove(ulong cookie)
    {
        using LockedFile locked = NodePaths.Lock(cookie);
        string node = NodePaths.Node(cookie);
        if (Directory.Exists(node))
        {
            foreach (string directory in Directory.GetDirectories(node))
            {
                Invalidate(directory, forGood: true);
                RemovePins(directory);
            }

            Directory.Delete(node, recursive: true);
        }

        locked.Remove();
        NodePaths.RemoveRunDirectoryIfEmpty(cookie);
    }

    /// <summary>
    /// The object with its full program, or where the kernel refuses that one, with its plain twin: before 5.18 a
    /// program may not even name a kfunc that the kernel lacks.
    /// </summary>
    internal static BpfObject LoadObject(string name, string directory, NodeOptions options)
    {
        BpfObject full = OpenObject(name, directory, options);
        if (full.TryLoad() is not { } refused)
        {
            return full;
        }

        full.Dispose();
        BpfObject twin = OpenObject(name, directory, options);
        if (twin.Choose(name + PlainSuffix) && twin.TryLoad() is null)
        {
            return twin;
        }

        twin.Dispose();
        // Both are refused. A feature that the kernel lacks explains it better than the verifier does.
        throw FeatureProbes.FirstMissing() is { } missing ? new BpfLoadException(missing.Sentence, refused.Errno, refused.Log) : refused;
    }

    /// <summary>From here on the pins are not complete.</summary>
    /// <returns>The row before; generations go on where they were. Zero: the pins never were complete.</returns>
    private static NodeRow Invalidate(string directory, bool forGood = false)
    {
        using BpfMap<uint, NodeRow>? node = BpfMap<uint, NodeRow>.TryOpenPinned(NodePaths.Map(directory, "node"));
        if (node is null || !node.TryLookup(0, out NodeRow row))
        {
            return default;
        }

        NodeRow invalid = row;
        invalid.Build = default;
        invalid.Abi = forGood ? 0 : row.Abi;
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

        foreach (string folder in (ReadOnlySpan<string>)["programs", "maps"])
        {
            if (Directory.Exists($"{directory}/{folder}"))
            {
                Directory.Delete($"{directory}/{folder}", recursive: true);
            }
        }
    }

    private static BpfObject OpenObject(string name, string directory, NodeOptions options)
    {
        BpfObject opened = BpfObject.Open(name);
        try
        {
            GiveMaps(opened, directory, options);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private static void GiveMaps(BpfObject loaded, string directory, NodeOptions options)
    {
        foreach ((string name, nint map) in loaded.Maps())
        {
            bool isFlowTable = name is "flows4" or "flows6";
            string path = NodePaths.Map(directory, name);
            using FileDescriptor? pinned = BpfCalls.TryGet(path);
            if (pinned is not null)
            {
                VerifyShape(map, pinned, path, isFlowTable);
            }

            int result = pinned is not null ? LibBpf.bpf_map__reuse_fd(map, pinned.Number)
                : isFlowTable ? LibBpf.bpf_map__set_max_entries(map, options.EffectiveFlowEntries)
                : 0;
            if (result != 0)
            {
                throw new LinuxException("prepare map", name, -result);
            }
        }
    }

    // libbpf takes over whatever the pinned map is, and the verifier would then speak of offsets.
    private static void VerifyShape(nint map, FileDescriptor pinned, string path, bool anySize)
    {
        BpfMapInfo info = BpfCalls.MapInfo(pinned, path);
        var is_ = (info.Type, info.KeySize, info.ValueSize, info.MapFlags, anySize ? 0 : info.MaxEntries);
        var wanted = (LibBpf.bpf_map__type(map), LibBpf.bpf_map__key_size(map), LibBpf.bpf_map__value_size(map),
            LibBpf.bpf_map__map_flags(map), anySize ? 0 : LibBpf.bpf_map__max_entries(map));
        if (is_ != wanted)
        {
            throw new BpfLoadException(
                $"{path} was made by a build whose maps differ: (type, key, value, flags, entries) is {is_}, not {wanted}; detach the node's containers and remove that directory",
                Errno.EINVAL, "");
        }
    }

    private static void PinMaps(BpfObject loaded, string directory)
    {
        foreach ((string name, nint map) in loaded.Maps())
        {
            string path = NodePaths.Map(directory, name);
            using FileDescriptor? pinned = BpfCalls.TryGet(path);
            if (pinned is null)
            {
                BpfCalls.Pin(LibBpf.bpf_map__fd(map), path);
            }
        }
    }

    private static void PinProgram(BpfObject loaded, string path)
    {
        foreach ((string _, int fd) in loaded.Programs())
        {
            if (fd < 0)
            {
                continue;
            }

            // A pin cannot be overwritten, but renamed over: whoever opens it gets the old program or the new.
            string temporary = path + TemporarySuffix;
            File.Delete(temporary);
            BpfCalls.Pin(fd, temporary);
            File.Move(temporary, path, overwrite: true);
        }
    }
}
