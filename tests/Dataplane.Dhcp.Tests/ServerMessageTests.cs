using System.Net;
using Dataplane.TestKit;

namespace Dataplane.Dhcp.Tests;

/// <summary>What is taken for a server's message, and what is not: the servers of a link are whoever is on it.</summary>
public sealed class ServerMessageTests
{
    private static byte[] Offer => Given.Bytes(DhcpAnswer.Offer, more: (OptionCode.LeaseTime, DhcpAnswer.Number(60)));

    [Fact]
    public void A_whole_message_is_read()
    {
        ServerMessage message = ServerMessage.TryParse(Offer)!;

        Assert.Equal(DhcpMessageType.Offer, message.Type);
        Assert.Equal(Given.Xid, message.Xid);
        Assert.Equal(Given.Mac, message.ClientMac);
        Assert.Equal("10.1.0.100", message.YourAddress.ToString());
        Assert.Equal("10.1.0.1", message.Server.ToString());
        Assert.Equal(60u, message.Options.GetNumber(OptionCode.LeaseTime));
        Assert.Null(message.Options.Get(OptionCode.Routers));
    }

    [Fact]
    public void What_is_cut_off_anywhere_is_none()
    {
        for (int length = 0; length < Offer.Length; length++)
        {
            Assert.Null(ServerMessage.TryParse(Offer.AsSpan(0, length)));
        }
    }

    [Theory]
    [InlineData(0, 1)] // a client's
    [InlineData(1, 6)] // not Ethernet
    [InlineData(2, 16)] // a longer hardware address
    [InlineData(236, 0)] // BOOTP without options
    public void What_is_of_another_kind_is_none(int at, byte value)
    {
        byte[] bytes = Offer;
        bytes[at] = value;
        Assert.Null(ServerMessage.TryParse(bytes));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(0)]
    [InlineData(200)]
    public void What_no_server_sends_is_none(byte type) => Assert.Null(ServerMessage.TryParse(Given.Bytes(type)));

    [Fact]
    public void A_server_has_a_name_and_a_message_a_type()
    {
        Assert.Null(Parse(Given.Type(DhcpAnswer.Offer)));
        Assert.Null(Parse(Given.From("10.1.0.1")));
        Assert.Null(Parse(Given.Type(DhcpAnswer.Offer), Given.From("0.0.0.0")));
        Assert.Null(Parse(Given.Type(DhcpAnswer.Offer), Given.From("255.255.255.255")));
        Assert.Null(Parse(Given.Type(DhcpAnswer.Offer), (54, [10, 1, 0])));
    }

    [Fact]
    public void Two_that_say_it_twice_say_nothing()
    {
        Assert.Null(Parse(Given.Type(DhcpAnswer.Offer), Given.Type(DhcpAnswer.Ack), Given.From("10.1.0.1")));
        Assert.Null(Parse(Given.Type(DhcpAnswer.Offer), Given.From("10.1.0.1"), Given.From("10.1.0.2")));
    }

    [Fact]
    public void A_value_in_pieces_is_one()
    {
        OptionSet options = Parse(Given.Type(DhcpAnswer.Ack), Given.From("10.1.0.1"), (OptionCode.Routers, [10, 1]), (OptionCode.Routers, [0, 9]))!.Options;
        Assert.Equal(Given.Ip("10.1.0.9"), options.GetAddress(OptionCode.Routers));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Options_in_other_fields_are_read_when_the_message_says_so(byte where)
    {
        byte[] message = [.. DhcpAnswer.Header(Given.Xid, Given.MacBytes, IPAddress.Parse("10.1.0.100")),
            .. DhcpAnswer.Options((OptionCode.Overload, [where]), Given.Type(DhcpAnswer.Ack)), 255];
        byte[] server = [.. DhcpAnswer.Options(Given.From("10.1.0.1")), 255];
        byte[] router = [0, 0, .. DhcpAnswer.Options((OptionCode.Routers, [10, 1, 0, 9])), 255];
        (where == 2 ? server : router).CopyTo(message, where == 2 ? 44 : 108);
        (where == 3 ? server : [255]).CopyTo(message, where == 2 ? 108 : 44);
        if (where == 1)
        {
            server[..^1].Concat(router).ToArray().CopyTo(message, 108);
        }

        ServerMessage? read = ServerMessage.TryParse(message);

        Assert.Equal(Given.Ip("10.1.0.1"), read!.Server);
        Assert.Equal(where == 2 ? null : Given.Ip("10.1.0.9"), read.Options.GetAddress(OptionCode.Routers));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(255)]
    public void An_overload_that_is_none_is_refused(byte where) =>
        Assert.Null(Parse((OptionCode.Overload, [where]), Given.Type(DhcpAnswer.Ack), Given.From("10.1.0.1")));

    [Fact]
    public void An_overloaded_field_without_an_end_is_refused()
    {
        byte[] message = DhcpAnswer.Build(
            Given.Xid, Given.MacBytes, IPAddress.Parse("10.1.0.100"), (OptionCode.Overload, [1]), Given.Type(DhcpAnswer.Ack), Given.From("10.1.0.1"));
        message[108] = OptionCode.HostName;
        message[109] = 127; // one more than the field has left
        Assert.Null(ServerMessage.TryParse(message));
        message.AsSpan(108, 128).Clear();
        Assert.Null(ServerMessage.TryParse(message));
    }

    [Fact]
    public void No_noise_is_more_than_a_message_or_none()
    {
        var random = new Random(7);
        for (int i = 0; i < 200_000; i++)
        {
            byte[] bytes = Offer;
            for (int changes = random.Next(1, 12); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            ServerMessage? message = ServerMessage.TryParse(bytes.AsSpan(0, random.Next(bytes.Length + 1)));
            if (message is { Type: DhcpMessageType.Ack })
            {
                _ = RouteOptions.Read(message.Options);
            }
        }
    }

    private static ServerMessage? Parse(params (byte, byte[])[] options) =>
        ServerMessage.TryParse(DhcpAnswer.Build(Given.Xid, Given.MacBytes, IPAddress.Parse("10.1.0.100"), options));
}
