using System.Globalization;
using System.Text;

namespace Dataplane.Plugins;

/// <summary>Reads the sets of a pattern: [a-z], \d, [[:alpha:]], \pL, and what a backslash stands before.</summary>
/// <param name="text">The pattern.</param>
/// <param name="flags">Its flags at this place.</param>
internal sealed class PatternClassParser(string text, PatternFlags flags)
{
    private const string Digits = "09", Words = "09AZ__az", Spaces = "\t\n\f\r  ";

    private static readonly Dictionary<string, string> s_named = new(StringComparer.Ordinal)
    {
        ["alnum"] = "09AZaz", ["alpha"] = "AZaz", ["ascii"] = "\0\x7f", ["blank"] = "\t\t  ", ["cntrl"] = "\0\x1f\x7f\x7f", ["digit"] = "09", ["graph"] = "!~",
        ["lower"] = "az", ["print"] = " ~", ["punct"] = "!/:@[`{~", ["space"] = "\t\r  ", ["upper"] = "AZ", ["word"] = Words, ["xdigit"] = "09AFaf",
    };

    /// <summary>Reads a set in brackets.</summary>
    /// <param name="at">Where it begins; then behind it.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public CharacterSet Class(ref int at)
    {
        int start = at++;
        CharacterSet set = NewSet();
        if (at < text.Length && text[at] == '^')
        {
            set.IsNegated = true;
            at++;
        }

        for (bool first = true; at >= text.Length || text[at] != ']' || first; first = false)
        {
            if (at >= text.Length)
            {
                throw Wrong("missing closing ]", text[start..]);
            }

            if (!TryNamed(set, ref at) && !TryShort(set, ref at))
            {
                Range(set, start, ref at);
            }
        }

        at++;
        return set;
    }

    /// <summary>Reads what a backslash stands before.</summary>
    /// <param name="at">Where the backslash is; then behind it all.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public CharacterSet Escaped(ref int at)
    {
        CharacterSet set = NewSet();
        if (!TryShort(set, ref at))
        {
            int character = Character(at, ref at);
            set.Add(character, character);
        }

        return set;
    }

    private CharacterSet NewSet() => new() { IgnoresCase = flags.HasFlag(PatternFlags.IgnoresCase) };

    private static FormatException Wrong(string what, string where) => new($"{what}: `{where}`");

    private void Range(CharacterSet set, int classStart, ref int at)
    {
        int start = at;
        int low = Character(classStart, ref at), high = low;
        if (at + 1 < text.Length && text[at] == '-' && text[at + 1] != ']')
        {
            at++;
            high = Character(classStart, ref at);
        }

        if (high < low)
        {
            throw Wrong("invalid character class range", text[start..at]);
        }

        set.Add(low, high);
    }

    // [:alpha:], [:^alpha:]
    private bool TryNamed(CharacterSet set, ref int at)
    {
        int end = string.CompareOrdinal(text, at, "[:", 0, 2) == 0 ? text.IndexOf(":]", at + 2, StringComparison.Ordinal) : -1;
        if (end < 0)
        {
            return false;
        }

        bool negated = text[at + 2] == '^';
        if (!s_named.TryGetValue(text[(at + (negated ? 3 : 2))..end], out string? pairs))
        {
            throw Wrong("invalid character class range", text[at..(end + 2)]);
        }

        set.AddPairs(pairs, negated);
        at = end + 2;
        return true;
    }

    // \d, \W, \pL, \p{^Lu}
    private bool TryShort(CharacterSet set, ref int at)
    {
        if (at + 1 >= text.Length || text[at] != '\\')
        {
            return false;
        }

        char letter = text[at + 1];
        string pairs = char.ToLowerInvariant(letter) switch { 'd' => Digits, 'w' => Words, 's' => Spaces, _ => "" };
        if (pairs.Length > 0)
        {
            set.AddPairs(pairs, char.IsAsciiLetterUpper(letter));
            at += 2;
            return true;
        }

        if (letter is not ('p' or 'P'))
        {
            return false;
        }

        int start = at, close = at + 2 < text.Length && text[at + 2] == '{' ? text.IndexOf('}', at) : at + 2;
        string name = close < 0 || close >= text.Length ? "" : text[at + 2] == '{' ? text[(at + 3)..close] : text[close..(close + 1)];
        bool negated = (letter == 'P') != name.StartsWith('^');
        at = close < 0 || close >= text.Length ? text.Length : close + 1;
        return name.Length > 0 && set.TryAddCategory(name.TrimStart('^'), negated) ? true : throw Wrong("invalid character class range", text[start..at]);
    }

    private int Character(int outerStart, ref int at)
    {
        if (at >= text.Length)
        {
            throw Wrong("missing closing ]", text[outerStart..]);
        }

        if (text[at] != '\\')
        {
            _ = Rune.DecodeFromUtf16(text.AsSpan(at), out Rune character, out int length);
            at += length;
            return character.Value;
        }

        int start = at++;
        if (at >= text.Length)
        {
            throw Wrong("trailing backslash at end of expression", "");
        }

        char c = text[at++];
        switch (c)
        {
            // A backslash and a digit other than 0 refers back, unless more digits follow.
            case >= '1' and <= '7' when at >= text.Length || text[at] is < '0' or > '7':
                break;
            case >= '0' and <= '7':
                int octal = c - '0';
                for (int i = 1; i < 3 && at < text.Length && text[at] is >= '0' and <= '7'; i++)
                {
                    octal = (octal * 8) + text[at++] - '0';
                }

                return octal;
            case 'x' when Hexadecimal(ref at) is { } code:
                return code;
            case 'a' or 'f' or 't' or 'n' or 'r' or 'v':
                return "\a\f\t\n\r\v"["aftnrv".IndexOf(c, StringComparison.Ordinal)];
            case < '\x80' when !char.IsAsciiLetterOrDigit(c):
                return c;
        }

        throw Wrong("invalid escape sequence", text[start..at]);
    }

    // \x7F, \x{10FFFF}
    private int? Hexadecimal(ref int at)
    {
        int close = at < text.Length && text[at] == '{' ? text.IndexOf('}', at) : -1;
        string digits = close >= 0 ? text[(at + 1)..close] : at + 2 <= text.Length ? text[at..(at + 2)] : "";
        if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code) || code is < 0 or > 0x10ffff)
        {
            at = close >= 0 && digits.Length == 0 ? close + 1 : Math.Min(at + 1, text.Length);
            return null;
        }

        at = close >= 0 ? close + 1 : at + 2;
        return code;
    }
}
