using System.Buffers.Binary;
using System.Net;

namespace Dataplane.Bpf.Tests.Packets;

/// <summary>A <see cref="Datagram"/> to bytes and back.</summary>
internal static class DatagramBytes
{
    public static byte[] Write(Datagram packet)
    {
        byte[] from = packet.From.GetAddressBytes();
        byte[] to = packet.To.GetAddressBytes();
        byte[] upper = Upper(packet);
        Seal(upper, from, to, packet);
        return [.. packet.V6 ? Header6(packet, upper.Length) : Header4(packet, upper.Length), .. upper];
    }

    /// <summary>What an IP packet without options says; an embedded one may be cut after its ports.</summary>
    public static Datagram Read(ReadOnlySpan<byte> ip)
    {
        bool v6 = ip[0] >> 4 == 6;
        int size = v6 ? 40 : 20;
        byte protocol = ip[v6 ? 6 : 9];
        ReadOnlySpan<byte> upper = ip[size..];
        var packet = new Datagram(protocol, new IPAddress(v6 ? ip[8..24] : ip[12..16]), 0, new IPAddress(v6 ? ip[24..40] : ip[16..20]), 0)
        {
            Ttl = ip[v6 ? 7 : 8],
            Id = v6 ? (ushort)0x1234 : BinaryPrimitives.ReadUInt16BigEndian(ip[4..]),
        };
        switch (protocol)
        {
            case Datagram.TcpProtocol or Datagram.UdpProtocol or Datagram.SctpProtocol:
                return packet with
                {
                    FromPort = BinaryPrimitives.ReadUInt16BigEndian(upper),
                    ToPort = BinaryPrimitives.ReadUInt16BigEndian(upper[2..]),
                    Flags = protocol == Datagram.TcpProtocol && upper.Length > 13 ? (TcpFlags)upper[13] : TcpFlags.Ack,
                };
            case Datagram.Icmp4 or Datagram.Icmp6:
                packet = packet with { Type = upper[0], Code = upper[1] };
                if (packet.IsQuery)
                {
                    ushort id = BinaryPrimitives.ReadUInt16BigEndian(upper[4..]);
                    return packet with { FromPort = id, ToPort = id };
                }
                return packet with { Rest = BinaryPrimitives.ReadUInt32BigEndian(upper[4..]), Inner = Read(upper[8..]) };
            default:
                return packet;
        }
    }

    private static byte[] Upper(Datagram p)
    {
        byte[] payload = new byte[p.Payload];
        for (int i = 0; i < payload.Length; i++)
        {
            payload[i] = (byte)((i * 7) + 3);
        }
        if (p.Salt != 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload, p.Salt);
        }
        switch (p.Protocol)
        {
            case Datagram.TcpProtocol:
                return [.. Ports(p), 0, 0, 0, 1, 0, 0, 0, 2, 5 << 4, (byte)p.Flags, 0x20, 0, 0, 0, 0, 0, .. payload];
            case Datagram.UdpProtocol:
                return [.. Ports(p), (byte)((8 + p.Payload) >> 8), (byte)(8 + p.Payload), 0, 0, .. payload];
            case Datagram.SctpProtocol:
                return [.. Ports(p), 0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 0, .. payload];
            case Datagram.Icmp4 or Datagram.Icmp6 when p.IsQuery:
                return [p.Type, p.Code, 0, 0, (byte)(p.FromPort >> 8), (byte)p.FromPort, 0, 9, .. payload];
            case Datagram.Icmp4 or Datagram.Icmp6:
                byte[] rest = new byte[4];
                BinaryPrimitives.WriteUInt32BigEndian(rest, p.Rest);
                byte[] inner = p.Inner is null ? payload : p.Inner.Ip();
                return [p.Type, p.Code, 0, 0, .. rest, .. inner[..Math.Min(inner.Length, p.Quoted)]];
            default:
                return payload;
        }
    }

    private static byte[] Ports(Datagram p) => [(byte)(p.FromPort >> 8), (byte)p.FromPort, (byte)(p.ToPort >> 8), (byte)p.ToPort];

    /// <summary>The upper checksum.</summary>
    private static void Seal(byte[] upper, byte[] from, byte[] to, Datagram p)
    {
        byte[] pseudo = p.Protocol == Datagram.Icmp4 ? [] : Checksum.Pseudo(from, to, p.Protocol, upper.Length);
        switch (p.Protocol)
        {
            case Datagram.TcpProtocol:
                BinaryPrimitives.WriteUInt16BigEndian(upper.AsSpan(16), Checksum.Of(upper, pseudo));
                break;
            case Datagram.UdpProtocol when !p.NoChecksum:
                ushort sum = Checksum.Of(upper, pseudo);
                BinaryPrimitives.WriteUInt16BigEndian(upper.AsSpan(6), sum == 0 ? (ushort)0xffff : sum);
                break;
            case Datagram.SctpProtocol:
                BinaryPrimitives.WriteUInt32LittleEndian(upper.AsSpan(8), Checksum.Crc32c(upper));
                break;
            case Datagram.Icmp4 or Datagram.Icmp6:
                BinaryPrimitives.WriteUInt16BigEndian(upper.AsSpan(2), Checksum.Of(upper, pseudo));
                break;
        }
    }

    private static byte[] Header4(Datagram p, int upper)
    {
        byte[] header = [0x45, 0, 0, 0, (byte)(p.Id >> 8), (byte)p.Id, 0, 0, p.Ttl, p.Protocol, 0, 0, .. p.From.GetAddressBytes(), .. p.To.GetAddressBytes()];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(20 + upper));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), Checksum.Of(header));
        return header;
    }

    private static byte[] Header6(Datagram p, int upper) =>
        [0x60, 0, 0, 0, (byte)(upper >> 8), (byte)upper, p.Protocol, p.Ttl, .. p.From.GetAddressBytes(), .. p.To.GetAddressBytes()];
}
