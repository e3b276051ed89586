using System.Net;
using System.Net.Sockets;

namespace Dataplane.TestKit;

/// <summary>Asks an <see cref="EchoServer"/>: one TCP connection or one UDP socket that lives as long as the object.</summary>
public sealed class EchoClient : IDisposable
{
    private readonly Socket _socket;

    private EchoClient(Socket socket) => _socket = socket;

    /// <summary>Where this client sends from.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Whom this client believes to talk to: getpeername(2).</summary>
    public IPEndPoint RemoteEndPoint => (IPEndPoint)_socket.RemoteEndPoint!;

    /// <summary>What the kernel has learnt of the path, in bytes.</summary>
    public int PathMtu => TestKit.PathMtu.Of(_socket);

    /// <summary>Connects from a namespace; throws <see cref="SocketException"/> when that fails or takes longer than the patience.</summary>
    public static EchoClient Connect(
        TestNamespace from, ProtocolType protocol, IPAddress target, int port, int patienceMilliseconds = 2000, int sourcePort = 0,
        IPAddress? source = null, PathMtuMode? pathMtu = null) =>
        PortInUse.Retry(() => ConnectOnce(from, protocol, target, port, patienceMilliseconds, sourcePort, source, pathMtu));

    private static EchoClient ConnectOnce(
        TestNamespace from, ProtocolType protocol, IPAddress target, int port, int patienceMilliseconds, int sourcePort,
        IPAddress? source, PathMtuMode? pathMtu) => from.Run(() =>
    {
        var socket = new Socket(target.AddressFamily, protocol == ProtocolType.Tcp ? SocketType.Stream : SocketType.Dgram, protocol)
        {
            ReceiveTimeout = patienceMilliseconds,
            SendTimeout = patienceMilliseconds,
        };
        try
        {
            if (sourcePort != 0 || source is not null)
            {
                socket.Bind(new IPEndPoint(source ?? (target.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any), sourcePort));
            }
            if (pathMtu is { } mode)
            {
                TestKit.PathMtu.Set(socket, mode);
            }
            // SO_SNDTIMEO bounds connect(2) too, in milliseconds of patience instead of minutes of retransmission.
            socket.Blocking = true;
            socket.Connect(new IPEndPoint(target, port));
            return new EchoClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    });

    /// <summary>Sends a payload and returns whether exactly that came back.</summary>
    public bool Ask(int bytes = 32)
    {
        byte[] sent = new byte[bytes];
        Random.Shared.NextBytes(sent);
        byte[] received = new byte[bytes];
        try
        {
            int at = 0;
            _socket.Send(sent);
            while (at < bytes)
            {
                int read = _socket.Receive(received, at, bytes - at, SocketFlags.None);
                if (read == 0 || (_socket.ProtocolType == ProtocolType.Udp && read != bytes))
                {
                    return false;
                }
                at += read;
            }
        }
        catch (SocketException)
        {
            return false;
        }
        return sent.AsSpan().SequenceEqual(received);
    }

    /// <summary>
    /// Sends a datagram up to <paramref name="tries"/> times, until it comes back: whoever finds a path's MTU loses packets while he does.
    /// </summary>
    public bool AskAgain(int bytes, int tries = 6)
    {
        byte[] sent = new byte[bytes];
        Random.Shared.NextBytes(sent);
        byte[] received = new byte[64 * 1024];
        for (int i = 0; i < tries; i++)
        {
            try
            {
                _socket.Send(sent);
                while (true)
                {
                    int read = _socket.Receive(received);
                    if (sent.AsSpan().SequenceEqual(received.AsSpan(0, read)))
                    {
                        return true;
                    }
                }
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock or SocketError.MessageSize)
            {
            }
        }
        return false;
    }

    /// <summary>Sends one datagram and waits for the error that comes back for it.</summary>
    public SocketError AskForError(int bytes = 32)
    {
        try
        {
            _socket.Send(new byte[bytes]);
            _socket.Receive(new byte[64 * 1024]);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    /// <summary>Ends a TCP connection with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        // Not Dispose(), which begins with a FIN: the peer's may then come in between, and the port waits.
        _socket.Close(0);
    }

    /// <summary>Connects, asks <paramref name="times"/> times, closes. Counts the answers.</summary>
    public static int Count(
        TestNamespace from, ProtocolType protocol, IPAddress target, int port, int times = 5, int bytes = 32, int patienceMilliseconds = 2000)
    {
        try
        {
            using EchoClient client = Connect(from, protocol, target, port, patienceMilliseconds);
            int answers = 0;
            for (int i = 0; i < times && client.Ask(bytes); i++)
            {
                answers++;
            }
            return answers;
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    public void Dispose() => _socket.Dispose();
}
