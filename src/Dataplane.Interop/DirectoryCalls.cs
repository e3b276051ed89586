using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>The calls of openat(2), readdir(3) and their family that <see cref="DirectoryFd"/> makes, by their C names.</summary>
internal static unsafe partial class DirectoryCalls
{
    internal const int AT_FDCWD = -100;
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;
    internal const int AT_EMPTY_PATH = 0x1000;
    internal const int O_RDONLY = 0;
    internal const int O_WRONLY = 1;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;
    internal const int O_CLOEXEC = 0x80000;
    internal static readonly int O_DIRECTORY = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;
    internal const int O_NONBLOCK = 0x800;
    internal static readonly int O_NOFOLLOW = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;
    internal const int LOCK_EX = 2;
    internal const uint RENAME_NOREPLACE = 1;
    internal const uint STATX_BASIC_STATS = 0x7ff;
    internal const uint STATX_BTIME = 0x800;
    internal const long UTIME_OMIT = (1L << 30) - 2;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int openat(int dirfd, string pathname, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(int fd, byte* buf, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(int fd, byte* buf, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint pread(int fd, byte* buf, nuint count, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ftruncate(int fd, nint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fsync(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int flock(int fd, int operation);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mkdirat(int dirfd, string pathname, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int symlinkat(string target, int newdirfd, string linkpath);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint readlinkat(int dirfd, string pathname, byte* buf, nuint bufsiz);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int renameat(int olddirfd, string oldpath, int newdirfd, string newpath);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int renameat2(int olddirfd, string oldpath, int newdirfd, string newpath, uint flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int unlinkat(int dirfd, string pathname, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statx(int dirfd, string pathname, int flags, uint mask, Statx* statxbuf);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int futimens(int fd, Timespec* times);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint getdents64(int fd, byte* dirp, nuint count);

    [StructLayout(LayoutKind.Sequential)]
    internal struct Timespec
    {
        internal nint tv_sec;
        internal nint tv_nsec;
    }

    /// <summary><c>struct statx</c>, the same on every architecture; only the fields that are read have names.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct Statx
    {
        [FieldOffset(0)] internal uint stx_mask;
        [FieldOffset(16)] internal uint stx_nlink;
        [FieldOffset(28)] internal ushort stx_mode;
        [FieldOffset(32)] internal ulong stx_ino;
        [FieldOffset(40)] internal ulong stx_size;
        [FieldOffset(80)] internal StatxTimestamp stx_btime;
        [FieldOffset(112)] internal StatxTimestamp stx_mtime;
        [FieldOffset(136)] internal uint stx_dev_major;
        [FieldOffset(140)] internal uint stx_dev_minor;
    }

    [StructLayout(LayoutKind.Explicit, Size = 16)]
    internal struct StatxTimestamp
    {
        [FieldOffset(0)] internal long tv_sec;
        [FieldOffset(8)] internal uint tv_nsec;

        internal readonly long Nanoseconds => tv_sec * 1_000_000_000 + tv_nsec;
    }
}
