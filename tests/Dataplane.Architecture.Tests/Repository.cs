using System.Diagnostics;

namespace Dataplane.Architecture.Tests;

/// <summary>The source tree this test was built from: files that git tracks, and nothing built.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Paths relative to the root, of tracked and of new, not ignored files.</summary>
    public static IReadOnlyList<string> Files { get; } = ListFiles();

    public static IEnumerable<string> Under(string folder, params string[] extensions) =>
        Files.Where(f => f.StartsWith(folder, StringComparison.Ordinal)
            && (extensions.Length == 0 || extensions.Any(e => f.EndsWith(e, StringComparison.Ordinal))));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    private static string FindRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Dataplane.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"no Dataplane.sln above {AppContext.BaseDirectory}");
    }

    private static string[] ListFiles()
    {
        // A clone made by another user (CI) is "dubious ownership" to git: say that this one is ours.
        var start = new ProcessStartInfo("git", ["-c", $"safe.directory={Root}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        };
        using Process git = Process.Start(start)!;
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(f => File.Exists(Path.Combine(Root, f)))];
    }
}
