using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>
/// A key of the map <c>socket_peers</c> (<c>struct dp_socket_peer_key</c>): a socket of the host and the pod it talks
/// to.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct SocketPeerKey
{
    /// <summary>The socket's cookie.</summary>
    public ulong Cookie;

    /// <summary>The pod's: IPv6 or IPv4-mapped, in network byte order.</summary>
    public Bytes16 Address;

    /// <summary>The pod's, in network byte order.</summary>
    public ushort Port;

    /// <summary>Padding, zero.</summary>
    public Bytes6 Pad;
}
