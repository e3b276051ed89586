using Dataplane.TestKit;

namespace Dataplane.Dhcp.Tests;

/// <summary>What an acknowledgement is worth.</summary>
public sealed class LeaseTermsTests
{
    private static readonly byte[] s_mask = DhcpAnswer.Address("255.255.255.0");

    [Fact]
    public void Addresses_and_times()
    {
        LeaseTerms terms = LeaseTerms.Read(Given.Ack(
            (51, DhcpAnswer.Number(100)), (58, DhcpAnswer.Number(10)), (59, DhcpAnswer.Number(90)), (3, [10, 1, 0, 9, 10, 1, 0, 8])));

        Assert.Equal(("10.1.0.100", 24, "10.1.0.1", "10.1.0.9"), (terms.Address.ToString(), terms.PrefixLength, terms.Server.ToString(), terms.Gateway.ToString()));
        Assert.Equal((10_000, 90_000, 100_000), (terms.RenewalMs, terms.RebindingMs, terms.ExpiryMs));
    }

    [Theory]
    [InlineData(100, null, null, 50, 85, 100)]
    [InlineData(null, null, null, 1800, 3060, 3600)]
    [InlineData(100, 10, 200, 10, 85, 100)] // T2 after the end
    [InlineData(100, 95, 90, 50, 90, 100)] // T1 after T2
    [InlineData(100, null, 20, 20, 20, 100)]
    [InlineData(100, 0, 0, 50, 85, 100)]
    public void Times_that_are_not_said_or_contradict_each_other(int? lease, int? t1, int? t2, long renewal, long rebinding, long expiry)
    {
        var options = new List<(byte, byte[])>();
        foreach ((byte code, int? value) in ((byte, int?)[])[(51, lease), (58, t1), (59, t2)])
        {
            if (value is { } seconds)
            {
                options.Add((code, DhcpAnswer.Number((uint)seconds)));
            }
        }

        LeaseTerms terms = LeaseTerms.Read(Given.Ack([.. options]));

        Assert.Equal((renewal * 1000, rebinding * 1000, expiry * 1000), (terms.RenewalMs, terms.RebindingMs, terms.ExpiryMs));
    }

    [Fact]
    public void For_ever_is_136_years() => Assert.Equal(uint.MaxValue * 1000L, LeaseTerms.Read(Given.Ack((51, DhcpAnswer.Number(uint.MaxValue)))).ExpiryMs);

    [Fact]
    public void Without_a_mask_there_is_no_address() =>
        Assert.Equal("DHCP option Subnet Mask not found in DHCPACK", Assert.Throws<DhcpException>(static () => LeaseTerms.Read(Given.Message(DhcpAnswer.Ack))).Message);

    [Theory]
    [InlineData("255.0.255.0")]
    [InlineData("0.0.0.0")]
    [InlineData("0.0.0.255")]
    public void A_mask_with_holes_is_none(string mask) =>
        Assert.Throws<DhcpException>(() => LeaseTerms.Read(Given.Message(DhcpAnswer.Ack, more: (1, DhcpAnswer.Address(mask)))));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("127.0.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("0.1.2.3")]
    public void An_address_that_no_host_can_have_is_refused(string address) =>
        Assert.Throws<DhcpException>(() => LeaseTerms.Read(Given.Message(DhcpAnswer.Ack, address, more: (1, s_mask))));

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 1 })]
    [InlineData(new byte[] { 0, 0, 0, 60, 0, 0, 0, 60 })]
    public void A_lease_for_no_time_is_refused(byte[] time) => Assert.Throws<DhcpException>(() => LeaseTerms.Read(Given.Ack((51, time))));

    [Fact]
    public void The_default_route_goes_by_the_first_router()
    {
        Assert.Equal(["0.0.0.0/0 10.1.0.9"], Routes((3, [10, 1, 0, 9, 10, 1, 0, 8])));
        Assert.Empty(Routes());
        Assert.Empty(Routes((3, [0, 0, 0, 0])));
        Assert.Empty(Routes((3, [10, 1, 0])));
    }

    [Fact]
    public void Static_routes_are_classful() => Assert.Equal(
        ["10.0.0.0/8 10.1.0.2", "172.16.0.0/16 10.1.0.3", "192.168.5.0/24 10.1.0.4", "0.0.0.0/0 10.1.0.9"],
        Routes(
            (33, [10, 7, 8, 9, 10, 1, 0, 2, 172, 16, 0, 0, 10, 1, 0, 3, 192, 168, 5, 0, 10, 1, 0, 4, 0, 0, 0, 0, 10, 1, 0, 5, 230, 0, 0, 0, 10, 1, 0, 6, 1, 2]),
            (3, [10, 1, 0, 9])));

    [Fact]
    public void Classless_routes_take_the_place_of_all_others() => Assert.Equal(
        ["0.0.0.0/0 10.1.0.7", "10.17.0.0/16 10.1.0.8", "10.5.128.0/17 0.0.0.0", "10.9.9.9/32 10.1.0.2"],
        Routes(
            (121, [0, 10, 1, 0, 7, 16, 10, 17, 10, 1, 0, 8, 17, 10, 5, 255, 0, 0, 0, 0, 32, 10, 9, 9, 9, 10, 1, 0, 2]),
            (33, [10, 7, 8, 9, 10, 1, 0, 2]),
            (3, [10, 1, 0, 9])));

    [Theory]
    [InlineData(new byte[] { 33, 1, 2, 3, 4, 5, 10, 1, 0, 1 })] // longer than an address
    [InlineData(new byte[] { 24, 10, 1, 0, 10, 1, 0 })] // a router cut off
    [InlineData(new byte[] { 16, 10, 17, 10, 1, 0, 8, 24 })] // something behind it
    public void Classless_routes_that_are_damaged_are_none_at_all(byte[] value) => Assert.Equal(["0.0.0.0/0 10.1.0.9"], Routes((121, value), (3, [10, 1, 0, 9])));

    private static string[] Routes(params (byte, byte[])[] options) =>
        [.. LeaseTerms.Read(Given.Ack(options)).Routes.Select(static r => $"{r.Destination}/{r.Length} {r.Router}")];
}
