using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>
/// A key of the map <c>local_addresses</c> (<c>struct dp_local_address</c>): an address of the node. The value is the
/// interface index of the device that has it.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct LocalAddress
{
    /// <summary>IPv6, or IPv4-mapped (<c>::ffff:a.b.c.d</c>), in network byte order.</summary>
    public Bytes16 Address;
}
