using System.Buffers.Binary;
using System.Net;

namespace Dataplane.TestKit;

/// <summary>A packet as it was captured; ports are 0 where there are none (or this is no first fragment).</summary>
public sealed record SeenPacket(
    IPAddress Source, IPAddress Destination, byte Protocol, int SourcePort, int DestinationPort, bool Fragment, byte Hops, byte[] Payload)
{
    private const byte FragmentHeader = 44;

    /// <summary>What an ICMP error is about; null: this is none.</summary>
    public SeenPacket? About => Protocol switch
    {
        RawPacket.Icmp when Payload.Length >= 28 && Payload[0] is 3 or 11 or 12 => Parse(Payload.AsSpan(8)),
        RawPacket.IcmpV6 when Payload.Length >= 48 && Payload[0] is 1 or 2 or 3 or 4 => Parse(Payload.AsSpan(8)),
        _ => null,
    };

    /// <summary>Reads a packet from its IP header on; null: it is none, or too short.</summary>
    public static SeenPacket? Parse(ReadOnlySpan<byte> packet)
    {
        if (packet.Length >= 20 && packet[0] >> 4 == 4)
        {
            int header = (packet[0] & 15) * 4;
            int field = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
            int end = Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), packet.Length);
            return Make(new IPAddress(packet[12..16]), new IPAddress(packet[16..20]), packet[9], packet[8],
                (field & 0x3fff) != 0, (field & 0x1fff) == 0, packet[header..Math.Max(header, end)]);
        }
        if (packet.Length >= 40 && packet[0] >> 4 == 6)
        {
            byte protocol = packet[6];
            ReadOnlySpan<byte> payload = packet[40..];
            bool fragment = protocol == FragmentHeader && payload.Length >= 8;
            bool first = true;
            if (fragment)
            {
                protocol = payload[0];
                first = BinaryPrimitives.ReadUInt16BigEndian(payload[2..]) >> 3 == 0;
                payload = payload[8..];
            }
            return Make(new IPAddress(packet[8..24]), new IPAddress(packet[24..40]), protocol, packet[7], fragment, first, payload);
        }
        return null;
    }

    public override string ToString() =>
        $"{Source}:{SourcePort} > {Destination}:{DestinationPort} protocol {Protocol}{(Fragment ? " fragment" : "")} hops {Hops}, {Payload.Length} bytes"
        + (About is { } about ? $" about [{about}]" : "");

    private static SeenPacket Make(
        IPAddress source, IPAddress destination, byte protocol, byte hops, bool fragment, bool first, ReadOnlySpan<byte> payload)
    {
        bool ports = first && payload.Length >= 4 && protocol is RawPacket.Tcp or RawPacket.Udp or RawPacket.Sctp;
        return new SeenPacket(source, destination, protocol,
            ports ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 0, ports ? BinaryPrimitives.ReadUInt16BigEndian(payload[2..]) : 0,
            fragment, hops, payload.ToArray());
    }
}
