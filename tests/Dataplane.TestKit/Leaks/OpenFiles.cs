namespace Dataplane.TestKit;

/// <summary>Counts what this process has open, for tests that run product code in their own process.</summary>
public static class OpenFiles
{
    /// <summary>
    /// Targets of this process's descriptors that match a text, such as <c>bpf</c>, <c>net:[</c> or a directory. Others come and go
    /// with the test runner.
    /// </summary>
    public static IReadOnlyList<string> Matching(string text)
    {
        var found = new List<string>();
        foreach (string path in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            string? target = null;
            try
            {
                target = File.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName;
            }
            catch (IOException)
            {
                // The descriptor of this very listing.
            }
            if (target is not null && target.Contains(text, StringComparison.Ordinal))
            {
                found.Add(target);
            }
        }
        return found;
    }
}
