using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Dataplane.Cni;

/// <summary>Text in the form the messages have that tools match on.</summary>
public static class GoText
{
    /// <summary>Text in double quotes, with what cannot be printed escaped.</summary>
    /// <param name="text">The text.</param>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2);
        quoted.Append('"');
        foreach (Rune rune in text.EnumerateRunes())
        {
            Append(quoted, rune, '"');
        }
        return quoted.Append('"').ToString();
    }

    /// <summary>A list in brackets, each element in double quotes: <c>["a" "b"]</c>.</summary>
    /// <param name="items">The elements.</param>
    public static string QuoteList(IReadOnlyList<string> items)
    {
        var list = new StringBuilder("[");
        for (int i = 0; i < items.Count; i++)
        {
            list.Append(i == 0 ? "" : " ").Append(Quote(items[i]));
        }
        return list.Append(']').ToString();
    }

    /// <summary>One byte of a text as a character in single quotes; bytes from 0x80 on as the Latin-1 character of that number.</summary>
    /// <param name="value">The byte.</param>
    public static string QuoteByte(byte value)
    {
        var quoted = new StringBuilder("'");
        Append(quoted, new Rune(value), '\'');
        return quoted.Append('\'').ToString();
    }

    /// <summary>The name of the type that a JSON value has when it is decoded without one: "float64" for a number.</summary>
    /// <param name="value">The value.</param>
    public static string TypeName(JsonView value) => value.Kind switch
    {
        JsonTokenType.StartObject => "map[string]interface {}",
        JsonTokenType.StartArray => "[]interface {}",
        JsonTokenType.String => "string",
        JsonTokenType.Number => "float64",
        JsonTokenType.True or JsonTokenType.False => "bool",
        _ => "<nil>",
    };

    private static void Append(StringBuilder text, Rune rune, char quote)
    {
        switch (rune.Value)
        {
            case '\\':
                text.Append("\\\\");
                break;
            case '\a':
                text.Append("\\a");
                break;
            case '\b':
                text.Append("\\b");
                break;
            case '\f':
                text.Append("\\f");
                break;
            case '\n':
                text.Append("\\n");
                break;
            case '\r':
                text.Append("\\r");
                break;
            case '\t':
                text.Append("\\t");
                break;
            case '\v':
                text.Append("\\v");
                break;
            default:
                if (rune.Value == quote)
                {
                    text.Append('\\').Append(quote);
                }
                else if (rune.Value == ' ' || !IsUnprintable(Rune.GetUnicodeCategory(rune)))
                {
                    text.Append(rune.ToString());
                }
                else if (rune.Value < 0x80)
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
                }
                else
                {
                    text.Append(rune.IsBmp ? $"\\u{rune.Value:x4}" : $"\\U{rune.Value:x8}");
                }
                break;
        }
    }

    private static bool IsUnprintable(UnicodeCategory category) => category is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate;
}
