using System.Buffers.Binary;

namespace Dataplane.Bpf.Tests.Packets;

/// <summary>The checksums of the Internet (RFC 1071) and of SCTP (RFC 9260, appendix A), over whole bytes, never incrementally.</summary>
public static class Checksum
{
    /// <summary>The sum that goes into the field: over the pseudo header (none for ICMP), then the bytes with a zero field.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> pseudo = default)
    {
        ulong sum = Words(pseudo) + Words(bytes);
        while (sum > 0xffff)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (ushort)~sum;
    }

    /// <summary>Addresses, length and protocol, of both families.</summary>
    public static byte[] Pseudo(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, byte protocol, int length)
    {
        byte[] rest = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(rest, (uint)length);
        rest[7] = protocol;
        return [.. from, .. to, .. rest];
    }

    /// <summary>CRC32c, as SCTP writes it: least significant byte first.</summary>
    public static uint Crc32c(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78u);
            }
        }
        return ~crc;
    }

    private static ulong Words(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        for (int i = 0; i + 1 < bytes.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        }
        return bytes.Length % 2 == 0 ? sum : sum + ((ulong)bytes[^1] << 8);
    }
}
