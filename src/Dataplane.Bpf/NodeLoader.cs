using Dataplane.Abi;
using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>
/// Loads and pins a node's programs, once. Under a lock, and the node's row is written last: whoever dies on
/// the way leaves pins that nobody takes for complete, and that the next one uses or replaces.
/// </summary>
internal static class NodeLoader
{
    public const uint LockMode = 0x180; // 0600

    private const string PinRoot = BpfFileSystem.Root + "/dataplane";
    private const string Suffix = "_new";
    private const string PlainSuffix = "_plain";
    private static readonly string[] s_objects = ["from_pod", "to_pod"];
    private static readonly byte[] s_build = HalfOfEach(BpfBuild.ObjectHashes);

    public static ReadOnlySpan<byte> Build => s_build;

    public static string NodeDirectory(ulong cookie) => $"{PinRoot}/{cookie}";

    public static string LockPath(ulong cookie) => $"{RunRoot}/{cookie}/load.lock";

    public static string MapPath(string directory, string map) => $"{directory}/maps/{map}";

    public static string ProgramPath(string directory, string program) => $"{directory}/programs/{program}";

    private static string RunRoot => Environment.GetEnvironmentVariable("DATAPLANE_RUN") is { Length: > 0 } root ? root : "/run/dataplane";

    public static void Load(ulong cookie, NodeOptions options)
    {
        BpfFileSystem.EnsureMounted();
        string directory = NodePrograms.Directory(cookie);
        Directory.CreateDirectory($"{RunRoot}/{cookie}", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using LockedFile locked = LockedFile.Open(LockPath(cookie), LockMode);
        using (NodePrograms? others = NodePrograms.TryOpen(cookie))
        {
            if (others is not null)
            {
                return;
            }
        }

        Directory.CreateDirectory($"{directory}/maps");
        Directory.CreateDirectory($"{directory}/programs");
        uint generation = Invalidate(directory);
        foreach (string name in s_objects)
        {
            using BpfObject loaded = LoadObject(name, directory, options);
            PinMaps(loaded, directory);
            PinProgram(loaded, ProgramPath(directory, name));
        }

        using BpfMap<uint, NodeRow> node = BpfMap<uint, NodeRow>.TryOpenPinned(MapPath(directory, "node"))!;
        node.Update(0, new NodeRow { Abi = AbiVersion.Current, Generation = generation, NetnsCookie = cookie, Build = Bytes32.From(s_build) });
    }

    /// <summary>From here on the pins are not complete. Generations go on where they were.</summary>
    private static uint Invalidate(string directory)
    {
        using BpfMap<uint, NodeRow>? node = BpfMap<uint, NodeRow>.TryOpenPinned(MapPath(directory, "node"));
        if (node is null || !node.TryLookup(0, out NodeRow row))
        {
            return 0;
        }

        row.Build = default;
        node.Update(0, row);
        return row.Generation;
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

        // Both are refused: what is wrong with the full one is the news.
        twin.Dispose();
        throw refused;
    }

    private static BpfObject OpenObject(string name, string directory, NodeOptions options)
    {
        BpfObject opened = BpfObject.Open(name);
        GiveMaps(opened, directory, options);
        return opened;
    }

    private static void GiveMaps(BpfObject loaded, string directory, NodeOptions options)
    {
        foreach ((string name, nint map) in loaded.Maps())
        {
            if (name.StartsWith('.') || name.Contains(".rodata", StringComparison.Ordinal) || name.Contains(".bss", StringComparison.Ordinal))
            {
                continue;
            }

            using FileDescriptor? pinned = BpfCalls.TryGet(MapPath(directory, name));
            int result = pinned is not null ? LibBpf.bpf_map__reuse_fd(map, pinned.Number)
                : name is "flows4" or "flows6" ? LibBpf.bpf_map__set_max_entries(map, options.EffectiveFlowEntries)
                : 0;
            if (result != 0)
            {
                throw new LinuxException("prepare map", name, -result);
            }
        }
    }

    private static void PinMaps(BpfObject loaded, string directory)
    {
        foreach ((string name, nint map) in loaded.Maps())
        {
            if (name.Contains('.', StringComparison.Ordinal))
            {
                continue;
            }

            string path = MapPath(directory, name);
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
            string temporary = path + Suffix;
            File.Delete(temporary);
            BpfCalls.Pin(fd, temporary);
            File.Move(temporary, path, overwrite: true);
        }
    }

    private static byte[] HalfOfEach(string hashes)
    {
        byte[] all = Convert.FromHexString(hashes);
        byte[] build = new byte[32];
        all.AsSpan(0, 16).CopyTo(build);
        all.AsSpan(32, 16).CopyTo(build.AsSpan(16));
        return build;
    }
}
