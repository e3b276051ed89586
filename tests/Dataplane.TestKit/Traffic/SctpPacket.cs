using System.Buffers.Binary;

namespace Dataplane.TestKit;

/// <summary>
/// SCTP's first two packets (RFC 9260, 3.3.2 and 3.3.3) with a payload as an unknown parameter, for kernels that have no SCTP of their own:
/// what a translator has to keep right is the header and the checksum over all of it.
/// </summary>
public static class SctpPacket
{
    public const byte Init = 1;
    public const byte InitAck = 2;
    private const int Fixed = 12 + 20;
    private const ushort Parameter = 0x8042;

    public static byte[] Make(byte type, int sourcePort, int destinationPort, byte[] payload)
    {
        int parameter = 4 + payload.Length;
        int padded = (parameter + 3) / 4 * 4;
        byte[] packet = new byte[Fixed + padded];
        Span<byte> at = packet;
        BinaryPrimitives.WriteUInt16BigEndian(at, (ushort)sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(at[2..], (ushort)destinationPort);
        // The verification tag: 0 in INIT, then what INIT gave as its own.
        BinaryPrimitives.WriteUInt32BigEndian(at[4..], type == Init ? 0u : 0x11223344u);
        packet[12] = type;
        BinaryPrimitives.WriteUInt16BigEndian(at[14..], (ushort)(20 + parameter));
        BinaryPrimitives.WriteUInt32BigEndian(at[16..], 0x11223344);
        BinaryPrimitives.WriteUInt32BigEndian(at[20..], 65536);
        BinaryPrimitives.WriteUInt16BigEndian(at[24..], 1);
        BinaryPrimitives.WriteUInt16BigEndian(at[26..], 1);
        BinaryPrimitives.WriteUInt32BigEndian(at[28..], 1);
        BinaryPrimitives.WriteUInt16BigEndian(at[32..], Parameter);
        BinaryPrimitives.WriteUInt16BigEndian(at[34..], (ushort)parameter);
        payload.CopyTo(at[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(at[8..], Checksums.Crc32C(packet));
        return packet;
    }

    /// <summary>The payload of a packet of the given type to a port, if its checksum is right.</summary>
    public static byte[]? Read(ReadOnlySpan<byte> packet, byte type, int destinationPort, out int sourcePort)
    {
        sourcePort = 0;
        if (packet.Length < Fixed + 4 || packet[12] != type || BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) != destinationPort)
        {
            return null;
        }
        byte[] copy = packet.ToArray();
        copy.AsSpan(8, 4).Clear();
        if (BinaryPrimitives.ReadUInt32LittleEndian(packet[8..]) != Checksums.Crc32C(copy))
        {
            return null;
        }
        sourcePort = BinaryPrimitives.ReadUInt16BigEndian(packet);
        return packet.Slice(36, BinaryPrimitives.ReadUInt16BigEndian(packet[34..]) - 4).ToArray();
    }
}
