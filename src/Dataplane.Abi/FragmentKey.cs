using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>A key of the map <c>fragments</c> (<c>struct dp_fragment_key</c>): the fragments of one packet.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FragmentKey
{
    /// <summary>IPv6, or IPv4-mapped (<c>::ffff:a.b.c.d</c>), in network byte order.</summary>
    public Bytes16 Source;

    /// <summary>Likewise.</summary>
    public Bytes16 Destination;

    /// <summary>The packet's identification, as in its header.</summary>
    public uint Id;

    /// <summary>As <see cref="NatKey.Scope"/>.</summary>
    public uint Scope;

    /// <summary>The IP protocol number.</summary>
    public byte Protocol;

    /// <summary>Padding, zero.</summary>
    public Bytes3 Pad;
}
