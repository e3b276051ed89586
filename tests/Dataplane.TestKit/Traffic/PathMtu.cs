using System.Net.Sockets;

namespace Dataplane.TestKit;

/// <summary>What a socket does about packets larger than the path takes: IP_MTU_DISCOVER's values.</summary>
public enum PathMtuMode
{
    /// <summary>Sends without "do not fragment".</summary>
    Never = 0,

    /// <summary>The kernel's default: finds the path's MTU, and fragments datagrams that are larger.</summary>
    Want = 1,

    /// <summary>Never fragments: a datagram larger than the path's known MTU is refused.</summary>
    Always = 2,
}

/// <summary>Path MTU discovery of sockets.</summary>
public static class PathMtu
{
    private const int Ip = 0;
    private const int IpMtuDiscover = 10;
    private const int IpMtu = 14;
    private const int Ip6 = 41;
    private const int Ip6MtuDiscover = 23;
    private const int Ip6Mtu = 24;

    public static void Set(Socket socket, PathMtuMode mode)
    {
        socket.SetRawSocketOption(Ip, IpMtuDiscover, BitConverter.GetBytes((int)mode));
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.SetRawSocketOption(Ip6, Ip6MtuDiscover, BitConverter.GetBytes((int)mode));
        }
    }

    /// <summary>What the kernel knows of the path of a connected socket, in bytes.</summary>
    public static int Of(Socket socket)
    {
        Span<byte> value = stackalloc byte[4];
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.GetRawSocketOption(Ip6, Ip6Mtu, value);
        }
        else
        {
            socket.GetRawSocketOption(Ip, IpMtu, value);
        }
        return BitConverter.ToInt32(value);
    }
}
