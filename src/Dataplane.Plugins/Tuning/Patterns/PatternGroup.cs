namespace Dataplane.Plugins;

/// <summary>What is behind the question mark of a pattern's group.</summary>
internal static class PatternGroup
{
    /// <summary>Passes over a group's name.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="start">Where the group begins.</param>
    /// <param name="at">Where the name begins; then behind it.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static void SkipName(string text, int start, ref int at)
    {
        int end = text.IndexOf('>', at);
        bool valid = end > at;
        for (int i = at; i < end; i++)
        {
            valid &= char.IsAsciiLetterOrDigit(text[i]) || text[i] == '_';
        }

        at = valid ? end + 1 : throw Wrong("invalid named capture", text[start..(end < 0 ? text.Length : end + 1)]);
    }

    /// <summary>Reads flags: (?i) for the rest of the group around, which is no part of the pattern; (?i:…) for what is in it.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="start">Where the group begins.</param>
    /// <param name="at">Where the flags begin; then behind them.</param>
    /// <param name="current">The flags.</param>
    /// <returns>Whether something is in it.</returns>
    /// <exception cref="FormatException">They are none.</exception>
    public static bool ReadFlags(string text, int start, ref int at, ref PatternFlags current)
    {
        PatternFlags flags = current;
        bool on = true, any = false;
        for (; at < text.Length; at++)
        {
            PatternFlags flag = text[at] switch
            {
                'i' => PatternFlags.IgnoresCase,
                'm' => PatternFlags.Lines,
                's' => PatternFlags.DotIsAll,
                'U' => PatternFlags.Ungreedy,
                _ => PatternFlags.None,
            };
            if (flag != PatternFlags.None)
            {
                flags = on ? flags | flag : flags & ~flag;
                any = true;
            }
            else if (text[at] == '-' && on)
            {
                (on, any) = (false, false);
            }
            else if (text[at] is ':' or ')' && (on || any))
            {
                current = flags;
                return text[at++] == ':';
            }
            else
            {
                break;
            }
        }

        throw Wrong("invalid or unsupported Perl syntax", text[start..Math.Min(at + 1, text.Length)]);
    }

    private static FormatException Wrong(string what, string where) => new($"{what}: `{where}`");
}
