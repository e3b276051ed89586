using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>
/// Tells a node's programs from those of others by the maps they use: the pinned ones; or, when somebody removed the
/// pins, the map "node" whose row has the node's cookie.
/// </summary>
internal sealed unsafe class NodeOwner(ulong cookie)
{
    private const uint TypeArray = 2;
    // struct dp_node of every ABI: abi, generation, netns_cookie.
    private const int CookieAt = 8;
    private HashSet<uint>? _pinned;

    public bool Owns(BpfProgram program)
    {
        uint[] maps = program.MapIds();
        foreach (uint id in maps)
        {
            if ((_pinned ??= Pinned()).Contains(id))
            {
                return true;
            }
        }

        foreach (uint id in maps)
        {
            using FileDescriptor? map = BpfCalls.TryGetById(BpfCommand.MapGetFdById, id);
            if (map is not null && CookieOf(map) == cookie)
            {
                // Not every program uses the map "node": the others are known by those they share with this one.
                _pinned!.UnionWith(maps);
                return true;
            }
        }

        return false;
    }

    private HashSet<uint> Pinned()
    {
        var ids = new HashSet<uint>();
        string node = NodePaths.Node(cookie);
        if (!Directory.Exists(node))
        {
            return ids;
        }

        foreach (string abi in Directory.GetDirectories(node))
        {
            string maps = $"{abi}/maps";
            foreach (string path in Directory.Exists(maps) ? Directory.GetFiles(maps) : [])
            {
                using FileDescriptor? map = BpfCalls.TryGet(path);
                if (map is not null)
                {
                    ids.Add(BpfCalls.MapInfo(map, path).Id);
                }
            }
        }

        return ids;
    }

    /// <returns>0: it is not such a map.</returns>
    private static ulong CookieOf(FileDescriptor map)
    {
        BpfMapInfo info = BpfCalls.MapInfo(map, "map");
        if (info.Type != TypeArray || info.KeySize != sizeof(uint) || info.ValueSize < CookieAt + sizeof(ulong) || BpfCalls.Text(info.Name) != "node")
        {
            return 0;
        }

        uint key = 0;
        byte[] row = new byte[info.ValueSize];
        fixed (byte* value = row)
        {
            var attr = new BpfAttr.MapElem { MapFd = (uint)map.Number, Key = (ulong)&key, Value = (ulong)value };
            return BpfCalls.Call(BpfCommand.MapLookupElem, ref attr) == 0 ? BitConverter.ToUInt64(row, CookieAt) : 0;
        }
    }
}
