using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>
/// A row of the map <c>last_drops</c> (<c>struct dp_drop</c>): the last packet that was dropped for a reason. The key
/// is a <see cref="CounterIndex"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct DropRow
{
    /// <summary>When: nanoseconds of CLOCK_MONOTONIC; 0: none was yet.</summary>
    public ulong Time;

    /// <summary>IPv6, or IPv4-mapped (<c>::ffff:a.b.c.d</c>), in network byte order.</summary>
    public Bytes16 Source;

    /// <summary>Likewise.</summary>
    public Bytes16 Destination;

    /// <summary>In network byte order; 0: not known.</summary>
    public ushort SourcePort;

    /// <summary>Likewise.</summary>
    public ushort DestinationPort;

    /// <summary>Interface index of the device where it was dropped.</summary>
    public uint Ifindex;

    /// <summary>Bytes of the frame.</summary>
    public uint Length;

    /// <summary>The IP protocol number.</summary>
    public byte Protocol;

    /// <summary>Padding, zero.</summary>
    public Bytes3 Pad;
}
