using System.Net;
using System.Net.Sockets;

namespace Dataplane.TestKit;

/// <summary>Answers INIT with INIT ACK on one port of a namespace, by raw sockets, until disposed. Remembers who asked.</summary>
public sealed class SctpEcho : IDisposable
{
    private const int AfInet = 2;
    private const int AfInet6 = 10;
    private const int SockRaw = 3;
    private readonly Socket _socket;
    private readonly int _port;
    private readonly List<IPEndPoint> _peers = [];

    private SctpEcho(Socket socket, int port)
    {
        _socket = socket;
        _port = port;
        new Thread(Answer) { IsBackground = true }.Start();
    }

    /// <summary>Source addresses and ports, in order.</summary>
    public IReadOnlyList<IPEndPoint> Peers
    {
        get
        {
            lock (_peers)
            {
                return [.. _peers];
            }
        }
    }

    /// <summary>Listens on one address, which is what the answers come from.</summary>
    public static SctpEcho Start(TestNamespace at, IPAddress address, int port) => at.Run(() => new SctpEcho(Open(address), port));

    /// <summary>Sends INITs with a payload until it comes back with a valid checksum; at most <paramref name="tries"/> times.</summary>
    public static bool Ask(TestNamespace from, IPAddress source, IPAddress target, int port, int sourcePort, int bytes = 32, int tries = 5) => from.Run(() =>
    {
        using Socket socket = Open(source);
        socket.ReceiveTimeout = 400;
        byte[] payload = new byte[bytes];
        Random.Shared.NextBytes(payload);
        byte[] packet = SctpPacket.Make(SctpPacket.Init, sourcePort, port, payload);
        byte[] buffer = new byte[64 * 1024];
        for (int i = 0; i < tries; i++)
        {
            try
            {
                socket.SendTo(packet, new IPEndPoint(target, 0));
                while (true)
                {
                    EndPoint peer = new IPEndPoint(source, 0);
                    int read = socket.ReceiveFrom(buffer, ref peer);
                    byte[]? answer = SctpPacket.Read(Body(buffer.AsSpan(0, read), source), SctpPacket.InitAck, sourcePort, out int answered);
                    if (answer is not null && answered == port && ((IPEndPoint)peer).Address.Equals(target) && answer.AsSpan().SequenceEqual(payload))
                    {
                        return true;
                    }
                }
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
            {
            }
        }
        return false;
    });

    public void Dispose() => _socket.Dispose();

    private void Answer()
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                EndPoint from = new IPEndPoint(((IPEndPoint)_socket.LocalEndPoint!).Address, 0);
                int read = _socket.ReceiveFrom(buffer, ref from);
                IPAddress peer = ((IPEndPoint)from).Address;
                if (SctpPacket.Read(Body(buffer.AsSpan(0, read), peer), SctpPacket.Init, _port, out int port) is { } payload)
                {
                    lock (_peers)
                    {
                        _peers.Add(new IPEndPoint(peer, port));
                    }
                    _socket.SendTo(SctpPacket.Make(SctpPacket.InitAck, _port, port, payload), new IPEndPoint(peer, 0));
                }
            }
        }
        catch (SocketException)
        {
        }
        catch (ObjectDisposedException)
        {
        }
    }

    private static Socket Open(IPAddress address)
    {
        Socket socket = NativeSocket.Open(address.AddressFamily == AddressFamily.InterNetwork ? AfInet : AfInet6, SockRaw, RawPacket.Sctp);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    // A raw socket of IPv4 gets the IP header too, one of IPv6 does not.
    private static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> received, IPAddress family) =>
        family.AddressFamily == AddressFamily.InterNetwork ? received[((received[0] & 15) * 4)..] : received;
}
