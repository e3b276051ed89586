using System.Buffers;
using System.Globalization;

namespace Dataplane.Plugins;

/// <summary>Times as the reference's flags have them: "10s", "1m30s", "1.5h".</summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> s_number = SearchValues.Create("0123456789.");

    /// <summary>Reads one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="milliseconds">The time.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out long milliseconds)
    {
        milliseconds = 0;
        double total = 0;
        bool any = false;
        if (text is "0")
        {
            return true;
        }

        while (!text.IsEmpty)
        {
            int digits = text.IndexOfAnyExcept(s_number);
            if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            {
                return false;
            }

            text = text[digits..];
            int end = text.IndexOfAnyInRange('0', '9');
            ReadOnlySpan<char> unit = end < 0 ? text : text[..end];
            double scale = unit switch
            {
                "ms" => 1,
                "s" => 1000,
                "m" => 60_000,
                "h" => 3_600_000,
                "ns" => 1e-6,
                "us" or "µs" => 1e-3,
                _ => -1,
            };
            if (scale < 0)
            {
                return false;
            }

            total += number * scale;
            any = true;
            text = text[unit.Length..];
        }

        milliseconds = (long)Math.Min(total, int.MaxValue);
        return any;
    }
}
