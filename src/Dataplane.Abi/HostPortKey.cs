using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>
/// A key of the map <c>host_ports</c> (<c>struct dp_host_port_key</c>): a port of the node that leads to a pod.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct HostPortKey
{
    /// <summary>
    /// One of the node's, or any of a family: <c>::ffff:0.0.0.0</c> or <c>::</c>; in network byte order.
    /// </summary>
    public Bytes16 Address;

    /// <summary>In network byte order.</summary>
    public ushort Port;

    /// <summary>The IP protocol number.</summary>
    public byte Protocol;

    /// <summary>Padding, zero.</summary>
    public byte Pad;
}
