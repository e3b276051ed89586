using System.Globalization;

namespace Dataplane.Netlink;

/// <summary>An Ethernet address, in the order its bytes are sent.</summary>
public readonly struct MacAddress : IEquatable<MacAddress>
{
    /// <summary>Bytes of an address (ETH_ALEN).</summary>
    public const int Length = 6;

    private readonly ulong _value;

    /// <summary>From its six bytes.</summary>
    /// <param name="bytes">At least six bytes; the first six are taken.</param>
    public MacAddress(ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < Length; i++)
        {
            _value = (_value << 8) | bytes[i];
        }
    }

    private MacAddress(ulong value) => _value = value;

    /// <summary>00:00:00:00:00:00: no address.</summary>
    public bool IsZero => _value == 0;

    /// <summary>Equal bytes.</summary>
    public static bool operator ==(MacAddress left, MacAddress right) => left._value == right._value;

    /// <summary>Different bytes.</summary>
    public static bool operator !=(MacAddress left, MacAddress right) => left._value != right._value;

    /// <summary>Reads "0a:58:0a:16:00:02", also with '-', and "0a58.0a16.0002"; either case.</summary>
    /// <param name="text">Six two-digit bytes.</param>
    /// <returns>The address.</returns>
    /// <exception cref="FormatException">It is something else.</exception>
    public static MacAddress Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out MacAddress mac) ? mac : throw new FormatException($"\"{text}\" is no MAC address: six bytes like 0a:58:0a:16:00:02");

    /// <summary>As <see cref="Parse"/>, without the exception.</summary>
    /// <param name="text">Six two-digit bytes.</param>
    /// <param name="mac">The address, or zero.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress mac)
    {
        mac = default;
        if (text.Length == 14 && text[4] == '.' && text[9] == '.')
        {
            bool three = TryParsePart(text[..4], out ulong high) & TryParsePart(text[5..9], out ulong middle) & TryParsePart(text[10..], out ulong low);
            mac = three ? new MacAddress((high << 32) | (middle << 16) | low) : default;
            return three;
        }

        if (text.Length != 17)
        {
            return false;
        }

        ulong value = 0;
        for (int i = 0; i < Length; i++)
        {
            if ((i > 0 && text[(i * 3) - 1] is not (':' or '-'))
                || !byte.TryParse(text.Slice(i * 3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte part))
            {
                return false;
            }

            value = (value << 8) | part;
        }

        mac = new MacAddress(value);
        return true;
    }

    /// <summary>Writes the six bytes.</summary>
    /// <param name="destination">At least six bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        for (int i = 0; i < Length; i++)
        {
            destination[i] = (byte)(_value >> (8 * (Length - 1 - i)));
        }
    }

    /// <inheritdoc/>
    public bool Equals(MacAddress other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MacAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => string.Create(17, _value, static (text, value) =>
    {
        for (int i = 0; i < Length; i++)
        {
            byte part = (byte)(value >> (8 * (Length - 1 - i)));
            text[i * 3] = HexDigit(part >> 4);
            text[(i * 3) + 1] = HexDigit(part & 15);
            if (i < Length - 1)
            {
                text[(i * 3) + 2] = ':';
            }
        }
    });

    private static bool TryParsePart(ReadOnlySpan<char> text, out ulong part) =>
        ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out part);

    private static char HexDigit(int value) => "0123456789abcdef"[value];
}
