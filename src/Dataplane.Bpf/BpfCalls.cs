using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>bpf(2) with an attribute structure, and pins by path.</summary>
internal static unsafe class BpfCalls
{
    public static int Call<T>(BpfCommand command, ref T attr)
        where T : unmanaged
    {
        fixed (T* pointer = &attr)
        {
            return LibC.bpf(command, pointer, (uint)sizeof(T));
        }
    }

    public static int LastErrno => Marshal.GetLastPInvokeError();

    /// <returns>The pinned object, or null: there is no such pin.</returns>
    public static FileDescriptor? TryGet(string path)
    {
        int fd = WithPath(path, static (pathname, _) =>
        {
            var attr = new BpfAttr.Obj { Pathname = (ulong)pathname };
            return Call(BpfCommand.ObjGet, ref attr);
        }, 0);
        if (fd >= 0)
        {
            return new FileDescriptor(fd);
        }

        return LastErrno == Errno.ENOENT ? null : throw new LinuxException("BPF_OBJ_GET", path, LastErrno);
    }

    /// <returns>The object of that number, or null: it is gone.</returns>
    public static FileDescriptor? TryGetById(BpfCommand command, uint id)
    {
        var attr = new BpfAttr.ById { Id = id };
        int fd = Call(command, ref attr);
        return fd >= 0 ? new FileDescriptor(fd)
            : LastErrno == Errno.ENOENT ? null
            : throw new LinuxException(command == BpfCommand.ProgGetFdById ? "BPF_PROG_GET_FD_BY_ID" : "BPF_MAP_GET_FD_BY_ID", id.ToString(CultureInfo.InvariantCulture), LastErrno);
    }

    public static BpfMapInfo MapInfo(FileDescriptor map, string name)
    {
        BpfMapInfo info = default;
        var attr = new BpfAttr.Info { BpfFd = (uint)map.Number, InfoLen = (uint)sizeof(BpfMapInfo), InfoPointer = (ulong)&info };
        return Call(BpfCommand.ObjGetInfoByFd, ref attr) == 0 ? info : throw new LinuxException("BPF_OBJ_GET_INFO_BY_FD", name, LastErrno);
    }

    /// <summary>Writes zero into the first four bytes of the first row of a pinned array, if there is one.</summary>
    public static void ClearFirstWord(string path)
    {
        using FileDescriptor? map = TryGet(path);
        if (map is null)
        {
            return;
        }

        uint key = 0;
        byte[] row = new byte[Math.Max(MapInfo(map, path).ValueSize, sizeof(uint))];
        fixed (byte* value = row)
        {
            var attr = new BpfAttr.MapElem { MapFd = (uint)map.Number, Key = (ulong)&key, Value = (ulong)value };
            int result = Call(BpfCommand.MapLookupElem, ref attr);
            row.AsSpan(0, sizeof(uint)).Clear();
            if (result != 0 || Call(BpfCommand.MapUpdateElem, ref attr) != 0)
            {
                throw new LinuxException("clear row", path, LastErrno);
            }
        }
    }

    public static void Pin(int fd, string path)
    {
        int result = WithPath(path, static (pathname, fd) =>
        {
            var attr = new BpfAttr.Obj { Pathname = (ulong)pathname, BpfFd = (uint)fd };
            return Call(BpfCommand.ObjPin, ref attr);
        }, fd);
        if (result != 0)
        {
            throw new LinuxException("BPF_OBJ_PIN", path, LastErrno);
        }
    }

    /// <summary>A name of the kernel: at most 15 bytes, NUL-terminated.</summary>
    public static string Text(in BpfProgInfo.Name16 name)
    {
        ReadOnlySpan<byte> bytes = name;
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    private static int WithPath(string path, Func<nint, int, int> call, int argument)
    {
        Span<byte> bytes = stackalloc byte[256];
        int length = Encoding.UTF8.GetBytes(path, bytes[..255]);
        bytes[length] = 0;
        fixed (byte* pathname = bytes)
        {
            return call((nint)pathname, argument);
        }
    }
}
