using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Dataplane.Cni;

/// <summary>
/// IP addresses as CNI writes them: RFC 4291 section 2.2 in, RFC 5952 out. <see cref="IPAddress.Parse(string)"/> takes more (one number,
/// octal, zones, brackets), and <see cref="IPAddress.ToString"/> writes some IPv6 addresses with a dotted tail; file names and results of
/// other plugins have neither.
/// </summary>
public static class IpText
{
    /// <summary>Reads an address; an IPv4-mapped one becomes the IPv4 address it maps.</summary>
    /// <param name="text">"10.1.2.3" or "2001:db8::1", without zone, brackets or prefix.</param>
    /// <param name="address">The address.</param>
    /// <returns>Whether the text is an address.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (text.Contains(':'))
        {
            if (!TryParse6(text, bytes))
            {
                address = IPAddress.None;
                return false;
            }
        }
        else if (TryParse4(text, bytes))
        {
            address = new IPAddress(bytes[..4]);
            return true;
        }
        else
        {
            address = IPAddress.None;
            return false;
        }
        address = new IPAddress(bytes);
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }
        return true;
    }

    /// <summary>The canonical text of an address, which is also the name of its lease file.</summary>
    /// <param name="address">The address; an IPv4-mapped one is written as IPv4.</param>
    public static string Format(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return address.ToString();
        }

        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out _);
        (int gap, int gapEnd) = LongestZeroRun(bytes);
        Span<char> text = stackalloc char[39];
        int length = 0;
        for (int i = 0; i < 8; i++)
        {
            if (i == gap)
            {
                text[length++] = ':';
                text[length++] = ':';
                i = gapEnd;
                if (i == 8)
                {
                    break;
                }
            }
            else if (i > 0)
            {
                text[length++] = ':';
            }
            _ = Group(bytes, i).TryFormat(text[length..], out int written, "x", CultureInfo.InvariantCulture);
            length += written;
        }
        return new string(text[..length]);
    }

    private static ushort Group(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadUInt16BigEndian(bytes[(index * 2)..]);

    // RFC 5952 section 4.2: the longest run of at least two zero groups, the first of equals.
    private static (int Start, int End) LongestZeroRun(ReadOnlySpan<byte> bytes)
    {
        int start = -1;
        int end = -1;
        for (int i = 0; i < 8; i++)
        {
            int j = i;
            while (j < 8 && Group(bytes, j) == 0)
            {
                j++;
            }
            if (j - i >= 2 && j - i > end - start)
            {
                (start, end) = (i, j);
            }
            i = Math.Max(i, j - 1);
        }
        return (start, end);
    }

    private static bool TryParse4(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        int octet = 0;
        while (true)
        {
            int dot = text.IndexOf('.');
            ReadOnlySpan<char> part = dot < 0 ? text : text[..dot];
            // No leading zero: some readers take it for octal, so the text would name two addresses.
            if (octet == 4 || part.IsEmpty || part.Length > 3 || (part.Length > 1 && part[0] == '0')
                || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out bytes[octet]))
            {
                return false;
            }
            octet++;
            if (dot < 0)
            {
                return octet == 4;
            }
            text = text[(dot + 1)..];
        }
    }

    private static bool TryParse6(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        bytes.Clear();
        int filled = 0;
        int gap = -1;
        if (text.StartsWith("::"))
        {
            gap = 0;
            text = text[2..];
            if (text.IsEmpty)
            {
                return true;
            }
        }
        while (true)
        {
            int colon = text.IndexOf(':');
            ReadOnlySpan<char> group = colon < 0 ? text : text[..colon];
            if (colon < 0 && group.Contains('.'))
            {
                if (filled > 12 || !TryParse4(group, bytes.Slice(filled, 4)))
                {
                    return false;
                }
                filled += 4;
                break;
            }
            if (filled == 16 || group.IsEmpty || group.Length > 4
                || !ushort.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort value))
            {
                return false;
            }
            BinaryPrimitives.WriteUInt16BigEndian(bytes[filled..], value);
            filled += 2;
            if (colon < 0)
            {
                break;
            }
            text = text[(colon + 1)..];
            if (text.StartsWith(":"))
            {
                if (gap >= 0)
                {
                    return false;
                }
                gap = filled;
                text = text[1..];
                if (text.IsEmpty)
                {
                    break;
                }
            }
        }

        if (gap < 0)
        {
            return filled == 16;
        }
        if (filled == 16)
        {
            return false;
        }
        int tail = filled - gap;
        bytes.Slice(gap, tail).CopyTo(bytes[(16 - tail)..]);
        bytes[gap..(16 - tail)].Clear();
        return true;
    }
}
