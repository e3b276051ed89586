using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Dataplane.Cni;

/// <summary>An address with a prefix length, "10.1.2.3/24". Host bits are kept: it names an address in its subnet, or a subnet.</summary>
/// <param name="Address">The address.</param>
/// <param name="Length">The prefix length in bits: 0 to 32, or 0 to 128.</param>
public readonly record struct IpPrefix(IPAddress Address, int Length)
{
    /// <summary>Whether it is IPv4.</summary>
    public bool IsV4 => Address.AddressFamily == AddressFamily.InterNetwork;

    /// <summary>The subnet: the same prefix with the host bits cleared.</summary>
    public IpPrefix Network
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            _ = Address.TryWriteBytes(bytes, out int size);
            ClearHostBits(bytes[..size], Length);
            return new IpPrefix(new IPAddress(bytes[..size]), Length);
        }
    }

    /// <summary>Reads CIDR notation.</summary>
    /// <param name="text">"10.1.2.3/24".</param>
    /// <exception cref="FormatException">"invalid CIDR address: x".</exception>
    public static IpPrefix Parse(string text) =>
        TryParse(text, out IpPrefix prefix) ? prefix : throw new FormatException($"invalid CIDR address: {text}");

    /// <summary>Reads CIDR notation.</summary>
    /// <param name="text">"10.1.2.3/24". An IPv4-mapped address counts its length from its own IPv4 bits, so "::ffff:10.1.2.3/120" is "10.1.2.3/24".</param>
    /// <param name="prefix">The prefix.</param>
    /// <returns>Whether the text is CIDR notation.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out IpPrefix prefix)
    {
        prefix = default;
        int slash = text.IndexOf('/');
        if (slash < 0 || !IpText.TryParse(text[..slash], out IPAddress address))
        {
            return false;
        }
        ReadOnlySpan<char> digits = text[(slash + 1)..];
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int length))
        {
            return false;
        }
        bool v4 = address.AddressFamily == AddressFamily.InterNetwork;
        if (v4 && text[..slash].Contains(':'))
        {
            length -= 96;
        }
        if (length < 0 || length > (v4 ? 32 : 128))
        {
            return false;
        }
        prefix = new IpPrefix(address, length);
        return true;
    }

    /// <summary>Whether an address is in the subnet.</summary>
    /// <param name="address">The address; one of another family is not.</param>
    public bool Contains(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> mine = stackalloc byte[16];
        Span<byte> other = stackalloc byte[16];
        _ = Address.TryWriteBytes(mine, out int size);
        _ = address.TryWriteBytes(other, out int otherSize);
        if (size != otherSize)
        {
            return false;
        }
        ClearHostBits(mine[..size], Length);
        ClearHostBits(other[..size], Length);
        return mine[..size].SequenceEqual(other[..size]);
    }

    /// <summary>CIDR notation.</summary>
    public override string ToString() => Address is null ? "" : $"{IpText.Format(Address)}/{Length}";

    private static void ClearHostBits(Span<byte> bytes, int length)
    {
        int whole = length / 8;
        if (whole < bytes.Length)
        {
            bytes[whole] &= (byte)(0xff00 >> (length % 8));
            bytes[(whole + 1)..].Clear();
        }
    }
}
