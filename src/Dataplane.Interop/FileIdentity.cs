using System.Runtime.InteropServices;
using static Dataplane.Interop.DirectoryCalls;

namespace Dataplane.Interop;

/// <summary>What makes two paths or descriptors the same file: device and inode.</summary>
/// <param name="Device">Device number, major and minor as statx(2) gives them.</param>
/// <param name="Inode">Inode number on it.</param>
public readonly record struct FileIdentity(ulong Device, ulong Inode)
{
    /// <summary>Of an open descriptor.</summary>
    /// <param name="fd">The descriptor.</param>
    /// <returns>Its file.</returns>
    /// <exception cref="LinuxException">statx(2) fails.</exception>
    public static FileIdentity Of(FileDescriptor fd) => Ask(fd.Number, "", AT_EMPTY_PATH, fd.ToString());

    /// <summary>Of a path; symbolic links are followed.</summary>
    /// <param name="path">The path.</param>
    /// <returns>Its file.</returns>
    /// <exception cref="LinuxException">statx(2) fails, ENOENT when there is none.</exception>
    public static FileIdentity Of(string path) => Ask(AT_FDCWD, path, 0, path);

    private static unsafe FileIdentity Ask(int directory, string path, int flags, string subject)
    {
        Statx status;
        return statx(directory, path, flags, STATX_BASIC_STATS, &status) == 0
            ? new FileIdentity(((ulong)status.stx_dev_major << 32) | status.stx_dev_minor, status.stx_ino)
            : throw new LinuxException("statx", subject, Marshal.GetLastPInvokeError());
    }
}
