using System.Net;
using Dataplane.Netlink;
using Dataplane.TestKit;

namespace Dataplane.Dhcp.Tests;

/// <summary>Getting an address, without a clock and without a wire.</summary>
public sealed class AcquisitionTests
{
    private uint _xid = Given.Xid - 1;

    [Fact]
    public void Discover_offer_request_acknowledgement()
    {
        Acquisition acquisition = Start();

        DhcpQuery discover = Sent(acquisition.Next(1000));
        Assert.Equal((DhcpQuery.Discover, Given.Xid, false), (discover.Type, discover.Xid, discover.WantsBroadcast));
        Assert.Equal(IPAddress.Any, discover.ClientAddress);
        Assert.Equal([0, .. "c1/net1/eth0"u8], discover.Options[61]);
        Assert.Equal([3, 1], discover.Options[55]);

        Assert.True(acquisition.Take(Given.Message(DhcpAnswer.Offer), 1500));
        Assert.Equal(1500, acquisition.DueMs);
        DhcpQuery request = Sent(acquisition.Next(1500));
        Assert.Equal((DhcpQuery.Request, Given.Xid), (request.Type, request.Xid));
        Assert.Equal(DhcpAnswer.Address("10.1.0.100"), request.Options[50]);
        Assert.Equal(DhcpAnswer.Address("10.1.0.1"), request.Options[54]);
        Assert.Null(acquisition.Ack);

        Assert.True(acquisition.Take(Given.Ack(), 1600));
        Assert.Equal(DhcpMessageType.Ack, acquisition.Ack!.Type);
        Assert.Equal(1500, acquisition.RequestedMs);
    }

    [Fact]
    public void What_is_not_for_this_exchange_is_not_taken()
    {
        Acquisition acquisition = Start();
        acquisition.Next(1000);

        Assert.False(acquisition.Take(Given.Message(DhcpAnswer.Offer, xid: Given.Xid + 1), 1000));
        Assert.False(acquisition.Take(ServerMessage.TryParse(DhcpAnswer.Build(
            Given.Xid, [2, 0, 0, 0, 0, 2], IPAddress.Parse("10.1.0.100"), Given.Type(DhcpAnswer.Offer), Given.From("10.1.0.1")))!, 1000));
        Assert.False(acquisition.Take(Given.Ack(), 1000)); // nothing was asked for
        Assert.False(acquisition.Take(Given.Message(DhcpAnswer.Nak), 1000));
        Assert.False(acquisition.Take(Given.Message(DhcpAnswer.Offer, yours: "0.0.0.0"), 1000));
        Assert.False(acquisition.Take(Given.Message(DhcpAnswer.Offer, yours: "239.0.0.1"), 1000));
        Assert.True(acquisition.Take(Given.Message(DhcpAnswer.Offer), 1000));

        Assert.False(acquisition.Take(Given.Message(DhcpAnswer.Ack, server: "10.1.0.2"), 1000));
        Assert.False(acquisition.Take(Given.Message(DhcpAnswer.Nak, server: "10.1.0.2"), 1000));
        Assert.False(acquisition.Take(Given.Message(DhcpAnswer.Ack, yours: "10.1.0.101"), 1000));
        Assert.False(acquisition.Take(Given.Message(DhcpAnswer.Offer), 1000));
        Assert.Null(acquisition.Ack);
    }

    [Fact]
    public void A_server_that_refuses_its_own_offer_is_asked_again_later_by_another_number()
    {
        Acquisition acquisition = Start();
        acquisition.Next(1000);
        acquisition.Take(Given.Message(DhcpAnswer.Offer), 1000);
        acquisition.Next(1000);

        Assert.True(acquisition.Take(Given.Message(DhcpAnswer.Nak), 1000));

        Assert.Equal(3000, acquisition.DueMs);
        DhcpQuery again = Sent(acquisition.Next(3000));
        Assert.Equal((DhcpQuery.Discover, Given.Xid + 1), (again.Type, again.Xid));
        Assert.False(acquisition.Take(Given.Message(DhcpAnswer.Offer), 3000));
    }

