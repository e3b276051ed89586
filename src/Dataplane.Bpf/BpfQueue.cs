using System.Runtime.CompilerServices;
using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>A queue that the programs work on; user space looks at its head.</summary>
/// <typeparam name="T">Its items, laid out as the programs have them.</typeparam>
public sealed unsafe class BpfQueue<T> : IDisposable
    where T : unmanaged
{
    private readonly FileDescriptor _fd;
    private readonly string _name;

    private BpfQueue(FileDescriptor fd, string name)
    {
        _fd = fd;
        _name = name;
    }

    /// <summary>What the kernel says of it: type, sizes, capacity.</summary>
    /// <exception cref="LinuxException">BPF_OBJ_GET_INFO_BY_FD fails.</exception>
    public BpfMapInfo Info => BpfCalls.MapInfo(_fd, _name);

    /// <summary>Opens a pinned queue and checks that its layout is the expected one.</summary>
    /// <param name="path">Its pin.</param>
    /// <returns>The queue, or null: no such pin.</returns>
    /// <exception cref="LinuxException">EINVAL: its items have another size, or it has keys.</exception>
    public static BpfQueue<T>? TryOpenPinned(string path)
    {
        if (BpfCalls.TryGet(path) is not { } fd)
        {
            return null;
        }

        var queue = new BpfQueue<T>(fd, path);
        BpfMapInfo info = queue.Info;
        if (info.KeySize != 0 || info.ValueSize != sizeof(T))
        {
            queue.Dispose();
            throw new LinuxException("open queue", $"{path} (key {info.KeySize}, item {info.ValueSize} bytes, not 0 and {sizeof(T)})", Errno.EINVAL);
        }

        return queue;
    }

    /// <summary>Reads the item that is next, and leaves it there.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False: the queue is empty.</returns>
    public bool TryPeek(out T item) => TryRead(BpfCommand.MapLookupElem, "BPF_MAP_LOOKUP_ELEM", out item);

    /// <summary>Takes the item that is next.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False: the queue is empty.</returns>
    public bool TryPop(out T item) => TryRead(BpfCommand.MapLookupAndDeleteElem, "BPF_MAP_LOOKUP_AND_DELETE_ELEM", out item);

    /// <summary>Puts an item behind the others.</summary>
    /// <param name="item">The item.</param>
    /// <exception cref="LinuxException">E2BIG (errno 7): the queue is full.</exception>
    public void Push(in T item)
    {
        fixed (T* value = &item)
        {
            var attr = new BpfAttr.MapElem { MapFd = (uint)_fd.Number, Value = (ulong)value };
            if (BpfCalls.Call(BpfCommand.MapUpdateElem, ref attr) != 0)
            {
                throw new LinuxException("BPF_MAP_UPDATE_ELEM", _name, BpfCalls.LastErrno);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _fd.Dispose();

    private bool TryRead(BpfCommand command, string name, out T item)
    {
        Unsafe.SkipInit(out item);
        fixed (T* value = &item)
        {
            var attr = new BpfAttr.MapElem { MapFd = (uint)_fd.Number, Value = (ulong)value };
            if (BpfCalls.Call(command, ref attr) == 0)
            {
                return true;
            }
        }

        item = default;
        return BpfCalls.LastErrno == Errno.ENOENT ? false : throw new LinuxException(name, _name, BpfCalls.LastErrno);
    }
}
