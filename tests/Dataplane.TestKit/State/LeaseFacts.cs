using System.Text.RegularExpressions;

namespace Dataplane.TestKit;

/// <summary>host-local's directory: every file with its mode and content.</summary>
public static partial class LeaseFacts
{
    /// <summary>States every directory and file below a data directory.</summary>
    public static void Add(Facts facts, string dataDirectory)
    {
        if (!Directory.Exists(dataDirectory))
        {
            return;
        }
        foreach (string path in Directory.EnumerateFileSystemEntries(dataDirectory, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(dataDirectory, path);
            // What only ours keeps beside the leases: links that lead nowhere.
            if (name.Contains("/.dataplane", StringComparison.Ordinal))
            {
                continue;
            }
            string mode = Convert.ToString((int)File.GetUnixFileMode(path), 8).PadLeft(4, '0');
            facts.Add($"lease/{name}/mode", mode);
            facts.Add($"lease/{name}", Directory.Exists(path)
                ? "directory"
                : $"\"{File.ReadAllText(path).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"");
        }
    }

    /// <summary>The addresses that a data directory holds leases of.</summary>
    public static IReadOnlyList<string> Addresses(string dataDirectory) => Directory.Exists(dataDirectory)
        ? [.. Directory.EnumerateFiles(dataDirectory, "*", SearchOption.AllDirectories)
            .Where(static path => AddressName().IsMatch(Path.GetFileName(path))).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)]
        : [];

    [GeneratedRegex(@"^(\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:.]*)$")]
    private static partial Regex AddressName();
}
