using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>
/// A row of the map <c>nat</c> (<c>struct dp_nat</c>): what a packet becomes. A connection has two, one a direction as
/// it is seen; each one's key is the other's value turned round, with <see cref="From"/> and <see cref="To"/>
/// exchanged.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct NatRow
{
    /// <summary>
    /// When a packet of it was last seen: nanoseconds of CLOCK_MONOTONIC, written at most once a second.
    /// </summary>
    public ulong LastSeen;

    /// <summary>Of its place in <c>sweep_queue</c>; 0: the other half has it.</summary>
    public ulong Ticket;

    /// <summary>What the packet's source becomes: IPv6 or IPv4-mapped, in network byte order.</summary>
    public Bytes16 Source;

    /// <summary>What its destination becomes.</summary>
    public Bytes16 Destination;

    /// <summary>In network byte order, as in the key.</summary>
    public ushort SourcePort;

    /// <summary>Likewise.</summary>
    public ushort DestinationPort;

    /// <summary>What was seen of it; a word of its own because the programs set bits atomically.</summary>
    public NatStates State;

    /// <summary>
    /// The endpoint that sends it; interface index 0: outside; <see cref="NatScope.Host"/>: the host.
    /// </summary>
    public FlowSide From;

    /// <summary>The endpoint that gets it, likewise.</summary>
    public FlowSide To;

    /// <summary>Why it is translated.</summary>
    public NatKind Kind;

    /// <summary>1: this half is the direction of the answers.</summary>
    public byte Reply;

    /// <summary>Padding, zero.</summary>
    public ushort Pad;

    /// <summary>
    /// Of a host port's connection: <see cref="NodeRow.Mappings"/> when its row was last looked up. When that has moved on the
    /// programs look the row up again, and the connection is dead unless it still leads there.
    /// </summary>
    public uint Mappings;
}
