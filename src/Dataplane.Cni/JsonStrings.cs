using System.Globalization;
using System.Text;

namespace Dataplane.Cni;

/// <summary>Strings and names inside a JSON text.</summary>
internal static class JsonStrings
{
    /// <summary>The text of a string. What is not UTF-8 and every lone surrogate reads as U+FFFD.</summary>
    /// <param name="raw">The string without its quotes, checked by the reader.</param>
    /// <param name="escaped">Whether it has backslashes.</param>
    public static string Decode(ReadOnlySpan<byte> raw, bool escaped)
    {
        if (!escaped)
        {
            return Encoding.UTF8.GetString(raw);
        }
        var text = new StringBuilder(raw.Length);
        while (true)
        {
            int backslash = raw.IndexOf((byte)'\\');
            if (backslash < 0)
            {
                break;
            }
            text.Append(Encoding.UTF8.GetString(raw[..backslash]));
            byte kind = raw[backslash + 1];
            int used = 2;
            if (kind == 'u')
            {
                text.Append((char)ushort.Parse(raw.Slice(backslash + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                used = 6;
            }
            else
            {
                text.Append(kind switch
                {
                    (byte)'b' => '\b',
                    (byte)'f' => '\f',
                    (byte)'n' => '\n',
                    (byte)'r' => '\r',
                    (byte)'t' => '\t',
                    _ => (char)kind,
                });
            }
            raw = raw[(backslash + used)..];
        }
        text.Append(Encoding.UTF8.GetString(raw));
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                text[i] = '\uFFFD';
            }
        }
        return text.ToString();
    }

    /// <summary>
    /// Whether a member's name is a key, in any case. As the reference decodes, also U+017F and U+212A, whose other case is s and k.
    /// </summary>
    /// <param name="raw">The name without its quotes.</param>
    /// <param name="escaped">Whether it has backslashes.</param>
    /// <param name="key">The key, ASCII.</param>
    public static bool NameMatches(ReadOnlySpan<byte> raw, bool escaped, string key)
    {
        if (escaped)
        {
            raw = Encoding.UTF8.GetBytes(Decode(raw, true));
        }
        if (raw.Length < key.Length)
        {
            return false;
        }
        int at = 0;
        foreach (char c in key)
        {
            char lower = char.ToLowerInvariant(c);
            ReadOnlySpan<byte> rest = raw[at..];
            if (rest.IsEmpty)
            {
                return false;
            }
            if (rest[0] < 0x80)
            {
                if (char.ToLowerInvariant((char)rest[0]) != lower)
                {
                    return false;
                }
                at++;
            }
            else if (lower == 's' && rest.StartsWith("\u017f"u8))
            {
                at += 2;
            }
            else if (lower == 'k' && rest.StartsWith("\u212a"u8))
            {
                at += 3;
            }
            else
            {
                return false;
            }
        }
        return at == raw.Length;
    }
}
