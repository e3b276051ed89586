using System.Runtime.CompilerServices;
using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>A map whose keys and values are plain structures. One system call an operation.</summary>
/// <typeparam name="TKey">Its key, laid out as the programs have it.</typeparam>
/// <typeparam name="TValue">Its value, likewise.</typeparam>
public sealed unsafe class BpfMap<TKey, TValue> : IDisposable
    where TKey : unmanaged
    where TValue : unmanaged
{
    private const int BatchSize = 512;
    private readonly string _name;
    private readonly FileDescriptor _fd;

    internal BpfMap(FileDescriptor fd, string name)
    {
        _fd = fd;
        _name = name;
    }

    /// <summary>Its descriptor.</summary>
    public int Fd => _fd.Number;

    /// <summary>What the kernel says of it: type, sizes, capacity.</summary>
    /// <exception cref="LinuxException">BPF_OBJ_GET_INFO_BY_FD fails.</exception>
    public BpfMapInfo Info => BpfCalls.MapInfo(_fd, _name);

    /// <summary>Opens a pinned map and checks that its layout is the expected one.</summary>
    /// <param name="path">Its pin.</param>
    /// <returns>The map, or null: no such pin.</returns>
    /// <exception cref="LinuxException">EINVAL: keys or values have another size.</exception>
    public static BpfMap<TKey, TValue>? TryOpenPinned(string path)
    {
        if (BpfCalls.TryGet(path) is not { } fd)
        {
            return null;
        }

        var map = new BpfMap<TKey, TValue>(fd, path);
        BpfMapInfo info = map.Info;
        if (info.KeySize != sizeof(TKey) || info.ValueSize != sizeof(TValue))
        {
            map.Dispose();
            throw new LinuxException("open map", $"{path} (key {info.KeySize}, value {info.ValueSize} bytes, not {sizeof(TKey)} and {sizeof(TValue)})", Errno.EINVAL);
        }

        return map;
    }

    /// <summary>Looks a key up.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value.</param>
    /// <returns>False: there is none.</returns>
    public bool TryLookup(in TKey key, out TValue value)
    {
        Unsafe.SkipInit(out value);
        fixed (TKey* k = &key)
        {
            fixed (TValue* v = &value)
            {
                var attr = new BpfAttr.MapElem { MapFd = (uint)Fd, Key = (ulong)k, Value = (ulong)v };
                if (BpfCalls.Call(BpfCommand.MapLookupElem, ref attr) == 0)
                {
                    return true;
                }
            }
        }

        value = default;
        return BpfCalls.LastErrno == Errno.ENOENT ? false : throw Failure("BPF_MAP_LOOKUP_ELEM");
    }

    /// <summary>Sets a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="flags">BPF_ANY 0, BPF_NOEXIST 1, BPF_EXIST 2.</param>
    /// <exception cref="LinuxException">E2BIG (errno 7): the map is full.</exception>
    public void Update(in TKey key, in TValue value, ulong flags = 0)
    {
        fixed (TKey* k = &key)
        {
            fixed (TValue* v = &value)
            {
                var attr = new BpfAttr.MapElem { MapFd = (uint)Fd, Key = (ulong)k, Value = (ulong)v, Flags = flags };
                if (BpfCalls.Call(BpfCommand.MapUpdateElem, ref attr) != 0)
                {
                    throw Failure("BPF_MAP_UPDATE_ELEM");
                }
            }
        }
    }

    /// <summary>Deletes a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>False: there was none.</returns>
    public bool Delete(in TKey key)
    {
        fixed (TKey* k = &key)
        {
            var attr = new BpfAttr.MapElem { MapFd = (uint)Fd, Key = (ulong)k };
            if (BpfCalls.Call(BpfCommand.MapDeleteElem, ref attr) == 0)
            {
                return true;
            }
        }

        return BpfCalls.LastErrno == Errno.ENOENT ? false : throw Failure("BPF_MAP_DELETE_ELEM");
    }

    /// <summary>Reads everything: what is there all along is there, what comes or goes meanwhile may be.</summary>
    /// <returns>Keys and values.</returns>
    public List<(TKey Key, TValue Value)> Entries() => TryBatch() ?? OneByOne();

    /// <inheritdoc/>
    public void Dispose() => _fd.Dispose();

    /// <returns>Null where the kernel or the map's type has no batch lookup (before 5.6).</returns>
    private List<(TKey Key, TValue Value)>? TryBatch()
    {
        var entries = new List<(TKey, TValue)>();
        var keys = new TKey[BatchSize];
        var values = new TValue[BatchSize];
        // The cursor is a key for arrays and a bucket number for hashes; room for either.
        ulong* cursor = stackalloc ulong[(sizeof(TKey) / sizeof(ulong)) + 2];
        bool first = true;
        fixed (TKey* k = keys)
        {
            fixed (TValue* v = values)
            {
                while (true)
                {
                    var attr = new BpfAttr.MapBatch
                    {
                        InBatch = first ? 0 : (ulong)cursor,
                        OutBatch = (ulong)cursor,
                        Keys = (ulong)k,
                        Values = (ulong)v,
                        Count = (uint)keys.Length,
                        MapFd = (uint)Fd,
                    };
                    int result = BpfCalls.Call(BpfCommand.MapLookupBatch, ref attr);
                    int errno = result == 0 ? 0 : BpfCalls.LastErrno;
                    // ENOSPC: a bucket holds more than fits. The buckets of 512 and more do not exist; leave it to the slow way.
                    if (errno != 0 && errno != Errno.ENOENT)
                    {
                        return null;
                    }

                    for (int i = 0; i < attr.Count; i++)
                    {
                        entries.Add((keys[i], values[i]));
                    }

                    if (errno == Errno.ENOENT)
                    {
                        return entries;
                    }

                    first = false;
                }
            }
        }
    }

    internal List<(TKey Key, TValue Value)> OneByOne()
    {
        var entries = new List<(TKey, TValue)>();
        TKey key = default, next;
        bool first = true;
        // When the key it stands on is deleted, the walk begins again: more steps than entries would be for ever.
        for (uint left = Info.MaxEntries; ; left--)
        {
            if (left == 0)
            {
                return entries;
            }

            var attr = new BpfAttr.MapElem { MapFd = (uint)Fd, Key = first ? 0 : (ulong)&key, Value = (ulong)&next };
            if (BpfCalls.Call(BpfCommand.MapGetNextKey, ref attr) != 0)
            {
                return BpfCalls.LastErrno == Errno.ENOENT ? entries : throw Failure("BPF_MAP_GET_NEXT_KEY");
            }

            key = next;
            first = false;
            if (TryLookup(key, out TValue value))
            {
                entries.Add((key, value));
            }
        }
    }

    private LinuxException Failure(string operation) => new(operation, _name, BpfCalls.LastErrno);
}
