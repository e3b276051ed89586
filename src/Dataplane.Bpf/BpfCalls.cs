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

    public static BpfMapInfo MapInfo(FileDescriptor map, string name)
    {
        BpfMapInfo info = default;
        var attr = new BpfAttr.Info { BpfFd = (uint)map.Number, InfoLen = (uint)sizeof(BpfMapInfo), InfoPointer = (ulong)&info };
        return Call(BpfCommand.ObjGetInfoByFd, ref attr) == 0 ? info : throw new LinuxException("BPF_OBJ_GET_INFO_BY_FD", name, LastErrno);
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
