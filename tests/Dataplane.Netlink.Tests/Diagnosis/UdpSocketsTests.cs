using System.Net;
using System.Net.Sockets;
using Dataplane.Interop.Tests;
using Dataplane.Netlink.Diagnosis;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests.Diagnosis;

public sealed class UdpSocketsTests
{
    private const int SO_COOKIE = 57;
    private static readonly string[] s_headers = ["sys/socket.h", "linux/netlink.h", "linux/sock_diag.h", "linux/inet_diag.h"];

    [Fact]
    public void Numbers_and_structures_are_those_of_the_headers()
    {
        string[] constants = ["NETLINK_SOCK_DIAG", "SOCK_DIAG_BY_FAMILY", "SOCK_DESTROY"];
        Assert.Equal([DiagMessages.NETLINK_SOCK_DIAG, DiagMessages.SOCK_DIAG_BY_FAMILY, DiagMessages.SOCK_DESTROY],
            constants.Select(c => CProgram.Evaluate(s_headers, constants)[c]));
        CProgram.AssertStructs(s_headers, typeof(DiagMessages.inet_diag_req_v2));
        string[] offsets = ["__builtin_offsetof(struct inet_diag_msg, id)", "__builtin_offsetof(struct inet_diag_sockid, idiag_dst)", "__builtin_offsetof(struct inet_diag_sockid, idiag_cookie)"];
        Assert.Equal([4, 20, 40], offsets.Select(o => CProgram.Evaluate(s_headers, offsets)[o]));
    }

    [NeedsTheory(Needs.Namespaces)]
    [InlineData(AddressFamily.InterNetwork, "127.0.0.1")]
    [InlineData(AddressFamily.InterNetworkV6, "::1")]
    [InlineData(AddressFamily.InterNetworkV6, "::ffff:127.0.0.1")]
    public void A_connected_socket_is_found_by_its_peer_and_closed(AddressFamily family, string peer)
    {
        using var bed = TestNamespace.Create("diag");
        using Socket wanted = Connected(bed, family, peer, 5353);
        using Socket otherPort = Connected(bed, family, peer, 5354);
        using Socket otherAddress = Connected(bed, AddressFamily.InterNetwork, "127.0.0.2", 5353);
        using UdpSockets sockets = bed.Run(UdpSockets.Open);

        UdpSocket found = Assert.Single(sockets.ConnectedTo(Mapped(peer), Port(5353)));
        Assert.Equal(CookieOf(wanted), found.Cookie);
        Assert.True(sockets.Close(found));

        Assert.Equal(SocketError.ConnectionAborted, Assert.Throws<SocketException>(() => wanted.Receive(new byte[1])).SocketErrorCode);
        Assert.Empty(sockets.ConnectedTo(Mapped(peer), Port(5353)));
        Assert.False(sockets.Close(found));
        Assert.Equal(1, otherPort.Send(new byte[1]));
        Assert.Equal(1, otherAddress.Send(new byte[1]));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Sockets_of_other_namespaces_and_those_without_a_peer_are_not_found()
    {
        using var bed = TestNamespace.Create("diag1");
        using var other = TestNamespace.Create("diag2");
        using Socket elsewhere = Connected(other, AddressFamily.InterNetwork, "127.0.0.1", 5353);
        using Socket open = bed.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        open.SendTo(new byte[1], new IPEndPoint(IPAddress.Loopback, 5353));
        using UdpSockets sockets = bed.Run(UdpSockets.Open);

        Assert.Empty(sockets.ConnectedTo(Mapped("127.0.0.1"), Port(5353)));
    }

    [NeedsFact(Needs.Namespaces)]
    public void More_sockets_than_one_answer_holds_are_all_found()
    {
        using var bed = TestNamespace.Create("diag");
        Socket[] all = [.. Enumerable.Range(0, 1500).Select(_ => Connected(bed, AddressFamily.InterNetwork, "127.0.0.1", 5353))];
        using UdpSockets sockets = bed.Run(UdpSockets.Open);

        Assert.Equal(all.Select(CookieOf).Order(), sockets.ConnectedTo(Mapped("127.0.0.1"), Port(5353)).Select(s => s.Cookie).Order());
        Array.ForEach(all, s => s.Dispose());
    }

    private static Socket Connected(TestNamespace at, AddressFamily family, string peer, int port) => at.Run(() =>
    {
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        if (family == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = true;
        }

        socket.Connect(IPAddress.Parse(peer), port);
        return socket;
    });

    private static ulong CookieOf(Socket socket)
    {
        Span<byte> value = stackalloc byte[8];
        socket.GetRawSocketOption(1, SO_COOKIE, value);
        return BitConverter.ToUInt64(value);
    }

    private static byte[] Mapped(string address) => IPAddress.Parse(address).MapToIPv6().GetAddressBytes();

    private static ushort Port(int port) => (ushort)IPAddress.HostToNetworkOrder((short)port);
}
