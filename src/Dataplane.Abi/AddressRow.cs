using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>A row of the map <c>addresses</c> (<c>struct dp_address</c>): who owns the address.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct AddressRow
{
    /// <summary>Interface index of the host end of the owner's veth.</summary>
    public uint Ifindex;

    /// <summary>The owner's <see cref="Endpoint.Generation"/>; a row of another generation is dead.</summary>
    public uint Generation;
}
