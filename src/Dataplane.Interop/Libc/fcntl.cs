using System.Runtime.InteropServices;

namespace Dataplane.Interop;

public static unsafe partial class LibC
{
    /// <summary>Read only.</summary>
    public const int O_RDONLY = 0;

    /// <summary>Write only.</summary>
    public const int O_WRONLY = 1;

    /// <summary>Read and write.</summary>
    public const int O_RDWR = 2;

    /// <summary>Close on exec.</summary>
    public const int O_CLOEXEC = 0x80000;

    /// <summary>flock(2): exclusive.</summary>
    public const int LOCK_EX = 2;

    /// <summary>flock(2).</summary>
    /// <returns>0, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int flock(int fd, int operation);

    /// <summary>open(2), without a mode: for files that exist.</summary>
    /// <returns>A descriptor, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string pathname, int flags);

    /// <summary>read(2).</summary>
    /// <returns>Bytes read, 0 at the end, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int fd, void* buf, nuint count);

    /// <summary>write(2).</summary>
    /// <returns>Bytes written, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int fd, void* buf, nuint count);
}
