using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>Loads one object on a node's pinned maps, and pins what it brings.</summary>
internal static class ObjectLoader
{
    private const string TemporarySuffix = "_new";

    /// <summary>
    /// The object with its full programs, or where the kernel refuses one, with the plain twins: before 5.18 a
    /// program may not even name a kfunc that the kernel lacks. Maps that are pinned already are used.
    /// </summary>
    /// <param name="name">"from_pod": the object from_pod.bpf.o.</param>
    /// <param name="directory">The node's pins.</param>
    /// <param name="options">Sizes of the maps that are created.</param>
    public static BpfObject Load(string name, string directory, NodeOptions options)
    {
        BpfObject full = Open(name, directory, options);
        if (full.TryLoad() is not { } refused)
        {
            return full;
        }

        full.Dispose();
        BpfObject twin = Open(name, directory, options);
        if (twin.ChooseTwins() && twin.TryLoad() is null)
        {
            return twin;
        }

        twin.Dispose();
        // Both are refused. A feature that the kernel lacks explains it better than the verifier does.
        throw FeatureProbes.FirstMissing() is { } missing ? new BpfLoadException(missing.Sentence, refused.Errno, refused.Log) : refused;
    }

    private static BpfObject Open(string name, string directory, NodeOptions options)
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
            uint entries = options.EntriesOf(name);
            string path = NodePaths.Map(directory, name);
            using FileDescriptor? pinned = BpfCalls.TryGet(path);
            if (pinned is not null)
            {
                VerifyShape(map, pinned, path, anySize: entries > 0);
            }

            int result = pinned is not null ? LibBpf.bpf_map__reuse_fd(map, pinned.Number)
                : entries > 0 ? LibBpf.bpf_map__set_max_entries(map, entries)
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

    /// <summary>Pins the maps that it created.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool PinMaps(BpfObject loaded, string directory)
    {
        bool any = false;
        foreach ((string name, nint map) in loaded.Maps())
        {
            string path = NodePaths.Map(directory, name);
            using FileDescriptor? pinned = BpfCalls.TryGet(path);
            if (pinned is null)
            {
                BpfCalls.Pin(LibBpf.bpf_map__fd(map), path);
                any = true;
            }
        }

        return any;
    }

    /// <summary>Pins each of its programs under its own name, over what is pinned there.</summary>
    /// <param name="loaded">The object.</param>
    /// <param name="directory">The node's pins.</param>
    /// <param name="pinned">Gets the names.</param>
    public static void PinPrograms(BpfObject loaded, string directory, HashSet<string> pinned)
    {
        foreach ((string name, int fd) in loaded.Programs())
        {
            if (fd < 0)
            {
                continue;
            }

            // A pin cannot be overwritten, but renamed over: whoever opens it gets the old program or the new.
            string pin = BpfObject.PinName(name), path = NodePaths.Program(directory, pin), temporary = path + TemporarySuffix;
            File.Delete(temporary);
            BpfCalls.Pin(fd, temporary);
            File.Move(temporary, path, overwrite: true);
            pinned.Add(pin);
        }
    }

    /// <summary>Removes the pins of programs that this build does not have.</summary>
    public static void RemoveOtherPrograms(string directory, HashSet<string> pinned)
    {
        foreach (string path in Directory.GetFiles($"{directory}/programs"))
        {
            if (!pinned.Contains(Path.GetFileName(path)))
            {
                File.Delete(path);
            }
        }
    }
}
