using System.Buffers.Binary;

namespace Dataplane.Dhcp;

/// <summary>UDP datagrams over IPv4 between a client's port and a server's, as a packet socket has them.</summary>
public static class Datagram
{
    /// <summary>The port of clients.</summary>
    public const ushort ClientPort = 68;

    /// <summary>The port of servers and relays.</summary>
    public const ushort ServerPort = 67;

    private const int IpHeader = 20;
    private const int UdpHeader = 8;
    private const byte Udp = 17;

    /// <summary>A packet from a client to servers.</summary>
    /// <param name="source">The client's address; zero while it has none.</param>
    /// <param name="destination">A server, or everybody.</param>
    /// <param name="payload">The message.</param>
    public static byte[] ToServer(Ip4 source, Ip4 destination, ReadOnlySpan<byte> payload) =>
        Wrap(source, ClientPort, destination, ServerPort, payload);

    /// <summary>A packet with everything filled in.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="sourcePort">Its port.</param>
    /// <param name="destination">Where it goes to.</param>
    /// <param name="destinationPort">Its port.</param>
    /// <param name="payload">What it carries.</param>
    public static byte[] Wrap(Ip4 source, ushort sourcePort, Ip4 destination, ushort destinationPort, ReadOnlySpan<byte> payload)
    {
        byte[] packet = new byte[IpHeader + UdpHeader + payload.Length];
        Span<byte> ip = packet;
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)packet.Length);
        ip[6] = 0x40; // do not fragment
        ip[8] = 64;
        ip[9] = Udp;
        source.CopyTo(ip[12..]);
        destination.CopyTo(ip[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Checksum(0, ip[..IpHeader]));

        Span<byte> udp = ip[IpHeader..];
        BinaryPrimitives.WriteUInt16BigEndian(udp, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        payload.CopyTo(udp[UdpHeader..]);
        ushort checksum = Checksum(PseudoHeader(ip, udp.Length), udp);
        // Zero would say that there is none.
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], checksum == 0 ? ushort.MaxValue : checksum);
        return packet;
    }

    /// <summary>The message in a packet from a server to a client.</summary>
    /// <param name="packet">The packet, IPv4 header first.</param>
    /// <param name="checksummed">The UDP checksum has to be right; else it was never computed.</param>
    /// <param name="payload">The message.</param>
    /// <returns>False: it is something else, a fragment, damaged, or shorter than it says.</returns>
    public static bool TryUnwrap(ReadOnlySpan<byte> packet, bool checksummed, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (packet.Length < IpHeader + UdpHeader || packet[0] >> 4 != 4)
        {
            return false;
        }

        int header = (packet[0] & 15) * 4;
        int total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        // 0x3fff: a fragment's offset, and that more follow.
        if (header < IpHeader || total > packet.Length || total < header + UdpHeader || packet[9] != Udp
            || (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3fff) != 0 || Checksum(0, packet[..header]) != 0)
        {
            return false;
        }

        ReadOnlySpan<byte> udp = packet[header..total];
        int length = BinaryPrimitives.ReadUInt16BigEndian(udp[4..]);
        if (BinaryPrimitives.ReadUInt16BigEndian(udp) != ServerPort || BinaryPrimitives.ReadUInt16BigEndian(udp[2..]) != ClientPort
            || length < UdpHeader || length > udp.Length)
        {
            return false;
        }

        udp = udp[..length];
        bool isChecked = checksummed && BinaryPrimitives.ReadUInt16BigEndian(udp[6..]) != 0;
        payload = udp[UdpHeader..];
        return !isChecked || Checksum(PseudoHeader(packet, length), udp) == 0;
    }

    // RFC 768: source, destination, protocol, length.
    private static uint PseudoHeader(ReadOnlySpan<byte> ip, int length) => Sum(0, ip.Slice(12, 8)) + Udp + (uint)length;

    private static ushort Checksum(uint sum, ReadOnlySpan<byte> bytes)
    {
        sum = Sum(sum, bytes);
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    private static uint Sum(uint sum, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 2; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        return bytes.IsEmpty ? sum : sum + ((uint)bytes[0] << 8);
    }
}
