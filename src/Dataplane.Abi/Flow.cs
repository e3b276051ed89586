using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>A row of the maps <c>flows4</c> and <c>flows6</c> (<c>struct dp_flow</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Flow
{
    /// <summary>When a packet of it was last seen: nanoseconds of CLOCK_MONOTONIC, written at most once a second.</summary>
    public ulong LastSeen;

    /// <summary>When <see cref="State"/> was entered: nanoseconds of CLOCK_MONOTONIC.</summary>
    public ulong Since;

    /// <summary>When a packet of it was last given to the stack on purpose: nanoseconds of CLOCK_MONOTONIC.</summary>
    public ulong Fallback;

    /// <summary>The devices behind its two sides.</summary>
    public Sides Side;

    /// <summary>What was seen of its end; a word of its own because the programs set bits atomically.</summary>
    public FlowTcp Tcp;

    /// <summary>What is known of it.</summary>
    public FlowState State;

    /// <summary>The side, 0 or 1, that sent the first packet.</summary>
    public byte Origin;

    /// <summary>Which sides are outside the node.</summary>
    public FlowUplinks Uplink;

    /// <summary>Padding, zero.</summary>
    public byte Pad;

    /// <summary>Both sides.</summary>
    [InlineArray(2)]
    public struct Sides
    {
        private FlowSide _first;
    }
}
