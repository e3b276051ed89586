using System.Buffers.Binary;

namespace Dataplane.Bpf.Tests.Packets;

/// <summary>Every checksum of a packet, recomputed: IP, TCP, UDP with its rules about 0, SCTP, ICMP, and those of what an ICMP error quotes.</summary>
internal static class Verify
{
    /// <summary>Null, or which checksum is wrong.</summary>
    public static string? Checksums(ReadOnlySpan<byte> ip) => Packet(ip, quoted: false);

    private static string? Packet(ReadOnlySpan<byte> ip, bool quoted)
    {
        bool v6 = ip[0] >> 4 == 6;
        int header = v6 ? 40 : (ip[0] & 0xf) * 4;
        int total = v6 ? 40 + BinaryPrimitives.ReadUInt16BigEndian(ip[4..]) : BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
        if (!v6 && Checksum.Of(ip[..header]) != 0)
        {
            return quoted ? "quoted IPv4 header" : "IPv4 header";
        }
        bool whole = ip.Length >= total && (v6 || (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x3fff) == 0);
        if (!whole)
        {
            return null;
        }
        ReadOnlySpan<byte> upper = ip[header..total];
        string? wrong = v6 ? Upper(ip[6], upper, ip[8..24], ip[24..40]) : Upper(ip[9], upper, ip[12..16], ip[16..20]);
        return wrong is null ? null : quoted ? $"quoted {wrong}" : wrong;
    }

    private static string? Upper(byte protocol, ReadOnlySpan<byte> upper, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        byte[] pseudo = Checksum.Pseudo(from, to, protocol, upper.Length);
        switch (protocol)
        {
            case Datagram.TcpProtocol:
                return Checksum.Of(upper, pseudo) == 0 ? null : "TCP";
            case Datagram.UdpProtocol:
                bool none = upper[6] == 0 && upper[7] == 0;
                return none && from.Length == 4 ? null : none || Checksum.Of(upper, pseudo) != 0 ? "UDP" : null;
            case Datagram.SctpProtocol:
                byte[] copy = [.. upper];
                copy.AsSpan(8, 4).Clear();
                return Checksum.Crc32c(copy) == BinaryPrimitives.ReadUInt32LittleEndian(upper[8..]) ? null : "SCTP";
            case Datagram.Icmp4 when Checksum.Of(upper) != 0:
                return "ICMP";
            case Datagram.Icmp6 when Checksum.Of(upper, pseudo) != 0:
                return "ICMPv6";
            case Datagram.Icmp4 when upper[0] is 3 or 11 or 12 && upper.Length >= 8 + 20:
            case Datagram.Icmp6 when upper[0] is >= 1 and <= 4 && upper.Length >= 8 + 40:
                return Packet(upper[8..], quoted: true);
            default:
                return null;
        }
    }
}
