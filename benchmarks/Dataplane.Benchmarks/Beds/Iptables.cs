using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Beds;

/// <summary>Which iptables the reference finds: the machine's alternatives are not touched, its PATH is.</summary>
internal static class Iptables
{
    private static readonly string[] s_tools = ["iptables", "iptables-save", "iptables-restore", "ip6tables", "ip6tables-save", "ip6tables-restore"];
    private static readonly Dictionary<string, string> s_directories = [];

    /// <summary>Why rows of iptables-legacy are left out; null when they are measured.</summary>
    public static string? LegacyMissing { get; } = Probe();

    /// <summary>The PATH of a side's plugins.</summary>
    public static string Path(Side side) => side switch
    {
        Side.Reference => $"{Directory("nft")}:/usr/sbin:/usr/bin:/sbin:/bin",
        Side.ReferenceLegacy => $"{Directory("legacy")}:/usr/sbin:/usr/bin:/sbin:/bin",
        _ => "/usr/sbin:/usr/bin:/sbin:/bin",
    };

    private static string Directory(string variant)
    {
        lock (s_directories)
        {
            if (s_directories.TryGetValue(variant, out string? directory))
            {
                return directory;
            }

            directory = System.IO.Path.Combine(Bed.Scratch, $"iptables-{variant}");
            System.IO.Directory.CreateDirectory(directory);
            foreach (string tool in s_tools)
            {
                File.CreateSymbolicLink(System.IO.Path.Combine(directory, tool), $"/usr/sbin/xtables-{variant}-multi");
            }

            s_directories.Add(variant, directory);
            return directory;
        }
    }

    private static string? Probe()
    {
        if (!File.Exists("/usr/sbin/xtables-legacy-multi"))
        {
            return "the package iptables has no xtables-legacy-multi";
        }

        if (!Bed.IsPossible)
        {
            return "it is probed in a bed alone";
        }

        using var bed = new Bed(Side.ReferenceLegacy);
        using var inside = new InNamespace(bed.Host);
        return Command.TryRead("/usr/sbin/iptables-legacy", "--table", "nat", "--list-rules") is null ? "the kernel has no table nat of iptables-legacy (CONFIG_IP_NF_IPTABLES_LEGACY)" : null;
    }
}
