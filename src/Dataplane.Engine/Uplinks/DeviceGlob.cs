namespace Dataplane.Engine;

/// <summary>Patterns of device names: '*' is any text, '?' any character, everything else itself.</summary>
public static class DeviceGlob
{
    /// <summary>Whether a pattern has a name.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="name">The name.</param>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        // Back to the last '*' when something behind it does not fit, and let it take one character more: never exponential.
        int p = 0, n = 0, star = -1, taken = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                taken = n;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == name[n]))
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++taken;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
        {
            p++;
        }

        return p == pattern.Length;
    }

    /// <summary>Whether one of several patterns has a name.</summary>
    /// <param name="patterns">The patterns.</param>
    /// <param name="name">The name.</param>
    public static bool MatchesAny(IReadOnlyList<string> patterns, string name)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        for (int i = 0; i < patterns.Count; i++)
        {
            if (Matches(patterns[i], name))
            {
                return true;
            }
        }

        return false;
    }
}
