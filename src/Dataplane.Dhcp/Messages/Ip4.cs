using System.Buffers.Binary;
using System.Globalization;

namespace Dataplane.Dhcp;

/// <summary>An IPv4 address.</summary>
/// <param name="Value">Its four bytes as a number, the first one highest.</param>
public readonly record struct Ip4(uint Value)
{
    /// <summary>255.255.255.255: everybody on the link.</summary>
    public static readonly Ip4 Broadcast = new(uint.MaxValue);

    /// <summary>From its bytes.</summary>
    /// <param name="bytes">At least four; the first four are taken.</param>
    public Ip4(ReadOnlySpan<byte> bytes)
        : this(BinaryPrimitives.ReadUInt32BigEndian(bytes))
    {
    }

    /// <summary>0.0.0.0: none.</summary>
    public bool IsZero => Value == 0;

    /// <summary>Whether one machine can have it: not of 0/8 or 127/8, no multicast address, not reserved.</summary>
    public bool IsHost => (Value >> 24) is not (0 or 127 or >= 224);

    /// <summary>Reads "10.1.2.3".</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The address.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out Ip4 address)
    {
        uint value = 0;
        int parts = 0;
        bool valid = true;
        foreach (Range range in text.Split('.'))
        {
            valid &= byte.TryParse(text[range], NumberStyles.None, CultureInfo.InvariantCulture, out byte part);
            value = (value << 8) | part;
            parts++;
        }

        address = new Ip4(value);
        return valid && parts == 4;
    }

    /// <summary>Its network.</summary>
    /// <param name="length">Bits of it.</param>
    public Ip4 Network(int length) => new(length == 0 ? 0 : Value & (uint.MaxValue << (32 - length)));

    /// <summary>Writes its four bytes.</summary>
    /// <param name="destination">At least four bytes.</param>
    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt32BigEndian(destination, Value);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value >> 24}.{(Value >> 16) & 255}.{(Value >> 8) & 255}.{Value & 255}");
}
