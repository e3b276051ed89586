namespace Dataplane.TestKit;

/// <summary>
/// What a killed test run leaves: its namespaces, scratch directories, pins and run directories. The first
/// bed of a process clears those whose process id is dead; the living ones' are theirs.
/// </summary>
internal static class Leftovers
{
    /// <summary>Every test namespace starts with this, then the process id.</summary>
    public const string Prefix = "dptest-";

    private static readonly Lazy<bool> s_sweep = new(Sweep);

    /// <summary>Scratch files of test processes, one directory each.</summary>
    public static string ScratchRoot => Path.Combine(Path.GetTempPath(), "dataplane-tests");

    /// <summary>This process's scratch directory.</summary>
    public static string Scratch => Path.Combine(ScratchRoot, Environment.ProcessId.ToString());

    public static void SweepOnce() => _ = s_sweep.Value;

    public static void DeleteNamespace(string name)
    {
        // Only the name goes; the namespace itself ends with its last socket and process.
        if (File.Exists(TestNamespace.PathOf(name)))
        {
            Tool.Run("ip", "netns", "delete", name).OrThrow();
        }
    }

    /// <summary>Removes what a node keeps outside its namespace.</summary>
    public static void DeleteNodeState(ulong cookie)
    {
        DeleteTree($"/sys/fs/bpf/dataplane/{cookie}");
        DeleteTree($"/run/dataplane/{cookie}");
    }

    /// <summary>Marks a node as this process's, for the sweep of a later one.</summary>
    public static void Claim(ulong cookie)
    {
        Directory.CreateDirectory(Scratch);
        File.WriteAllText(Path.Combine(Scratch, $"cookie-{cookie}"), "");
    }

    public static void DeleteTree(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }

    private static bool Sweep()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            DeleteTree(Scratch);
        };
        if (Directory.Exists("/run/netns"))
        {
            foreach (string path in Directory.EnumerateFiles("/run/netns", Prefix + "*").ToList())
            {
                string name = Path.GetFileName(path);
                if (OwnerIsDead(name[Prefix.Length..].Split('-')[0]))
                {
                    DeleteNamespace(name);
                }
            }
        }
        if (Directory.Exists(ScratchRoot))
        {
            foreach (string path in Directory.EnumerateDirectories(ScratchRoot).ToList())
            {
                if (OwnerIsDead(Path.GetFileName(path)))
                {
                    foreach (string mark in Directory.EnumerateFiles(path, "cookie-*"))
                    {
                        DeleteNodeState(ulong.Parse(Path.GetFileName(mark)["cookie-".Length..]));
                    }
                    DeleteTree(path);
                }
            }
        }
        return true;
    }

    private static bool OwnerIsDead(string pid) => int.TryParse(pid, out _) && !Directory.Exists($"/proc/{pid}");
}
