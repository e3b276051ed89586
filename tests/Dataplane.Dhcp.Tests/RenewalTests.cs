using System.Net;
using Dataplane.TestKit;

namespace Dataplane.Dhcp.Tests;

/// <summary>Keeping an address, without a clock and without a wire.</summary>
public sealed class RenewalTests
{
    // A lease of 1000 seconds from 0 on: T1 500, T2 850.
    private static readonly LeaseTerms s_terms = LeaseTerms.Read(Given.Ack((51, DhcpAnswer.Number(1000))));

    [Fact]
    public void From_T1_on_the_server_is_asked_and_from_T2_on_everybody_until_the_lease_is_over()
    {
        Renewal renewal = Start(500_000);
        var asked = new List<(long, bool)>();
        while (renewal.Next(renewal.DueMs) is { } message)
        {
            var query = new DhcpQuery(IPAddress.Any, message);
            Assert.True(query.IsRenewal);
            Assert.Equal("10.1.0.100", query.ClientAddress.ToString());
            Assert.False(query.Options.ContainsKey(50));
            Assert.False(query.Options.ContainsKey(54));
            Assert.Equal([0, .. "c1/net1/eth0"u8], query.Options[61]);
            asked.Add((renewal.RequestedMs / 1000, renewal.IsRebinding));
        }

        Assert.Equal((500, false), asked[0]);
        Assert.Equal(850, asked.First(static a => a.Item2).Item1);
        Assert.InRange(asked.Count, 5, 12);
        Assert.All(asked.Zip(asked.Skip(1)), static pair => Assert.True(pair.Second.Item1 - pair.First.Item1 >= 20));
        Assert.Equal(1000_000, renewal.DueMs);
    }

    [Fact]
    public void Only_the_server_may_answer_before_T2_and_anybody_after()
    {
        Renewal renewal = Start(500_000);
        renewal.Next(500_000);
        Assert.False(renewal.Take(Given.Message(DhcpAnswer.Ack, server: "10.1.0.2")));
        Assert.False(renewal.Take(Given.Message(DhcpAnswer.Nak, server: "10.1.0.2")));
        Assert.False(renewal.Take(Given.Message(DhcpAnswer.Ack, xid: 1)));
        Assert.False(renewal.Take(Given.Message(DhcpAnswer.Ack, yours: "10.1.0.101")));
        Assert.False(renewal.Take(Given.Message(DhcpAnswer.Offer)));
        Assert.Null(renewal.Ack);

        renewal.Next(850_000);
        Assert.True(renewal.Take(Given.Message(DhcpAnswer.Ack, server: "10.1.0.2")));
        Assert.NotNull(renewal.Ack);
    }

    [Fact]
    public void A_server_can_take_the_address_back()
    {
        Renewal renewal = Start(500_000);
        renewal.Next(500_000);
        Assert.True(renewal.Take(Given.Message(DhcpAnswer.Nak)));
        Assert.True(renewal.IsRefused);
    }

    [Fact]
    public void A_lease_that_is_over_is_not_asked_for() => Assert.Null(Start(1000_000).Next(1000_000));

    private static Renewal Start(long nowMs) => new(Given.Identity, Given.Mac, Given.Options, s_terms, 0, nowMs, broadcast: false, Given.Xid);
}
