using System.Runtime.InteropServices;

namespace Dataplane.Interop;

public static unsafe partial class LibC
{
    /// <summary>A network namespace.</summary>
    public const int CLONE_NEWNET = 0x40000000;

    /// <summary>setns(2): moves the calling thread.</summary>
    /// <returns>0, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int setns(int fd, int nstype);

    /// <summary>unshare(2): moves the calling thread into namespaces of its own.</summary>
    /// <returns>0, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int unshare(int flags);
}
