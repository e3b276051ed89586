using System.Runtime.InteropServices;

namespace Dataplane.Bpf.Tests.Bed;

/// <summary>
/// What a program knows of a packet beside its bytes: the fields of struct __sk_buff that BPF_PROG_TEST_RUN takes and
/// gives back (net/bpf/test_run.c).
/// </summary>
public readonly record struct SkbContext
{
    private const int Size = 192;

    /// <summary>A device of the caller's namespace.</summary>
    public uint Ifindex { get; init; }

    /// <summary>Where it entered the host; 0: nowhere.</summary>
    public uint Ingress { get; init; }

    public uint Priority { get; init; }

    /// <summary>Bytes with the headers of every segment; 0: those of the frame.</summary>
    public uint WireLength { get; init; }

    public uint GsoSegments { get; init; }

    public uint GsoSize { get; init; }

    /// <summary>When it is to leave: nanoseconds of CLOCK_MONOTONIC; 0: nobody said.</summary>
    public ulong Departure { get; init; }

    internal byte[] Bytes()
    {
        byte[] bytes = new byte[Size];
        MemoryMarshal.Write(bytes.AsSpan(32), Priority);
        MemoryMarshal.Write(bytes.AsSpan(36), Ingress);
        MemoryMarshal.Write(bytes.AsSpan(40), Ifindex);
        MemoryMarshal.Write(bytes.AsSpan(152), Departure);
        MemoryMarshal.Write(bytes.AsSpan(160), WireLength);
        MemoryMarshal.Write(bytes.AsSpan(164), GsoSegments);
        MemoryMarshal.Write(bytes.AsSpan(176), GsoSize);
        return bytes;
    }

    internal static SkbContext Read(ReadOnlySpan<byte> bytes) => new()
    {
        Priority = MemoryMarshal.Read<uint>(bytes[32..]),
        Ingress = MemoryMarshal.Read<uint>(bytes[36..]),
        Ifindex = MemoryMarshal.Read<uint>(bytes[40..]),
        Departure = MemoryMarshal.Read<ulong>(bytes[152..]),
        WireLength = MemoryMarshal.Read<uint>(bytes[160..]),
        GsoSegments = MemoryMarshal.Read<uint>(bytes[164..]),
        GsoSize = MemoryMarshal.Read<uint>(bytes[176..]),
    };
}
