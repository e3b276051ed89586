using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Dataplane.Cni;

/// <summary>
/// JSON as the reference's encoder writes what its decoder read without types: members in the order of their names, the last of several, numbers as
/// doubles, no white space, and the characters that HTML gives a meaning escaped. libcni gives plugins their configuration in this form and keeps its cache in it.
/// </summary>
internal static class GoJson
{
    private const double SmallestPlain = 1e-6;
    private const double SmallestExponential = 1e21;
    private const int ExactDigits = 15;
    private static readonly SearchValues<byte> s_integer = SearchValues.Create("-0123456789"u8);
    private static readonly SearchValues<char> s_plain = SearchValues.Create(
        " !#$%'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>Writes a value.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="value">The value; an absent one is null.</param>
    /// <exception cref="CniException">A number is beyond a double, or the value nests too deeply.</exception>
    public static void Write(IBufferWriter<byte> output, JsonView value)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw value.Error("exceeded max depth");
        }
        switch (value.Kind)
        {
            case JsonTokenType.StartObject:
                byte before = (byte)'{';
                foreach ((string name, JsonView member) in Members(value))
                {
                    Put(output, before);
                    WriteString(output, name);
                    Put(output, (byte)':');
                    Write(output, member);
                    before = (byte)',';
                }
                output.Write(before == '{' ? "{}"u8 : "}"u8);
                break;
            case JsonTokenType.StartArray:
                byte separator = (byte)'[';
                foreach (JsonView item in value.AsItems())
                {
                    Put(output, separator);
                    Write(output, item);
                    separator = (byte)',';
                }
                output.Write(separator == '[' ? "[]"u8 : "]"u8);
                break;
            case JsonTokenType.String:
                WriteString(output, value.AsString());
                break;
            case JsonTokenType.Number:
                WriteNumber(output, value);
                break;
            case JsonTokenType.None:
                output.Write("null"u8);
                break;
            default:
                output.Write(value.RawText.Span);
                break;
        }
    }

    /// <summary>An object's members in the order of their names; of several with one name, in the same case, the last.</summary>
    /// <param name="value">The object.</param>
    public static List<KeyValuePair<string, JsonView>> Members(JsonView value)
    {
        var last = new Dictionary<string, JsonView>(StringComparer.Ordinal);
        foreach ((string name, JsonView member) in value.Members())
        {
            last[name] = member;
        }
        var members = new List<KeyValuePair<string, JsonView>>(last);
        members.Sort(static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        return members;
    }

    /// <summary>Writes a string.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="text">The string.</param>
    public static void WriteString(IBufferWriter<byte> output, string text)
    {
        Put(output, (byte)'"');
        if (text.AsSpan().IndexOfAnyExcept(s_plain) < 0)
        {
            Encoding.UTF8.GetBytes(text, output);
        }
        else
        {
            foreach (Rune rune in text.EnumerateRunes())
            {
                WriteRune(output, rune);
            }
        }
        Put(output, (byte)'"');
    }

    private static void WriteRune(IBufferWriter<byte> output, Rune rune)
    {
        switch (rune.Value)
        {
            case '"' or '\\':
                Put(output, (byte)'\\');
                Put(output, (byte)rune.Value);
                break;
            case '\n':
                output.Write("\\n"u8);
                break;
            case '\r':
                output.Write("\\r"u8);
                break;
            case '\t':
                output.Write("\\t"u8);
                break;
            case < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029 or 0xfffd:
                Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"), output);
                break;
            default:
                Span<byte> bytes = stackalloc byte[4];
                output.Write(bytes[..rune.EncodeToUtf8(bytes)]);
                break;
        }
    }

    private static void WriteNumber(IBufferWriter<byte> output, JsonView value)
    {
        ReadOnlySpan<byte> raw = value.RawText.Span;
        if (raw.Length <= ExactDigits && raw.IndexOfAnyExcept(s_integer) < 0)
        {
            output.Write(raw);
            return;
        }
        double number = double.Parse(raw, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (double.IsInfinity(number))
        {
            throw value.Error($"json: cannot unmarshal number {Encoding.ASCII.GetString(raw)} into Go value of type float64");
        }
        Encoding.ASCII.GetBytes(Format(number), output);
    }

    // Of the shortest digits that read back as the same double; only very small and very large ones have an exponent.
    private static string Format(double number)
    {
        string shortest = number.ToString("E16", CultureInfo.InvariantCulture);
        string round = number.ToString("R", CultureInfo.InvariantCulture);
        int exponent = int.Parse(shortest.AsSpan(shortest.IndexOf('E') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string sign = round[0] == '-' ? "-" : "";
        int mark = round.IndexOf('E');
        string digits = (mark < 0 ? round : round[..mark]).Replace("-", "").Replace(".", "").TrimStart('0').TrimEnd('0');
        if (digits.Length == 0)
        {
            return sign + "0";
        }
        // What was rounded up has one digit before its point more than the longer form says: 9.99…E+22 against 1E+23.
        exponent = mark < 0 ? exponent : int.Parse(round.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        double size = Math.Abs(number);
        if (size is < SmallestPlain or >= SmallestExponential)
        {
            string point = digits.Length > 1 ? $".{digits[1..]}" : "";
            return $"{sign}{digits[0]}{point}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}".Replace("e-0", "e-");
        }
        if (exponent < 0)
        {
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        }
        return digits.Length <= exponent + 1
            ? sign + digits.PadRight(exponent + 1, '0')
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    private static void Put(IBufferWriter<byte> output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }
}