    [Fact]
    public void A_server_that_went_away_after_its_offer_is_asked_for_its_time_then_others_are_looked_for()
    {
        Acquisition acquisition = Start(new ClientSettings(TimeoutMs: 5000));
        acquisition.Next(1000);
        acquisition.Take(Given.Message(DhcpAnswer.Offer), 1000);
        var types = new List<byte>();
        for (long now = 1000; now < 8000; now = acquisition.DueMs)
        {
            types.Add(Sent(acquisition.Next(now)).Type);
        }

        Assert.Equal(DhcpQuery.Request, types[0]);
        Assert.Contains(DhcpQuery.Discover, types);
        Assert.Equal(types.Order().Reverse(), types);
    }

    [Fact]
    public void It_asks_four_times_fast_then_slower_and_slower_until_it_gives_up()
    {
        Acquisition acquisition = Start(new ClientSettings(ResendMaxMs: 62_000, ResendTimeoutMs: 208_000));
        var times = new List<long>();
        while (acquisition.DueMs < 209_000)
        {
            acquisition.Next(acquisition.DueMs);
            times.Add(acquisition.DueMs / 1000);
        }

        Assert.Equal([3, 5, 7, 9, 13, 21, 37, 69, 131, 193, 209], times);
        Assert.Equal("no more tries", Assert.Throws<DhcpException>(() => acquisition.Next(209_000)).Message);
    }

    [Fact]
    public void Options_of_the_configuration_are_told_and_do_not_change_the_exchange()
    {
        var options = new ClientOptions(
            new Dictionary<byte, byte[]> { [12] = [1, 2], [61] = [9, 9], [50] = [10, 1, 0, 77], [53] = [7], [54] = [1, 1, 1, 1], [255] = [1] }, [121]);
        Acquisition acquisition = Start(options: options);

        DhcpQuery discover = Sent(acquisition.Next(1000));
        Assert.Equal([1, 2], discover.Options[12]);
        Assert.Equal([9, 9], discover.Options[61]);
        Assert.Equal([10, 1, 0, 77], discover.Options[50]);
        Assert.Equal([121], discover.Options[55]);
        Assert.Equal(DhcpQuery.Discover, discover.Type);
        Assert.False(discover.Options.ContainsKey(54));

        acquisition.Take(Given.Message(DhcpAnswer.Offer), 1000);
        DhcpQuery request = Sent(acquisition.Next(1000));
        Assert.Equal(DhcpAnswer.Address("10.1.0.100"), request.Options[50]);
        Assert.Equal(DhcpAnswer.Address("10.1.0.1"), request.Options[54]);
    }

    [Fact]
    public void Broadcast_answers_are_asked_for() => Assert.True(Sent(Start(new ClientSettings(Broadcast: true)).Next(1000)).WantsBroadcast);

    [Fact]
    public void A_name_that_is_too_long_is_cut()
    {
        byte[] option = new ClientIdentity(new string('c', 300), "net1", "eth0").ToOption();
        Assert.Equal(255, option.Length);
        Assert.Equal(0, option[0]);
        Assert.All(option[1..], static b => Assert.Equal((byte)'c', b));
    }

    [Fact]
    public void More_than_a_message_holds_is_an_error_not_a_crash()
    {
        var provided = new Dictionary<byte, byte[]>();
        for (byte code = 100; code < 110; code++)
        {
            provided[code] = new byte[255];
        }

        Assert.Throws<DhcpException>(() => Start(options: new ClientOptions(provided, [])).Next(1000));
    }

    private Acquisition Start(ClientSettings? settings = null, ClientOptions? options = null) =>
        new(Given.Identity, new MacAddress(Given.MacBytes), options ?? Given.Options, settings ?? new ClientSettings(), 1000, () => ++_xid, static () => 0);

    private static DhcpQuery Sent(byte[] message) => new(IPAddress.Broadcast, message);
}
