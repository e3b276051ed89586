using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>
/// The one row of the map <c>sweep</c> (<c>struct dp_sweep</c>): the timer of the kernel that clears what has expired.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct SweepRow
{
    /// <summary><c>struct bpf_timer</c>: the kernel's own, which reads as zero and cannot be written.</summary>
    public Bytes16 Timer;

    /// <summary>When it last ran: nanoseconds of CLOCK_MONOTONIC; 0: never.</summary>
    public ulong LastRun;

    /// <summary>Tickets it looked at since the programs were loaded.</summary>
    public ulong Visited;

    /// <summary>Connections it cleared.</summary>
    public ulong Expired;

    /// <summary>The next ticket to be given.</summary>
    public ulong NextTicket;

    /// <summary>Connections of the host that were moved to another port because a pod had theirs, ever.</summary>
    public ulong Moved;
}
