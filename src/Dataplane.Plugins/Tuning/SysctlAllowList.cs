using Dataplane.Cni;

namespace Dataplane.Plugins;

/// <summary>The sysctls that this node allows configurations to set: regular expressions of Go, one a line, each looked for anywhere in the key.</summary>
/// <param name="patterns">The expressions.</param>
internal sealed class SysctlAllowList(IReadOnlyList<string> patterns)
{
    private const string File = "/etc/cni/tuning/allowlist.conf";

    /// <summary>The node's list.</summary>
    /// <returns>Null when there is no such file: everything is allowed.</returns>
    /// <exception cref="CniException">It cannot be read: then nothing is allowed.</exception>
    public static SysctlAllowList? Load()
    {
        try
        {
            return System.IO.File.Exists(File) ? Parse(System.IO.File.ReadAllText(File)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.Internal, $"open {File}: {e.Message}", "", e);
        }
    }

    /// <summary>Reads a list; blank lines say nothing.</summary>
    /// <param name="text">The file's contents.</param>
    public static SysctlAllowList Parse(string text)
    {
        var patterns = new List<string>();
        foreach (string line in text.Split('\n'))
        {
            if (line.Trim() is { Length: > 0 } pattern)
            {
                patterns.Add(pattern);
            }
        }

        return new SysctlAllowList(patterns);
    }

    /// <summary>Throws for a sysctl that no expression matches.</summary>
    /// <param name="sysctls">Keys as they are configured, before the interface's name is put in.</param>
    /// <exception cref="CniException">The reference's text.</exception>
    public void Require(IReadOnlyList<KeyValuePair<string, string>> sysctls)
    {
        foreach ((string key, _) in sysctls)
        {
            if (!Allows(key))
            {
                throw new CniException(
                    CniErrorCode.Internal, $"Sysctl {key} is not allowed. Only the following sysctls are allowed: [{string.Join(' ', patterns)}]", $"the list is {File}");
            }
        }
    }

    private bool Allows(string key)
    {
        foreach (string pattern in patterns)
        {
            try
            {
                if (PatternParser.Parse(pattern).IsMatch(key))
                {
                    return true;
                }
            }
            catch (FormatException e)
            {
                throw new CniException(CniErrorCode.Internal, $"error parsing regexp: {e.Message}", $"{File}: {pattern}", e);
            }
        }

        return false;
    }
}
