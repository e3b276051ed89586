using System.Buffers.Binary;
using System.Net;
using Dataplane.TestKit;

namespace Dataplane.Dhcp.Tests;

/// <summary>The packets around the messages.</summary>
public sealed class DatagramTests
{
    private static readonly byte[] s_payload = Given.Bytes(DhcpAnswer.Offer);

    private static byte[] FromServer => Datagram.Wrap(Given.Ip("10.1.0.1"), Datagram.ServerPort, Ip4.Broadcast, Datagram.ClientPort, s_payload);

    [Fact]
    public void A_packet_is_one_that_others_write_too()
    {
        IPAddress server = IPAddress.Parse("10.1.0.1");
        byte[] theirs = RawPacket.Ip(
            server, IPAddress.Broadcast, RawPacket.Udp, RawPacket.UdpDatagram(server, IPAddress.Broadcast, 67, 68, s_payload));
        // They may be fragmented, ours may not: 0x40 in the flags, and the checksum of that.
        theirs[6] = 0x40;
        BinaryPrimitives.WriteUInt16BigEndian(theirs.AsSpan(10), 0);
        BinaryPrimitives.WriteUInt16BigEndian(theirs.AsSpan(10), Checksums.Internet(theirs.AsSpan(0, 20).ToArray()));

        Assert.Equal(theirs, FromServer);
        Assert.Equal(s_payload, Unwrap(theirs));
    }

    [Fact]
    public void Every_bit_counts()
    {
        for (int bit = 0; bit < FromServer.Length * 8; bit++)
        {
            byte[] damaged = FromServer;
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(Unwrap(damaged));
        }
    }

    [Fact]
    public void A_checksum_that_nobody_computed_is_not_looked_at()
    {
        byte[] left = FromServer;
        left[26] ^= 0xff;
        Assert.Null(Unwrap(left));
        Assert.Equal(s_payload, Unwrap(left, checksummed: false));
        (left[26], left[27]) = (0, 0);
        Assert.Equal(s_payload, Unwrap(left));
    }

    [Fact]
    public void What_is_behind_the_end_is_not_read()
    {
        Assert.Equal(s_payload, Unwrap([.. FromServer, 1, 2, 3]));
        for (int length = 0; length < FromServer.Length; length++)
        {
            Assert.Null(Unwrap(FromServer[..length]));
        }
    }

    [Theory]
    [InlineData(0x20, 0)] // more fragments follow
    [InlineData(0, 1)] // a later one
    [InlineData(0x1f, 0xff)]
    public void A_fragment_is_no_message(byte first, byte second) => Assert.Null(Unwrap(Header(ip => (ip[6], ip[7]) = (first, second))));

    [Theory]
    [InlineData(0x44)] // a header of 16 bytes
    [InlineData(0x4f)] // of 60, into the message
    [InlineData(0x65)] // IPv6
    public void A_header_of_another_length_or_version_is_none(byte first) => Assert.Null(Unwrap(Header(ip => ip[0] = first)));

    [Fact]
    public void Options_of_IP_are_skipped()
    {
        byte[] packet = [.. FromServer[..20], 1, 1, 1, 0, .. FromServer[20..]];
        packet[0] = 0x46;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), 0);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Checksums.Internet(packet.AsSpan(0, 24).ToArray()));
        Assert.Equal(s_payload, Unwrap(packet));
    }

    private static byte[] Header(Action<byte[]> change)
    {
        byte[] packet = FromServer;
        change(packet);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), 0);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Checksums.Internet(packet.AsSpan(0, 20).ToArray()));
        return packet;
    }

    private static byte[]? Unwrap(byte[] packet, bool checksummed = true) =>
        Datagram.TryUnwrap(packet, checksummed, out ReadOnlySpan<byte> payload) ? payload.ToArray() : null;
}
