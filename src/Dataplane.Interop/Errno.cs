using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>Error numbers of errno(3), the generic ones that x86-64 and arm64 share, and their names.</summary>
public static class Errno
{
    /// <summary>Operation not permitted.</summary>
    public const int EPERM = 1;

    /// <summary>No such file or directory.</summary>
    public const int ENOENT = 2;

    /// <summary>Interrupted system call.</summary>
    public const int EINTR = 4;

    /// <summary>Argument list too long; of bpf(2): too many, or too large.</summary>
    public const int E2BIG = 7;

    /// <summary>Bad file descriptor.</summary>
    public const int EBADF = 9;

    /// <summary>Resource temporarily unavailable.</summary>
    public const int EAGAIN = 11;

    /// <summary>Nobody listens there.</summary>
    public const int ECONNREFUSED = 111;

    /// <summary>Permission denied.</summary>
    public const int EACCES = 13;

    /// <summary>Device or resource busy.</summary>
    public const int EBUSY = 16;

    /// <summary>File exists.</summary>
    public const int EEXIST = 17;

    /// <summary>No such device.</summary>
    public const int ENODEV = 19;

    /// <summary>No such device or address.</summary>
    public const int ENXIO = 6;

    /// <summary>Not a directory.</summary>
    public const int ENOTDIR = 20;

    /// <summary>Invalid argument.</summary>
    public const int EINVAL = 22;

    /// <summary>Text file busy.</summary>
    public const int ETXTBSY = 26;

    /// <summary>No space left; of bpf(2): what there is does not fit into the caller's room.</summary>
    public const int ENOSPC = 28;

    /// <summary>Read-only file system.</summary>
    public const int EROFS = 30;

    /// <summary>Numerical result out of range; of netlink: an exhausted range.</summary>
    public const int ERANGE = 34;

    /// <summary>No buffer space available: a netlink socket lost messages.</summary>
    public const int ENOBUFS = 105;

    /// <summary>Message too long.</summary>
    public const int EMSGSIZE = 90;

    /// <summary>Operation not supported.</summary>
    public const int EOPNOTSUPP = 95;

    /// <summary>Cannot assign requested address.</summary>
    public const int EADDRNOTAVAIL = 99;

    /// <summary>Network is unreachable.</summary>
    public const int ENETUNREACH = 101;

    /// <summary>No route to host.</summary>
    public const int EHOSTUNREACH = 113;

    /// <summary>No such process; of netlink: no such route.</summary>
    public const int ESRCH = 3;

    /// <summary>What strerror(3) says, in the C locale and the reference plugins' lower case: "no such file or directory".</summary>
    /// <param name="errno">A positive error number.</param>
    /// <returns>The sentence, or "errno N" for a number that libc does not know.</returns>
    public static string Text(int errno)
    {
        string message = Marshal.GetPInvokeErrorMessage(errno);
        return message.Length == 0 ? $"errno {errno}" : char.ToLowerInvariant(message[0]) + message[1..];
    }
}
