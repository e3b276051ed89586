using System.Globalization;
using System.Text;

namespace Dataplane.Ipam;

/// <summary>
/// Addresses as Go's <c>net.IP</c> reads and writes them. Lease files are named by this text and another implementation
/// looks for exactly that name, while .NET's own parser takes more ("10.1", "0x0a.1.2.3", zones) and its formatter writes
/// the last 32 bits of some IPv6 addresses in dotted form (ISATAP, <c>::a.b.c.d</c>).
/// </summary>
internal static class IpText
{
    private const int Groups = 8;

    internal static bool TryParse(ReadOnlySpan<char> text, out IpNumber address)
    {
        if (text.Contains(':'))
            return TryParseV6(text, out address);
        bool parsed = TryParseV4(text, out uint value);
        address = new IpNumber(value, false);
        return parsed;
    }

    internal static string Format(IpNumber address) => address.IsV6 ? FormatV6(address.Value) : FormatV4((uint)address.Value);

    private static bool TryParseV4(ReadOnlySpan<char> text, out uint value)
    {
        value = 0;
        for (int part = 0; part < 4; part++)
        {
            int end = part < 3 ? text.IndexOf('.') : text.Length;
            if (end < 1 || end > 3 || (end > 1 && text[0] == '0'))
                return false;
            uint octet = 0;
            foreach (char digit in text[..end])
            {
                if (!char.IsAsciiDigit(digit))
                    return false;
                octet = octet * 10 + (uint)(digit - '0');
            }
            if (octet > 255)
                return false;
            value = (value << 8) | octet;
            text = part < 3 ? text[(end + 1)..] : [];
        }
        return true;
    }

    private static bool TryParseV6(ReadOnlySpan<char> text, out IpNumber address)
    {
        address = default;
        Span<ushort> groups = stackalloc ushort[Groups];
        int count = 0;
        int ellipsis = -1;
        if (text.StartsWith("::"))
        {
            ellipsis = 0;
            text = text[2..];
        }
        while (text.Length > 0)
        {
            if (count == Groups)
                return false;
            int colon = text.IndexOf(':');
            ReadOnlySpan<char> group = colon < 0 ? text : text[..colon];
            if (colon < 0 && group.Contains('.'))
            {
                // The last two groups in dotted form.
                if (count > Groups - 2 || !TryParseV4(group, out uint tail))
                    return false;
                groups[count++] = (ushort)(tail >> 16);
                groups[count++] = (ushort)tail;
                break;
            }
            if (group.Length is 0 or > 4 || !ushort.TryParse(group, NumberStyles.AllowHexSpecifier, null, out groups[count]))
                return false;
            count++;
            if (colon < 0)
                break;
            text = text[(colon + 1)..];
            if (text.StartsWith(":"))
            {
                if (ellipsis >= 0)
                    return false;
                ellipsis = count;
                text = text[1..];
            }
            else if (text.Length == 0)
                return false;
        }
        if (ellipsis < 0 ? count != Groups : count == Groups)
            return false;
        address = Assemble(groups[..count], ellipsis < 0 ? count : ellipsis);
        return true;
    }

    private static IpNumber Assemble(ReadOnlySpan<ushort> groups, int ellipsis)
    {
        UInt128 value = UInt128.Zero;
        for (int i = 0; i < Groups; i++)
        {
            int source = i < ellipsis ? i : i - (Groups - groups.Length);
            ushort group = source >= ellipsis || i < ellipsis ? groups[source] : (ushort)0;
            value = (value << 16) | group;
        }
        bool mapped = value >> 32 == 0xffff;
        return mapped ? new IpNumber(value & uint.MaxValue, false) : new IpNumber(value, true);
    }

    private static string FormatV4(uint value) => $"{value >> 24}.{(value >> 16) & 0xff}.{(value >> 8) & 0xff}.{value & 0xff}";

    private static string FormatV6(UInt128 value)
    {
        Span<ushort> groups = stackalloc ushort[Groups];
        for (int i = Groups - 1; i >= 0; i--, value >>= 16)
            groups[i] = (ushort)(value & 0xffff);
        (int start, int length) = LongestZeroRun(groups);
        StringBuilder text = new(39);
        for (int i = 0; i < Groups; i++)
        {
            if (i == start)
            {
                text.Append("::");
                i += length - 1;
                continue;
            }
            if (i > 0 && i != start + length)
                text.Append(':');
            text.Append(groups[i].ToString("x", CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }

    /// <summary>The first of the longest runs of at least two zero groups; start -1 when there is none.</summary>
    private static (int Start, int Length) LongestZeroRun(ReadOnlySpan<ushort> groups)
    {
        (int Start, int Length) best = (-1, 1);
        for (int i = 0; i < Groups; i++)
        {
            int end = i;
            while (end < Groups && groups[end] == 0)
                end++;
            if (end - i > best.Length)
                best = (i, end - i);
            i = Math.Max(i, end - 1);
        }
        return best.Start < 0 ? (-1, -1) : best;
    }
}
