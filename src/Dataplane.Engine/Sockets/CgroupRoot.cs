using System.Runtime.InteropServices;
using Dataplane.Interop;

namespace Dataplane.Engine;

/// <summary>
/// The root of cgroup2, as far as this process sees it: every process of the machine is below it, also where the controllers
/// are all cgroup v1's. In a container with a cgroup namespace of its own (a node that is one itself) it is the container's.
/// An existing mount is used: a new one, even one that is nowhere, resets the options of all others (nsdelegate,
/// memory_recursiveprot; cgroup_get_tree in kernel/cgroup/cgroup.c).
/// </summary>
internal static unsafe class CgroupRoot
{
    private static readonly string[] s_usual = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"];

    /// <summary>Opens its directory. Where nobody mounted cgroup2, it is mounted for as long as the call takes.</summary>
    /// <exception cref="LinuxException">ENODEV: the kernel has no cgroup2; EPERM: not permitted to mount it.</exception>
    public static FileDescriptor Open() => (TryUsual() ?? TryMounted()) is { } path ? OpenDirectory(path) : OpenPrivate();

    private static string? TryUsual()
    {
        foreach (string path in s_usual)
        {
            LibC.Statfs status;
            if (LibC.statfs(path, &status) == 0 && status.f_type == LibC.CGROUP2_SUPER_MAGIC)
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>proc_pid_mountinfo(5): "ID PARENT MAJOR:MINOR ROOT PATH OPTIONS … - TYPE SOURCE …"; a bind mount's ROOT is not "/".</summary>
    private static string? TryMounted()
    {
        foreach (string line in File.ReadLines("/proc/thread-self/mountinfo"))
        {
            string[] words = line.Split(' ');
            int separator = Array.IndexOf(words, "-");
            if (separator > 5 && words[separator + 1] == "cgroup2" && words[3] == "/" && !words[4].Contains('\\'))
            {
                return words[4];
            }
        }

        return null;
    }

    private static FileDescriptor OpenPrivate()
    {
        string path = Directory.CreateTempSubdirectory("dataplane-cgroup2-").FullName;
        try
        {
            if (LibC.mount("none", path, "cgroup2", 0, null) != 0)
            {
                throw new LinuxException("mount", "cgroup2 (CONFIG_CGROUPS)", Marshal.GetLastPInvokeError());
            }

            try
            {
                return OpenDirectory(path);
            }
            finally
            {
                LibC.umount2(path, LibC.MNT_DETACH);
            }
        }
        finally
        {
            Directory.Delete(path);
        }
    }

    private static FileDescriptor OpenDirectory(string path)
    {
        int fd = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        return fd >= 0 ? new FileDescriptor(fd) : throw new LinuxException("open", path, Marshal.GetLastPInvokeError());
    }
}
