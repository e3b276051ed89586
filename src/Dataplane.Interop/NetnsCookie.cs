using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>A network namespace's cookie (SO_NETNS_COOKIE, Linux 5.14): never given twice between two boots.</summary>
public static unsafe class NetnsCookie
{
    /// <summary>The cookie of the calling thread's namespace.</summary>
    /// <returns>The cookie.</returns>
    /// <exception cref="LinuxException">The kernel has none.</exception>
    public static ulong Current()
    {
        int fd = LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, 0);
        using FileDescriptor socket = fd >= 0
            ? new FileDescriptor(fd)
            : throw new LinuxException("socket", "netlink", Marshal.GetLastPInvokeError());
        ulong cookie;
        uint length = sizeof(ulong);
        return LibC.getsockopt(fd, LibC.SOL_SOCKET, LibC.SO_NETNS_COOKIE, &cookie, &length) == 0
            ? cookie
            : throw new LinuxException("getsockopt", "SO_NETNS_COOKIE", Marshal.GetLastPInvokeError());
    }
}
