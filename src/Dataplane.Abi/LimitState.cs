using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>
/// A row of the map <c>limit_states</c> (<c>struct dp_limit_state</c>): what the programs know. User space writes it once, as zero.
/// Times are nanoseconds of CLOCK_MONOTONIC.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct LimitState
{
    /// <summary>When all that was admitted has left.</summary>
    public ulong Clock;

    /// <summary>Likewise, of packets that overtook others.</summary>
    public ulong Express;

    /// <summary>Likewise, of what <c>from_pod</c> let pass.</summary>
    public ulong Guard;

    /// <summary>Packets that were admitted (<see cref="LimitFlags.Edt"/>; else the qdisc counts).</summary>
    public ulong Packets;

    /// <summary>Their bytes.</summary>
    public ulong Bytes;

    /// <summary>Packets that had to wait.</summary>
    public ulong Delayed;

    /// <summary>Packets that were marked "congestion experienced".</summary>
    public ulong Marked;

    /// <summary>Packets that would have waited too long.</summary>
    public ulong Dropped;

    /// <summary>Packets that <c>from_pod</c> dropped: the pod's own queue is gone.</summary>
    public ulong Guarded;

    /// <summary>When the last packet of each flow leaves.</summary>
    public LimitFlows Flow;
}
