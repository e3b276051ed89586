using System.Buffers.Binary;

namespace Dataplane.Bpf.Tests.Packets;

/// <summary>IP packets in pieces, and whole again: so the upper checksum of what was translated piece by piece can be checked.</summary>
internal static class Fragments
{
    private const byte FragmentHeader = 44;

    /// <summary>Pieces of at most <paramref name="size"/> bytes (a multiple of 8) after the IP header.</summary>
    public static List<byte[]> Split(byte[] ip, int size)
    {
        bool v6 = ip[0] >> 4 == 6;
        int header = v6 ? 40 : 20;
        List<byte[]> pieces = [];
        for (int at = header; at < ip.Length; at += size)
        {
            byte[] part = ip[at..Math.Min(ip.Length, at + size)];
            bool more = at + size < ip.Length;
            pieces.Add(v6 ? Piece6(ip, part, at - header, more) : Piece4(ip, part, at - header, more));
        }
        return pieces;
    }

    /// <summary>The packet of all its pieces, in order.</summary>
    public static byte[] Join(IReadOnlyList<byte[]> pieces)
    {
        bool v6 = pieces[0][0] >> 4 == 6;
        byte[] joined = [.. pieces[0][..(v6 ? 40 : 20)], .. pieces.SelectMany(p => p[(v6 ? 48 : 20)..])];
        if (v6)
        {
            joined[6] = pieces[0][40];
            BinaryPrimitives.WriteUInt16BigEndian(joined.AsSpan(4), (ushort)(joined.Length - 40));
            return joined;
        }
        BinaryPrimitives.WriteUInt16BigEndian(joined.AsSpan(2), (ushort)joined.Length);
        joined[6] = 0;
        joined[7] = 0;
        return Mended(joined);
    }

    private static byte[] Piece4(byte[] ip, byte[] part, int offset, bool more)
    {
        byte[] piece = [.. ip[..20], .. part];
        BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(2), (ushort)piece.Length);
        BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(6), (ushort)((offset / 8) | (more ? 0x2000 : 0)));
        return Mended(piece);
    }

    private static byte[] Piece6(byte[] ip, byte[] part, int offset, bool more)
    {
        byte[] piece = [.. ip[..40], ip[6], 0, (byte)(offset >> 8), (byte)((offset & 0xf8) | (more ? 1 : 0)), 0, 0, 0x12, 0x34, .. part];
        piece[6] = FragmentHeader;
        BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(4), (ushort)(piece.Length - 40));
        return piece;
    }

    private static byte[] Mended(byte[] ip)
    {
        ip[10] = 0;
        ip[11] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(10), Checksum.Of(ip.AsSpan(0, 20)));
        return ip;
    }
}
