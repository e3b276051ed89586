using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>
/// A row of the map <c>fragments</c> (<c>struct dp_fragment</c>): what the first fragment said about the others.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct FragmentRow
{
    /// <summary>When the first was seen: nanoseconds of CLOCK_MONOTONIC.</summary>
    public ulong Seen;

    /// <summary>What the fragments' source becomes: IPv6 or IPv4-mapped, in network byte order.</summary>
    public Bytes16 Source;

    /// <summary>What their destination becomes.</summary>
    public Bytes16 Destination;

    /// <summary>As <see cref="NatRow.To"/>.</summary>
    public FlowSide To;
}
