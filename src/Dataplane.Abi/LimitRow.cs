using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>A row of the map <c>limits</c> (<c>struct dp_limit</c>): what user space says; it may change while packets pass.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct LimitRow
{
    /// <summary>Bytes a second, of the frame as it is on a wire without its checksum.</summary>
    public ulong Rate;

    /// <summary>Bytes that may leave at once after a silence.</summary>
    public ulong Burst;

    /// <summary><see cref="Burst"/> as time at this rate: nanoseconds, at most 4 s.</summary>
    public uint Idle;

    /// <summary>Nanoseconds; what would wait longer is dropped (<see cref="LimitFlags.Edt"/>).</summary>
    public uint Horizon;

    /// <summary>Nanoseconds; what waits longer is marked, where its connection does ECN (<see cref="LimitFlags.Edt"/>).</summary>
    public uint Mark;

    /// <summary>How it is kept.</summary>
    public LimitFlags Flags;

    /// <summary>The endpoint's <see cref="Endpoint.Generation"/>; a row of another generation is dead.</summary>
    public uint Generation;

    /// <summary>What <c>skb-&gt;priority</c> becomes of packets that are not limited, where HTB keeps the limit.</summary>
    public uint Priority;
}
