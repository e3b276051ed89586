using System.Globalization;

namespace Dataplane.Cli.Output;

/// <summary>Bits, and bits a second, as an operator writes and reads them: "100M", "1.5G", "64000".</summary>
internal static class BitCount
{
    /// <summary>What removes a limit.</summary>
    public const string None = "none";

    private static readonly (string Suffix, ulong Factor)[] s_units =
    [
        ("T", 1_000_000_000_000), ("G", 1_000_000_000), ("M", 1_000_000), ("k", 1_000), ("K", 1_000),
        // Kubernetes' quantities have these too.
        ("Ti", 1UL << 40), ("Gi", 1UL << 30), ("Mi", 1UL << 20), ("Ki", 1UL << 10),
    ];

    /// <summary>Reads a number with or without a unit; "none" is 0.</summary>
    /// <param name="text">"100M", "1.5G", "10Mi", "64000", each also with "bit" behind it.</param>
    /// <param name="bits">Bits; a fraction of one is dropped.</param>
    /// <returns>False: it is no such number, or larger than 64 bits.</returns>
    public static bool TryParse(string text, out ulong bits)
    {
        bits = 0;
        if (text == None)
        {
            return true;
        }

        const string Word = "bit";
        ReadOnlySpan<char> number = text.EndsWith(Word, StringComparison.Ordinal) ? text.AsSpan(0, text.Length - Word.Length) : text;
        ulong factor = 1;
        foreach ((string suffix, ulong unit) in s_units)
        {
            if (number.EndsWith(suffix, StringComparison.Ordinal))
            {
                number = number[..^suffix.Length];
                factor = unit;
                break;
            }
        }

        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value) || value > ulong.MaxValue / factor)
        {
            return false;
        }

        bits = (ulong)(value * factor);
        return true;
    }

    /// <summary>"100M", "1.5G", "12.345k": the largest decimal unit, at most three digits after the point.</summary>
    public static string Text(ulong bits)
    {
        foreach ((string suffix, ulong factor) in s_units.AsSpan(0, 4))
        {
            if (bits >= factor)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{(decimal)bits / factor:0.###}{suffix}");
            }
        }

        return bits.ToString(CultureInfo.InvariantCulture);
    }
}
