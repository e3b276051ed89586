namespace Dataplane.Ipam;

/// <summary>A contiguous range of addresses of one subnet, checked, with every default filled in. Both ends are inclusive.</summary>
public sealed class IpRange
{
    private IpRange(IpSubnet subnet, IpNumber start, IpNumber end, IpNumber gateway)
    {
        Subnet = subnet;
        Start = start;
        End = end;
        Gateway = gateway;
    }

    /// <summary>The subnet whose prefix length every address of the range carries.</summary>
    public IpSubnet Subnet { get; }

    /// <summary>First address of the range.</summary>
    public IpNumber Start { get; }

    /// <summary>Last address of the range.</summary>
    public IpNumber End { get; }

    /// <summary>The range's gateway: never handed out when it lies inside. May be of the other family (IPv4 with an IPv6 next hop).</summary>
    public IpNumber Gateway { get; }

    /// <summary>How many addresses can be handed out.</summary>
    public UInt128 Capacity => End.Value - Start.Value + 1 - (Contains(Gateway) ? UInt128.One : UInt128.Zero);

    /// <summary>Checks a range and fills its defaults in.</summary>
    /// <exception cref="IpamException">The range makes no sense; the texts are those of the reference host-local plugin.</exception>
    public static IpRange FromSpec(IpRangeSpec spec)
    {
        if (spec.Subnet is not { } subnet)
            throw new IpamException("IP <nil> not v4 nor v6");
        if (subnet.HostBits < 2)
            throw new IpamException($"Network {subnet} too small to allocate from");
        if (subnet.IsMapped)
            throw new IpamException("IPNet IP and Mask version mismatch");
        if (subnet.Address != subnet.Network)
        {
            throw new IpamException(
                $"Network has host bits set. For a subnet mask of length {subnet.Length} the network address is {subnet.Network}");
        }

        IpNumber gateway = spec.Gateway ?? subnet.Address.Next;
        // The end is not checked yet, so only its number counts here.
        if (spec.RangeStart is { } start && (!subnet.Contains(start) || (spec.RangeEnd is { } end && start.Value > end.Value)))
            throw new IpamException($"RangeStart {start} not in network {subnet}");
        IpNumber first = spec.RangeStart ?? subnet.Address.Next;
        if (spec.RangeEnd is { } last && (!subnet.Contains(last) || last < first))
            throw new IpamException($"RangeEnd {last} not in network {subnet}");
        return new IpRange(subnet, first, spec.RangeEnd ?? DefaultEnd(subnet), gateway);
    }

    /// <summary>Whether the range holds <paramref name="address"/> (the gateway included).</summary>
    public bool Contains(IpNumber address) => address.IsV6 == Start.IsV6 && address >= Start && address <= End;

    /// <summary>Whether an address can be in both ranges.</summary>
    public bool Overlaps(IpRange other) => Start.IsV6 == other.Start.IsV6 && Start <= other.End && other.Start <= End;

    /// <summary><c>10.1.2.1-10.1.2.254</c></summary>
    public override string ToString() => $"{Start}-{End}";

    // IPv4's last address is the broadcast address; IPv6 has none.
    private static IpNumber DefaultEnd(IpSubnet subnet)
        => subnet.Address.IsV6 ? subnet.Last : subnet.Last with { Value = subnet.Last.Value - 1 };
}
