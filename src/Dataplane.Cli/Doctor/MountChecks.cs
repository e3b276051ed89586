using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Doctor;

/// <summary>The two filesystems the dataplane knows of.</summary>
internal static class MountChecks
{
    private const string Bpffs = "/sys/fs/bpf";

    /// <summary>Looks at the mounts of this process.</summary>
    public static IEnumerable<Finding> Run() => Of(File.ReadAllLines("/proc/self/mountinfo"));

    /// <summary>Looks at the lines of a mountinfo (proc_pid_mountinfo(5)).</summary>
    public static IEnumerable<Finding> Of(IReadOnlyList<string> mountinfo)
    {
        List<(string Point, string Type)> mounts = [.. mountinfo.Select(Parse)];
        yield return mounts.Contains((Bpffs, "bpf"))
            ? new Finding("bpffs", Bpffs, Verdict.Ok, "is mounted")
            : new Finding("bpffs", Bpffs, Verdict.Warning, "is not mounted: the next ADD mounts it; to have it from boot on, add 'bpf /sys/fs/bpf bpf defaults 0 0' to /etc/fstab");

        string? cgroup = mounts.Find(m => m.Type == "cgroup2").Point;
        yield return new Finding("cgroup", "cgroup2", Verdict.Ok, cgroup is null ? "is not mounted: nothing that is loaded needs it" : $"is mounted on {cgroup}");
    }

    // "36 35 98:0 /root /point opts shared:1 - type source superopts"
    private static (string Point, string Type) Parse(string line)
    {
        string[] words = line.Split(' ');
        int separator = Array.IndexOf(words, "-");
        return separator >= 0 && separator + 1 < words.Length && words.Length > 4 ? (words[4], words[separator + 1]) : (string.Empty, string.Empty);
    }
}
