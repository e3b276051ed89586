using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>The file system that pins live in.</summary>
public static unsafe class BpfFileSystem
{
    /// <summary>Where it is mounted.</summary>
    public const string Root = "/sys/fs/bpf";

    /// <summary>Whether it is mounted.</summary>
    public static bool IsMounted
    {
        get
        {
            LibC.Statfs status;
            return LibC.statfs(Root, &status) == 0 && status.f_type == LibC.BPF_FS_MAGIC;
        }
    }

    /// <summary>Mounts it where it is not.</summary>
    /// <exception cref="LinuxException">mount(2) fails: EPERM without CAP_SYS_ADMIN, ENODEV when the kernel has no bpffs.</exception>
    public static void EnsureMounted()
    {
        if (!IsMounted && LibC.mount("bpf", Root, "bpf", 0, null) != 0 && !IsMounted)
        {
            throw new LinuxException("mount", $"{Root} (bpffs; CONFIG_BPF_SYSCALL)", BpfCalls.LastErrno);
        }
    }
}
