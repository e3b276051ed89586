namespace Dataplane.Ipam;

/// <summary>An address with a prefix length, host bits kept, as written in a configuration: <c>10.1.2.0/24</c>.</summary>
/// <param name="Address">The address as written.</param>
/// <param name="Length">Prefix length in bits.</param>
/// <param name="IsMapped">Whether it was written as an IPv4-mapped IPv6 prefix, whose mask belongs to the other family than its address.</param>
public readonly record struct IpSubnet(IpNumber Address, int Length, bool IsMapped = false)
{
    private UInt128 HostMask => HostBits == 0 ? UInt128.Zero : HostBits == 128 ? UInt128.MaxValue : (UInt128.One << HostBits) - 1;

    /// <summary>Bits that number the hosts: 8 for a /24.</summary>
    public int HostBits => (IsMapped ? 128 : Address.Width) - Length;

    /// <summary>The address with its host bits cleared.</summary>
    public IpNumber Network => Address with { Value = Address.Value & ~HostMask };

    /// <summary>The address with its host bits set: for IPv4 the broadcast address.</summary>
    public IpNumber Last => Address with { Value = Address.Value | HostMask };

    /// <summary>Whether <paramref name="address"/> is of this family and under this prefix.</summary>
    public bool Contains(IpNumber address) => address.IsV6 == Address.IsV6 && (address.Value & ~HostMask) == Network.Value;

    /// <summary>Reads <c>address/length</c> as strictly as Go's <c>net.ParseCIDR</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpSubnet subnet)
    {
        subnet = default;
        int slash = text.IndexOf('/');
        if (slash < 0 || !IpNumber.TryParse(text[..slash], out IpNumber address))
            return false;
        bool mapped = !address.IsV6 && text[..slash].Contains(':');
        ReadOnlySpan<char> digits = text[(slash + 1)..];
        if (digits.Length is 0 or > 3 || digits.ContainsAnyExceptInRange('0', '9'))
            return false;
        int length = int.Parse(digits);
        if (length > (mapped ? 128 : address.Width))
            return false;
        subnet = new IpSubnet(address, length, mapped);
        return true;
    }

    /// <summary>Reads <c>address/length</c>.</summary>
    /// <exception cref="FormatException">The text is not a prefix.</exception>
    public static IpSubnet Parse(string text)
        => TryParse(text, out IpSubnet subnet) ? subnet : throw new FormatException($"\"{text}\" is not an address prefix");

    /// <summary>As written: <c>10.1.2.0/24</c>.</summary>
    public override string ToString() => $"{Address}/{Length}";
}
