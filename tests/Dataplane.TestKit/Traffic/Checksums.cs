using System.Buffers.Binary;
using System.Net;
using System.Numerics;

namespace Dataplane.TestKit;

/// <summary>Checksums of packets that tests write themselves.</summary>
public static class Checksums
{
    /// <summary>The Internet checksum (RFC 1071), as it is stored in network order.</summary>
    public static ushort Internet(params ReadOnlySpan<byte[]> parts)
    {
        ulong sum = 0;
        foreach (byte[] part in parts)
        {
            for (int i = 0; i < part.Length; i += 2)
            {
                sum += i + 1 < part.Length ? BinaryPrimitives.ReadUInt16BigEndian(part.AsSpan(i)) : (uint)part[i] << 8;
            }
        }
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (ushort)~sum;
    }

    /// <summary>The pseudo-header of TCP, UDP and ICMPv6.</summary>
    public static byte[] PseudoHeader(IPAddress source, IPAddress destination, byte protocol, int length)
    {
        byte[] tail = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(tail, length);
        return [.. source.GetAddressBytes(), .. destination.GetAddressBytes(), .. tail, 0, 0, 0, protocol];
    }

    /// <summary>CRC32c, as SCTP stores it (RFC 9260, appendix A: little-endian).</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        foreach (byte b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }
        return ~crc;
    }
}
