using System.Buffers.Binary;

namespace Dataplane.Bpf.Tests.Bed;

/// <summary>enum dp_flow_state; <see cref="None"/>: no entry.</summary>
public enum FlowState : byte
{
    None = 0,
    Candidate = 1,
    Fast = 2,
    Slow = 3,
    HostPort = 4,
}

/// <summary>struct dp_flow, as bytes with names.</summary>
public sealed record FlowEntry(byte[] Key, byte[] Row)
{
    public FlowState State => (FlowState)Row[44];

    public byte Origin => Row[45];

    public uint Tcp => BinaryPrimitives.ReadUInt32LittleEndian(Row.AsSpan(40));

    public uint Ifindex(int side) => BinaryPrimitives.ReadUInt32LittleEndian(Row.AsSpan(24 + (8 * side)));

    /// <summary>Makes the entry older: last_seen, since and fallback, in seconds before what they are.</summary>
    public FlowEntry Aged(int lastSeen = 0, int since = 0, int fallback = 0)
    {
        byte[] row = [.. Row];
        Subtract(row.AsSpan(0), lastSeen);
        Subtract(row.AsSpan(8), since);
        Subtract(row.AsSpan(16), fallback);
        return this with { Row = row };
    }

    private static void Subtract(Span<byte> word, int seconds)
    {
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(word);
        BinaryPrimitives.WriteUInt64LittleEndian(word, value - ((ulong)seconds * 1_000_000_000));
    }
}
