using System.Buffers.Binary;
using System.Net;

namespace Dataplane.Benchmarks.Beds;

/// <summary>The smallest frames that go each way.</summary>
internal static class Packet
{
    /// <summary>IPPROTO_TCP.</summary>
    public const byte Tcp = 6;

    /// <summary>The port that <see cref="Ack"/> goes to, which is a host port too.</summary>
    public const ushort HostPort = 80;

    /// <summary>The port that it comes from.</summary>
    public const ushort ClientPort = 40000;

    private const byte Udp = 17;

    /// <summary>A TCP segment without payload, ACK set.</summary>
    public static byte[] Ack(byte[] from, byte[] to, string source, string destination, byte ttl = 64) =>
        Segment(from, to, source, destination, ClientPort, HostPort, ttl);

    /// <summary>What answers it.</summary>
    public static byte[] Answer(byte[] from, byte[] to, string source, string destination) =>
        Segment(from, to, source, destination, HostPort, ClientPort, ttl: 64);

    private static byte[] Segment(byte[] from, byte[] to, string source, string destination, ushort sourcePort, ushort destinationPort, byte ttl)
    {
        byte[] segment = new byte[20];
        BinaryPrimitives.WriteUInt16BigEndian(segment, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), destinationPort);
        segment[12] = 5 << 4;
        segment[13] = 0x10;
        return Frame(from, to, source, destination, Tcp, segment, ttl);
    }

    /// <summary>A datagram of 18 bytes.</summary>
    public static byte[] Datagram(byte[] from, byte[] to, string source, string destination)
    {
        byte[] segment = new byte[26];
        BinaryPrimitives.WriteUInt16BigEndian(segment, 40000);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), 53);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(4), (ushort)segment.Length);
        return Frame(from, to, source, destination, Udp, segment, ttl: 64);
    }

    /// <summary>An ARP frame, of which the programs read no more than the type.</summary>
    public static byte[] Arp(byte[] from) => Pad([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, .. from, 0x08, 0x06]);

    private static byte[] Frame(byte[] from, byte[] to, string source, string destination, byte protocol, byte[] segment, byte ttl)
    {
        byte[] ip = source.Contains(':', StringComparison.Ordinal)
            ? [0x60, 0, 0, 0, 0, (byte)segment.Length, protocol, ttl, .. Bytes(source), .. Bytes(destination)]
            : [0x45, 0, 0, (byte)(20 + segment.Length), 0, 1, 0x40, 0, ttl, protocol, 0, 0, .. Bytes(source), .. Bytes(destination)];
        if (ip.Length == 20)
        {
            uint sum = 0;
            for (int i = 0; i < ip.Length; i += 2)
            {
                sum += BinaryPrimitives.ReadUInt16BigEndian(ip.AsSpan(i));
            }

            BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(10), (ushort)~((sum & 0xffff) + (sum >> 16)));
        }

        ushort type = ip.Length == 20 ? (ushort)0x0800 : (ushort)0x86dd;
        return Pad([.. to, .. from, (byte)(type >> 8), (byte)type, .. ip, .. segment]);
    }

    // An Ethernet frame has at least 60 bytes.
    private static byte[] Pad(byte[] frame) => frame.Length >= 60 ? frame : [.. frame, .. new byte[60 - frame.Length]];

    private static byte[] Bytes(string address) => IPAddress.Parse(address).GetAddressBytes();
}
