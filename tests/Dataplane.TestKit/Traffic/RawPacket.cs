using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Dataplane.TestKit;

/// <summary>Packets written byte by byte, from the IP header on.</summary>
public static class RawPacket
{
    public const byte Icmp = 1;
    public const byte Tcp = 6;
    public const byte Udp = 17;
    public const byte IcmpV6 = 58;
    public const byte Sctp = 132;
    private const byte FragmentHeader = 44;

    /// <summary>A whole packet.</summary>
    public static byte[] Ip(IPAddress source, IPAddress destination, byte protocol, byte[] payload, byte hops = 64) =>
        [.. Header(source, destination, protocol, payload.Length, hops, id: 0, fragmentField: 0), .. payload];

    /// <summary>The packet in fragments, each with at most <paramref name="size"/> bytes (a multiple of 8) of payload.</summary>
    public static IReadOnlyList<byte[]> Fragments(IPAddress source, IPAddress destination, byte protocol, byte[] payload, int size, ushort id)
    {
        var fragments = new List<byte[]>();
        for (int at = 0; at < payload.Length; at += size)
        {
            byte[] part = payload[at..Math.Min(at + size, payload.Length)];
            bool more = at + part.Length < payload.Length;
            if (source.AddressFamily == AddressFamily.InterNetwork)
            {
                fragments.Add([.. Header(source, destination, protocol, part.Length, 64, id, (ushort)((at / 8) | (more ? 0x2000 : 0))), .. part]);
            }
            else
            {
                byte[] fragment = [protocol, 0, 0, 0, 0, 0, 0, 0];
                BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(2), (ushort)(at | (more ? 1 : 0)));
                BinaryPrimitives.WriteUInt32BigEndian(fragment.AsSpan(4), id);
                fragments.Add([.. Header(source, destination, FragmentHeader, part.Length + 8, 64, 0, 0), .. fragment, .. part]);
            }
        }
        return fragments;
    }

    /// <summary>UDP header and data.</summary>
    public static byte[] UdpDatagram(IPAddress source, IPAddress destination, int sourcePort, int destinationPort, byte[] data)
    {
        byte[] udp = [0, 0, 0, 0, 0, 0, 0, 0, .. data];
        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(2), (ushort)destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(4), (ushort)udp.Length);
        ushort sum = Checksums.Internet(Checksums.PseudoHeader(source, destination, Udp, udp.Length), udp);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(6), sum == 0 ? (ushort)0xffff : sum);
        return udp;
    }

    /// <summary>TCP header without options, and data.</summary>
    public static byte[] TcpSegment(
        IPAddress source, IPAddress destination, int sourcePort, int destinationPort, byte flags, uint sequence = 1000, byte[]? data = null)
    {
        byte[] tcp = [.. new byte[20], .. data ?? []];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), (ushort)destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), sequence);
        tcp[12] = 5 << 4;
        tcp[13] = flags;
        tcp[14] = 0x20;
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(16), Checksums.Internet(Checksums.PseudoHeader(source, destination, Tcp, tcp.Length), tcp));
        return tcp;
    }

    /// <summary>
    /// An ICMP error of either family about a packet, from its IP header on; <paramref name="rest"/> is the second word of the header: the MTU, or zero.
    /// </summary>
    public static byte[] IcmpError(IPAddress source, IPAddress destination, byte type, byte code, uint rest, byte[] about)
    {
        byte[] icmp = [type, code, 0, 0, 0, 0, 0, 0, .. about];
        BinaryPrimitives.WriteUInt32BigEndian(icmp.AsSpan(4), rest);
        bool v6 = source.AddressFamily == AddressFamily.InterNetworkV6;
        ushort sum = v6 ? Checksums.Internet(Checksums.PseudoHeader(source, destination, IcmpV6, icmp.Length), icmp) : Checksums.Internet(icmp);
        BinaryPrimitives.WriteUInt16BigEndian(icmp.AsSpan(2), sum);
        return icmp;
    }

    private static byte[] Header(IPAddress source, IPAddress destination, byte protocol, int length, byte hops, ushort id, ushort fragmentField)
    {
        byte[] header;
        if (source.AddressFamily == AddressFamily.InterNetwork)
        {
            header = [0x45, 0, 0, 0, 0, 0, 0, 0, hops, protocol, 0, 0, .. source.GetAddressBytes(), .. destination.GetAddressBytes()];
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(20 + length));
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), id);
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), fragmentField);
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), Checksums.Internet(header));
            return header;
        }
        header = [0x60, 0, 0, 0, 0, 0, protocol, hops, .. source.GetAddressBytes(), .. destination.GetAddressBytes()];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)length);
        return header;
    }
}
