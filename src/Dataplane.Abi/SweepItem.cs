using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>
/// An item of the queue <c>sweep_queue</c> (<c>struct dp_sweep_item</c>): a half that holds a ticket, in the order in
/// which they were last looked at.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct SweepItem
{
    /// <summary>The half.</summary>
    public NatKey Key;

    /// <summary>Padding, zero.</summary>
    public uint Pad;

    /// <summary>Its <see cref="NatRow.Ticket"/>; an item of another ticket is dead.</summary>
    public ulong Ticket;
}
