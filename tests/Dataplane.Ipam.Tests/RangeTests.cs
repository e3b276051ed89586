namespace Dataplane.Ipam.Tests;

public class RangeTests
{
    internal static IpRangeSpec Spec(string subnet, string? start = null, string? end = null, string? gateway = null) => new(
        IpSubnet.Parse(subnet),
        start is null ? null : IpNumber.Parse(start),
        end is null ? null : IpNumber.Parse(end),
        gateway is null ? null : IpNumber.Parse(gateway));

    internal static RangeSet Set(params IpRangeSpec[] specs) => RangeSet.FromSpecs(specs);

    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.1-192.0.2.254", "192.0.2.1", "253")]
    [InlineData("192.0.2.0/25", "192.0.2.1-192.0.2.126", "192.0.2.1", "125")]
    [InlineData("192.0.2.12/30", "192.0.2.13-192.0.2.14", "192.0.2.13", "1")]
    [InlineData("2001:db8:1::/64", "2001:db8:1::1-2001:db8:1:0:ffff:ffff:ffff:ffff", "2001:db8:1::1", "18446744073709551614")]
    [InlineData("::/0", "::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::1", "340282366920938463463374607431768211454")]
    public void Defaults_leave_out_network_and_broadcast_address(string subnet, string range, string gateway, string capacity)
    {
        IpRange filled = IpRange.FromSpec(Spec(subnet));
        Assert.Equal((range, gateway, capacity), (filled.ToString(), filled.Gateway.ToString(), filled.Capacity.ToString()));
    }

    [Fact]
    public void Given_ends_may_be_the_network_and_the_broadcast_address()
        => Assert.Equal("192.0.2.0-192.0.2.255", IpRange.FromSpec(Spec("192.0.2.0/24", "192.0.2.0", "192.0.2.255")).ToString());

    [Fact]
    public void Gateway_may_be_of_the_other_family()
    {
        IpRange range = IpRange.FromSpec(Spec("192.0.2.0/24", gateway: "2001:db8::1"));
        Assert.Equal(254, (int)range.Capacity);
    }

    [Theory]
    [InlineData("192.0.2.0/31", null, null, "Network 192.0.2.0/31 too small to allocate from")]
    [InlineData("192.0.2.0/32", null, null, "Network 192.0.2.0/32 too small to allocate from")]
    [InlineData("2001:db8::/127", null, null, "Network 2001:db8::/127 too small to allocate from")]
    [InlineData("::ffff:192.0.2.0/120", null, null, "IPNet IP and Mask version mismatch")]
    [InlineData("192.0.2.1/24", null, null,
        "Network has host bits set. For a subnet mask of length 24 the network address is 192.0.2.0")]
    [InlineData("192.0.2.0/24", "192.0.3.0", null, "RangeStart 192.0.3.0 not in network 192.0.2.0/24")]
    [InlineData("192.0.2.0/24", "2001:db8::1", null, "RangeStart 2001:db8::1 not in network 192.0.2.0/24")]
    [InlineData("192.0.2.0/24", null, "192.0.4.0", "RangeEnd 192.0.4.0 not in network 192.0.2.0/24")]
    [InlineData("192.0.2.0/24", null, "192.0.2.0", "RangeEnd 192.0.2.0 not in network 192.0.2.0/24")]
    [InlineData("192.0.2.0/24", "192.0.2.50", "192.0.2.40", "RangeStart 192.0.2.50 not in network 192.0.2.0/24")]
    public void Ranges_without_sense_are_refused(string subnet, string? start, string? end, string message)
        => Assert.Equal(message, Assert.Throws<IpamException>(() => IpRange.FromSpec(Spec(subnet, start, end))).Message);

    [Fact]
    public void A_range_needs_a_subnet()
        => Assert.Equal("IP <nil> not v4 nor v6", Assert.Throws<IpamException>(() => IpRange.FromSpec(default)).Message);

    [Fact]
    public void Membership_stops_at_the_ends()
    {
        IpRange range = IpRange.FromSpec(Spec("192.0.2.0/24", "192.0.2.40", "192.0.2.50"));
        Assert.True(range.Contains(IpNumber.Parse("192.0.2.40")) && range.Contains(IpNumber.Parse("192.0.2.50")));
        Assert.False(range.Contains(IpNumber.Parse("192.0.2.39")) || range.Contains(IpNumber.Parse("192.0.2.51")));
        Assert.False(range.Contains(new IpNumber(range.Start.Value, true)));
    }

    [Theory]
    [InlineData("10.0.0.0/24", null, null, "10.0.1.0/24", null, null, false)]
    [InlineData("10.0.0.0/20", null, null, "10.0.1.0/24", null, null, true)]
    [InlineData("10.0.1.0/24", null, null, "10.0.0.0/20", null, null, true)]
    [InlineData("10.0.0.0/20", null, null, "10.0.0.0/20", null, null, true)]
    [InlineData("10.0.0.0/20", "10.0.1.0", "10.0.1.9", "10.0.0.0/20", "10.0.1.10", "10.0.1.20", false)]
    [InlineData("10.0.0.0/20", "10.0.1.0", "10.0.1.10", "10.0.0.0/20", "10.0.1.10", "10.0.1.20", true)]
    [InlineData("10.0.0.0/24", null, null, "2001:db8::/64", null, null, false)]
    public void Overlap(string subnetA, string? startA, string? endA, string subnetB, string? startB, string? endB, bool overlap)
    {
        IpRange a = IpRange.FromSpec(Spec(subnetA, startA, endA));
        IpRange b = IpRange.FromSpec(Spec(subnetB, startB, endB));
        Assert.Equal((overlap, overlap), (a.Overlaps(b), b.Overlaps(a)));
    }

    [Fact]
    public void Sets_are_one_family_without_overlap_and_not_empty()
    {
        Assert.Equal("empty range set", Assert.Throws<IpamException>(() => Set()).Message);
        Assert.Equal("mixed address families",
            Assert.Throws<IpamException>(() => Set(Spec("10.0.0.0/24"), Spec("2001:db8::/64"))).Message);
        Assert.Equal("subnets 10.0.0.1-10.0.0.254 and 10.0.0.1-10.0.0.126 overlap",
            Assert.Throws<IpamException>(() => Set(Spec("10.0.0.0/24"), Spec("10.0.0.0/25"))).Message);
    }

    [Fact]
    public void A_set_finds_the_range_of_an_address()
    {
        RangeSet set = Set(Spec("10.0.0.0/24"), Spec("10.0.2.0/24"));
        Assert.True(set.TryFindRange(IpNumber.Parse("10.0.2.9"), out IpRange? range));
        Assert.Same(set.Ranges[1], range);
        Assert.False(set.Contains(IpNumber.Parse("10.0.1.9")));
        Assert.Equal("10.0.0.1-10.0.0.254,10.0.2.1-10.0.2.254", set.ToString());
        Assert.Equal(506, (int)set.Capacity);
        Assert.True(set.Overlaps(Set(Spec("10.0.2.128/25"))));
        Assert.False(set.Overlaps(Set(Spec("10.0.3.0/24"))));
    }
}
