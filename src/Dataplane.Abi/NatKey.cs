using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>A key of the map <c>nat</c> (<c>struct dp_nat_key</c>): a packet as it is seen, and where.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct NatKey
{
    /// <summary>IPv6, or IPv4-mapped (<c>::ffff:a.b.c.d</c>), in network byte order.</summary>
    public Bytes16 Source;

    /// <summary>Likewise.</summary>
    public Bytes16 Destination;

    /// <summary>In network byte order. ICMP echo: both ports are the identifier; protocols without ports: 0.</summary>
    public ushort SourcePort;

    /// <summary>In network byte order.</summary>
    public ushort DestinationPort;

    /// <summary>The IP protocol number.</summary>
    public byte Protocol;

    /// <summary>Padding, zero.</summary>
    public Bytes3 Pad;

    /// <summary>Interface index of the endpoint that sends it, or a <see cref="NatScope"/>.</summary>
    public uint Scope;
}
