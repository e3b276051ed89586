using System.Runtime.InteropServices;

namespace Dataplane.Interop;

public static unsafe partial class LibC
{
    /// <summary>f_type of proc, statfs(2).</summary>
    public const long PROC_SUPER_MAGIC = 0x9fa0;

    /// <summary>f_type of the file system of namespaces, statfs(2).</summary>
    public const long NSFS_MAGIC = 0x6e736673;

    /// <summary>f_type of bpffs, statfs(2).</summary>
    public const long BPF_FS_MAGIC = 0xcafe4a11;

    /// <summary>f_type of cgroup2, statfs(2).</summary>
    public const long CGROUP2_SUPER_MAGIC = 0x63677270;

    /// <summary>statfs(2).</summary>
    /// <returns>0, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int statfs(string path, Statfs* buf);

    /// <summary>struct statfs of 64-bit architectures; only what is read has a name.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 120)]
    public struct Statfs
    {
        /// <summary>The file system's magic number.</summary>
        public long f_type;
    }
}
