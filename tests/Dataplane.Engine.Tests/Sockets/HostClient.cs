using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Sockets;

/// <summary>How a process uses a socket: what the programs see differs.</summary>
public enum Use
{
    /// <summary>A TCP connection.</summary>
    Tcp,

    /// <summary>UDP after connect(2).</summary>
    ConnectedUdp,

    /// <summary>UDP with sendto(2).</summary>
    Datagrams,
}

/// <summary>A socket of a process in a namespace that asks an echo server.</summary>
internal sealed partial class HostClient : IDisposable
{
    private readonly Use _use;
    private readonly Socket _socket;
    private readonly IPEndPoint _to;

    private HostClient(Use use, Socket socket, IPEndPoint to)
    {
        _use = use;
        _socket = socket;
        _to = to;
    }

    /// <summary>Whom recvfrom(2) named last.</summary>
    public IPEndPoint? AnsweredBy { get; private set; }

    /// <summary>The socket's own address.</summary>
    public IPAddress From => ((IPEndPoint)_socket.LocalEndPoint!).Address;

    /// <summary>Opens and, where it is the use, connects a socket.</summary>
    /// <param name="at">The process's namespace.</param>
    /// <param name="use">The use.</param>
    /// <param name="to">The address; an IPv4-mapped one makes it an IPv6 socket.</param>
    /// <param name="port">The port.</param>
    /// <param name="bind">bind(2) to this first.</param>
    public static HostClient Open(TestNamespace at, Use use, string to, int port = SocketBed.HostPort, string? bind = null) => at.Run(() =>
    {
        IPAddress address = IPAddress.Parse(to);
        var socket = new Socket(address.AddressFamily, use == Use.Tcp ? SocketType.Stream : SocketType.Dgram, use == Use.Tcp ? ProtocolType.Tcp : ProtocolType.Udp)
        {
            ReceiveTimeout = 1000,
            SendTimeout = 1000,
        };
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = true;
            }

            if (bind is not null)
            {
                socket.Bind(new IPEndPoint(IPAddress.Parse(bind), 0));
            }

            var target = new IPEndPoint(address, port);
            if (use != Use.Datagrams)
            {
                socket.Connect(target);
            }

            return new HostClient(use, socket, target);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    });

    /// <summary>Opens, asks once, closes: whether there was an answer.</summary>
    public static bool Asks(TestNamespace at, Use use, string to, int port = SocketBed.HostPort, string? bind = null)
    {
        try
        {
            using HostClient client = Open(at, use, to, port, bind);
            return client.Ask();
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>connect(2) again, with the same socket.</summary>
    public void Connect(TestNamespace at, IPEndPoint to) => at.Run(() => _socket.Connect(to));

    /// <summary>Sends a few bytes and waits for the same.</summary>
    public bool Ask()
    {
        byte[] sent = Guid.NewGuid().ToByteArray(), received = new byte[64];
        try
        {
            if (_use == Use.Datagrams)
            {
                _socket.SendTo(sent, _to);
            }
            else
            {
                _socket.Send(sent);
            }

            EndPoint from = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
            int length = _use == Use.Tcp ? _socket.Receive(received) : _socket.ReceiveFrom(received, ref from);
            AnsweredBy = _use == Use.Tcp ? null : (IPEndPoint)from;
            return received.AsSpan(0, length).SequenceEqual(sent);
        }
        catch (SocketException e)
        {
            Error = e.SocketErrorCode;
            return false;
        }
    }

    /// <summary>Why the last question had no answer.</summary>
    public SocketError Error { get; private set; }

    /// <summary>getpeername(2), which .NET does not ask again.</summary>
    public IPEndPoint Peer()
    {
        Span<byte> address = stackalloc byte[28];
        uint length = (uint)address.Length;
        int result = getpeername((int)_socket.Handle, ref MemoryMarshal.GetReference(address), ref length);
        Assert.True(result == 0, Marshal.GetLastPInvokeErrorMessage());
        int port = (address[2] << 8) | address[3];
        return new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetwork ? new IPAddress(address[4..8]) : new IPAddress(address[8..24]), port);
    }

    public void Dispose() => _socket.Dispose();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getpeername(int sockfd, ref byte addr, ref uint addrlen);
}
