using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>A row of the map <c>counters</c> (<c>struct dp_counter</c>), one a CPU.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Counter
{
    /// <summary>Packets that left a program this way.</summary>
    public ulong Packets;

    /// <summary>Their bytes, from the Ethernet header on.</summary>
    public ulong Bytes;
}
