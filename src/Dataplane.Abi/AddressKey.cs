using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>A key of the map <c>addresses</c> (<c>struct dp_address_key</c>): an address on a domain.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct AddressKey
{
    /// <summary>As <see cref="Endpoint.Domain"/>; or 0, any: the row of whoever got the address last.</summary>
    public uint Domain;

    /// <summary>IPv6, or IPv4-mapped (<c>::ffff:a.b.c.d</c>), in network byte order.</summary>
    public Bytes16 Address;
}
