using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>
/// A row of the map <c>host_ports</c> (<c>struct dp_host_port</c>): the pod behind a port of the node.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct HostPortRow
{
    /// <summary>The pod's: IPv6 or IPv4-mapped, in network byte order.</summary>
    public Bytes16 Address;

    /// <summary>The pod's, in network byte order.</summary>
    public ushort Port;

    /// <summary>Padding, zero.</summary>
    public ushort Pad;

    /// <summary>How it is used, and by whom.</summary>
    public HostPortFlags Flags;

    /// <summary>The pod's endpoint; where it has another generation the row is dead.</summary>
    public FlowSide Endpoint;

    /// <summary>As <see cref="Abi.Endpoint.Owner"/>.</summary>
    public ulong Owner;

    /// <summary>
    /// The prefix that <see cref="HostPortFlags.Source"/> speaks of: IPv6 or IPv4-mapped, in network byte order.
    /// </summary>
    public Bytes16 MatchSource;

    /// <summary>The prefix that <see cref="HostPortFlags.Destination"/> speaks of.</summary>
    public Bytes16 MatchDestination;

    /// <summary>Its length, of 128: an IPv4 prefix has 96 more.</summary>
    public byte MatchSourceBits;

    /// <summary>Likewise.</summary>
    public byte MatchDestinationBits;

    /// <summary>Padding, zero.</summary>
    public ushort Pad2;

    /// <summary>Interface index of the device that <see cref="HostPortFlags.Device"/> speaks of.</summary>
    public uint MatchDevice;
}
