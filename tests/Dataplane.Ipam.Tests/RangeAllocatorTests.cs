using static Dataplane.Ipam.Tests.RangeTests;

namespace Dataplane.Ipam.Tests;

public class RangeAllocatorTests
{
    private static readonly LeaseOwner Owner = new("id", "eth0");

    private static string Allocate(RangeSet set, MemoryLeaseStore store, string? requested = null, LeaseOwner? owner = null)
    {
        AllocatedAddress a = new RangeAllocator(set, store, 0).Allocate(owner ?? Owner, requested is null ? null : IpNumber.Parse(requested));
        return $"{a.Address}/{a.PrefixLength}";
    }

    // Pools, last reserved address, taken addresses, address given: the cases of a round-robin allocator.
    [Theory]
    [InlineData("10.0.0.0/29", "", "", "10.0.0.2")]
    [InlineData("10.0.0.0/29", "10.0.0.2", "10.0.0.2", "10.0.0.3")]
    [InlineData("10.0.0.0/29", "10.0.0.5", "10.0.0.4 10.0.0.5", "10.0.0.6")]
    [InlineData("10.0.0.0/29", "10.0.0.6", "10.0.0.4 10.0.0.5", "10.0.0.2")]
    [InlineData("10.0.0.0/29", "10.0.0.6", "10.0.0.2 10.0.0.4", "10.0.0.3")]
    [InlineData("10.0.0.0/29", "10.0.0.128", "10.0.0.2 10.0.0.3", "10.0.0.4")]
    [InlineData("10.0.0.0/29", "10.0.0.3", "10.0.0.2 10.0.0.4 10.0.0.5 10.0.0.6", "10.0.0.3")]
    [InlineData("10.0.0.0/29", "10.0.0.4", "10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5", "10.0.0.6")]
    [InlineData("10.0.0.0/30 10.0.1.0/30", "", "10.0.0.2", "10.0.1.2")]
    [InlineData("10.0.0.0/30 10.0.1.0/30", "10.0.1.2", "10.0.1.2", "10.0.0.2")]
    [InlineData("10.0.0.0/29 10.0.1.0/29", "10.0.0.6", "10.0.0.2", "10.0.1.2")]
    [InlineData("2001:db8:1::/64", "", "", "2001:db8:1::2")]
    [InlineData("2001:db8:1::/64", "2001:db8:1::ffff:ffff:ffff:ffff", "2001:db8:1::2", "2001:db8:1::3")]
    public void Next_address(string subnets, string last, string taken, string given)
    {
        MemoryLeaseStore store = new();
        if (last.Length > 0)
            store.Last[0] = IpNumber.Parse(last);
        foreach (string address in taken.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            store.Leases[IpNumber.Parse(address)] = new LeaseOwner("other", "eth0");
        RangeSet set = Set([.. subnets.Split(' ').Select(subnet => Spec(subnet))]);
        Assert.StartsWith(given + "/", Allocate(set, store));
        Assert.Equal(given, store.LastReserved(0).ToString());
    }

    [Fact]
    public void The_pool_runs_dry_after_every_address_and_never_gives_gateway_or_broadcast()
    {
        MemoryLeaseStore store = new();
        RangeSet set = Set(Spec("192.168.1.0/29"));
        List<string> given = [];
        for (int i = 0; i < 5; i++)
            given.Add(Allocate(set, store, owner: new LeaseOwner($"id{i}", "eth0")));
        Assert.Equal(["192.168.1.2/29", "192.168.1.3/29", "192.168.1.4/29", "192.168.1.5/29", "192.168.1.6/29"], given);
        IpamException dry = Assert.Throws<IpamException>(() => Allocate(set, store));
        Assert.Equal("no IP addresses available in range set: 192.168.1.1-192.168.1.6", dry.Message);
        Assert.Equal("all 5 addresses are leased", dry.Details);
    }

    [Fact]
    public void A_dead_holder_gives_its_address_up_before_the_pool_is_called_dry()
    {
        MemoryLeaseStore store = new();
        RangeSet set = Set(Spec("192.168.1.0/30"));
        Allocate(set, store, owner: new LeaseOwner("dead", "eth0"));
        store.Dead.Add(IpNumber.Parse("192.168.1.2"));
        Assert.Equal("192.168.1.2/30", Allocate(set, store));
    }

    [Fact]
    public void An_owner_gets_one_address_of_a_pool()
    {
        MemoryLeaseStore store = new();
        RangeSet set = Set(Spec("10.0.0.0/29"));
        Allocate(set, store);
        IpamException twice = Assert.Throws<IpamException>(() => Allocate(set, store));
        Assert.Equal("10.0.0.2 has been allocated to id, duplicate allocation is not allowed", twice.Message);
        Assert.Equal("held by id/eth0", twice.Details);
        Assert.Equal("10.0.0.3/29", Allocate(set, store, owner: Owner with { IfName = "eth1" }));
    }

    [Fact]
    public void A_lease_of_the_container_alone_counts_for_each_of_its_interfaces()
    {
        MemoryLeaseStore store = new();
        store.Leases[IpNumber.Parse("10.0.0.4")] = new LeaseOwner("id", "");
        Assert.Throws<IpamException>(() => Allocate(Set(Spec("10.0.0.0/29")), store));
    }

    [Fact]
    public void An_address_held_in_another_pool_does_not_matter()
    {
        MemoryLeaseStore store = new();
        store.Leases[IpNumber.Parse("10.9.0.4")] = Owner;
        Assert.Equal("10.0.0.2/29", Allocate(Set(Spec("10.0.0.0/29")), store));
    }

    [Theory]
    [InlineData("10.0.0.1", "requested ip 10.0.0.1 is subnet's gateway")]
    [InlineData("10.0.0.3", "requested IP address 10.0.0.3 is not available in range set 10.0.0.1-10.0.0.5")]
    [InlineData("10.0.0.6", "10.0.0.6 not in range set 10.0.0.1-10.0.0.5")]
    [InlineData("10.0.0.0", "10.0.0.0 not in range set 10.0.0.1-10.0.0.5")]
    public void Requests_that_cannot_be_met(string requested, string message)
    {
        MemoryLeaseStore store = new();
        store.Leases[IpNumber.Parse("10.0.0.3")] = new LeaseOwner("other", "eth0");
        RangeSet set = Set(Spec("10.0.0.0/29", end: "10.0.0.5"));
        Assert.Equal(message, Assert.Throws<IpamException>(() => Allocate(set, store, requested)).Message);
    }

    [Fact]
    public void A_requested_address_moves_the_round_robin_on()
    {
        MemoryLeaseStore store = new();
        RangeSet set = Set(Spec("10.0.0.0/29"));
        Assert.Equal("10.0.0.4/29", Allocate(set, store, "10.0.0.4"));
        Assert.Equal("10.0.0.5/29", Allocate(set, store, owner: new LeaseOwner("next", "eth0")));
    }
}
