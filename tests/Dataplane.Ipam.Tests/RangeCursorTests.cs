using static Dataplane.Ipam.Tests.RangeTests;

namespace Dataplane.Ipam.Tests;

public class RangeCursorTests
{
    private static readonly RangeSet TwoRanges = Set(
        Spec("192.0.2.0/29", "192.0.2.2", "192.0.2.4", "192.0.2.1"),
        Spec("198.51.100.0/29", gateway: "198.51.100.2"));

    private static string[] Walk(RangeSet set, string? last)
    {
        List<string> seen = [];
        RangeCursor cursor = new(set, last is null ? null : IpNumber.Parse(last));
        while (cursor.MoveNext(out IpNumber address, out IpRange? range))
        {
            Assert.True(range.Contains(address));
            seen.Add(address.ToString());
        }
        return [.. seen];
    }

    [Fact]
    public void Without_a_last_address_the_walk_begins_at_the_first_range() => Assert.Equal(
        ["192.0.2.2", "192.0.2.3", "192.0.2.4", "198.51.100.1", "198.51.100.3", "198.51.100.4", "198.51.100.5", "198.51.100.6"],
        Walk(TwoRanges, null));

    [Fact]
    public void The_walk_begins_after_the_last_address_and_ends_with_it() => Assert.Equal(
        ["192.0.2.4", "198.51.100.1", "198.51.100.3", "198.51.100.4", "198.51.100.5", "198.51.100.6", "192.0.2.2", "192.0.2.3"],
        Walk(TwoRanges, "192.0.2.3"));

    [Fact]
    public void It_wraps_from_the_end_of_the_last_range() => Assert.Equal(
        ["192.0.2.2", "192.0.2.3", "192.0.2.4", "198.51.100.1", "198.51.100.3", "198.51.100.4", "198.51.100.5", "198.51.100.6"],
        Walk(TwoRanges, "198.51.100.6"));

    [Fact]
    public void A_last_address_outside_the_pool_is_ignored() => Assert.Equal("192.0.2.2", Walk(TwoRanges, "203.0.113.1")[0]);

    [Fact]
    public void A_gateway_as_the_last_address_is_a_place_to_start_from() => Assert.Equal(
        ["198.51.100.3", "198.51.100.4", "198.51.100.5", "198.51.100.6", "192.0.2.2", "192.0.2.3", "192.0.2.4", "198.51.100.1"],
        Walk(TwoRanges, "198.51.100.2"));

    [Fact]
    public void A_pool_of_only_a_gateway_is_empty()
    {
        Assert.Empty(Walk(Set(Spec("192.0.2.0/30", "192.0.2.1", "192.0.2.1")), null));
        Assert.Empty(Walk(Set(Spec("192.0.2.0/30", "192.0.2.1", "192.0.2.1")), "192.0.2.1"));
    }

    [Fact]
    public void A_pool_of_one_address_offers_it_once()
    {
        RangeSet one = Set(Spec("192.0.2.0/30"));
        Assert.Equal(["192.0.2.2"], Walk(one, null));
        Assert.Equal(["192.0.2.2"], Walk(one, "192.0.2.2"));
    }

    [Fact]
    public void A_pool_of_2_to_the_64_starts_at_once_and_wraps_at_its_end()
    {
        RangeSet set = Set(Spec("2001:db8::/64"));
        RangeCursor cursor = new(set, IpNumber.Parse("2001:db8::ffff:ffff:ffff:fffe"));
        List<string> first = [];
        for (int i = 0; i < 3 && cursor.MoveNext(out IpNumber address, out _); i++)
            first.Add(address.ToString());
        Assert.Equal(["2001:db8::ffff:ffff:ffff:ffff", "2001:db8::2", "2001:db8::3"], first);
    }

    [Fact]
    public void The_very_last_address_of_the_family_does_not_overflow()
    {
        RangeSet set = Set(Spec("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffc/126"));
        Assert.Equal(
            ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"],
            Walk(set, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"));
    }
}
