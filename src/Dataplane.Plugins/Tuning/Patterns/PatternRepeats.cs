using System.Globalization;

namespace Dataplane.Plugins;

/// <summary>How often a part of a pattern is to come: *, +, ?, {2}, {2,}, {2,5}.</summary>
internal static class PatternRepeats
{
    private const int MostRepeats = 1000;

    /// <summary>Reads it. Anything else with a brace is text.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="at">Where it may be; then behind it.</param>
    /// <param name="least">How often at least.</param>
    /// <param name="most">How often at most; null: without end.</param>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="FormatException">It has numbers that are none.</exception>
    public static bool Read(string text, ref int at, out int least, out int? most)
    {
        char first = at < text.Length ? text[at] : '\0';
        (least, most) = (first == '+' ? 1 : 0, first == '?' ? 1 : null);
        if (first is '*' or '+' or '?')
        {
            at++;
            return true;
        }

        int close = first == '{' ? text.IndexOf('}', at) : -1;
        if (close < 0)
        {
            return false;
        }

        string[] numbers = text[(at + 1)..close].Split(',');
        if (numbers.Length > 2 || !IsNumber(numbers[0], out least) || (numbers.Length == 2 && numbers[1].Length > 0 && !IsNumber(numbers[1], out _)))
        {
            return false;
        }

        most = numbers.Length == 1 ? least : numbers[1].Length == 0 ? null : int.Parse(numbers[1], CultureInfo.InvariantCulture);
        if (least > MostRepeats || most > MostRepeats || most < least)
        {
            throw new FormatException($"invalid repeat count: `{text[at..(close + 1)]}`");
        }

        at = close + 1;
        return true;
    }

    private static bool IsNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && (text.Length == 1 || text[0] != '0');
}
