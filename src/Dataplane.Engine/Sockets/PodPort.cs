using System.Runtime.InteropServices;
using Dataplane.Abi;

namespace Dataplane.Engine;

/// <summary>A port of a container that a host port led to. Comparable, which the arrays of the maps' rows are not.</summary>
/// <param name="Address">The sixteen bytes of the container's address as maps have it.</param>
/// <param name="Port">Its port, network byte order.</param>
internal readonly record struct PodPort(UInt128 Address, ushort Port)
{
    /// <summary>From the fields of a row.</summary>
    public static PodPort Of(in Bytes16 address, ushort port) => new(MemoryMarshal.Read<UInt128>(address), port);

    /// <summary>The sixteen bytes.</summary>
    public void CopyTo(Span<byte> address) => MemoryMarshal.Write(address, Address);
}
