using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>Whether files can be written, asked without writing any: for STATUS.</summary>
public static partial class WriteAccess
{
    private const int W_OK = 2;
    private const int AT_FDCWD = -100;

    /// <summary>Throws unless a directory can be written into, or be made: then it is asked of the first that exists above it.</summary>
    /// <param name="path">The directory.</param>
    /// <exception cref="LinuxException">EROFS: its filesystem is read-only; ENOTDIR: it is, or is below, a file.</exception>
    public static void Require(string path)
    {
        for (string? at = path; at is { Length: > 0 }; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(at))
            {
                throw new LinuxException("mkdir", at, Errno.ENOTDIR);
            }

            if (faccessat(AT_FDCWD, at, W_OK, 0) == 0)
            {
                return;
            }

            int errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.ENOENT)
            {
                throw new LinuxException("write to", at, errno);
            }
        }
    }

    /// <summary>Throws unless a file can be written.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="LinuxException">EROFS: its filesystem is read-only.</exception>
    public static void RequireFile(string path)
    {
        if (faccessat(AT_FDCWD, path, W_OK, 0) != 0)
        {
            throw new LinuxException("write to", path, Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int faccessat(int dirfd, string pathname, int mode, int flags);
}
