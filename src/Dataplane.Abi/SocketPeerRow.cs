using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>
/// A row of the map <c>socket_peers</c> (<c>struct dp_socket_peer</c>): whom the socket believes to talk to.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct SocketPeerRow
{
    /// <summary>What it asked for: IPv6 or IPv4-mapped, in network byte order.</summary>
    public Bytes16 Address;

    /// <summary>In network byte order.</summary>
    public ushort Port;

    /// <summary>Padding, zero.</summary>
    public Bytes6 Pad;
}
