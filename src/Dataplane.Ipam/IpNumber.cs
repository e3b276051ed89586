using System.Net;
using System.Net.Sockets;

namespace Dataplane.Ipam;

/// <summary>
/// An IPv4 or IPv6 address as a number in host byte order: what an allocator counts with. Ordered by family, then by value.
/// An IPv4-mapped IPv6 address (<c>::ffff:a.b.c.d</c>) is the IPv4 address, as in Go's <c>net.IP</c>.
/// </summary>
/// <param name="Value">The address as a number; at most 2^32 - 1 for IPv4.</param>
/// <param name="IsV6">Whether the family is IPv6.</param>
public readonly record struct IpNumber(UInt128 Value, bool IsV6) : IComparable<IpNumber>
{
    /// <summary>Bits of an address of this family: 32 or 128.</summary>
    public int Width => IsV6 ? 128 : 32;

    /// <summary>The address after this one. The caller keeps it inside a subnet, so nothing wraps.</summary>
    public IpNumber Next => this with { Value = Value + UInt128.One };

    /// <summary>Converts from the .NET form.</summary>
    public static IpNumber From(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        UInt128 value = UInt128.Zero;
        foreach (byte b in bytes[..length])
            value = (value << 8) | b;
        return new IpNumber(value, length == 16);
    }

    /// <summary>Converts to the .NET form.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[Width / 8];
        UInt128 rest = Value;
        for (int i = bytes.Length - 1; i >= 0; i--, rest >>= 8)
            bytes[i] = (byte)(rest & 0xff);
        return new IPAddress(bytes);
    }

    /// <summary>Reads the text of an address, as strictly as Go's <c>net.ParseIP</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpNumber address) => IpText.TryParse(text, out address);

    /// <summary>Reads the text of an address, as strictly as Go's <c>net.ParseIP</c>.</summary>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static IpNumber Parse(string text)
        => TryParse(text, out IpNumber address) ? address : throw new FormatException($"\"{text}\" is not an IP address");

    /// <inheritdoc/>
    public int CompareTo(IpNumber other) => IsV6 == other.IsV6 ? Value.CompareTo(other.Value) : IsV6.CompareTo(other.IsV6);

    /// <summary>The canonical text (RFC 5952), which is also the name of the address's lease file.</summary>
    public override string ToString() => IpText.Format(this);

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    public static bool operator <(IpNumber left, IpNumber right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/>.</summary>
    public static bool operator >(IpNumber left, IpNumber right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> does not come after <paramref name="right"/>.</summary>
    public static bool operator <=(IpNumber left, IpNumber right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> does not come before <paramref name="right"/>.</summary>
    public static bool operator >=(IpNumber left, IpNumber right) => left.CompareTo(right) >= 0;
}
