using System.Net;
using System.Net.Sockets;

namespace Dataplane.TestKit;

/// <summary>Echoes TCP and UDP on one port, v4 and v6, inside a namespace, until disposed. Remembers who asked.</summary>
public sealed class EchoServer : IDisposable
{
    private readonly Socket _tcp;
    private readonly Socket _udp;
    private readonly List<IPEndPoint> _peers = [];

    private EchoServer(Socket tcp, Socket udp)
    {
        _tcp = tcp;
        _udp = udp;
        Background(AcceptAll);
        Background(AnswerDatagrams);
    }

    /// <summary>Source addresses of connections and datagrams, in order.</summary>
    public IReadOnlyList<IPAddress> Clients => [.. Peers.Select(static peer => peer.Address)];

    /// <summary>Source addresses and ports of connections and datagrams, in order.</summary>
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

    /// <summary>Listens on every address of the namespace, or on one: what has several then answers datagrams from the right one.</summary>
    public static EchoServer Start(TestNamespace at, int port, IPAddress? address = null) => PortInUse.Retry(() => StartOnce(at, port, address));

    private static EchoServer StartOnce(TestNamespace at, int port, IPAddress? address) => at.Run(() =>
    {
        AddressFamily family = address?.AddressFamily ?? AddressFamily.InterNetworkV6;
        var local = new IPEndPoint(address ?? IPAddress.IPv6Any, port);
        var tcp = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        var udp = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        if (address is null)
        {
            tcp.DualMode = udp.DualMode = true;
        }
        tcp.Bind(local);
        tcp.Listen(1024);
        udp.Bind(local);
        return new EchoServer(tcp, udp);
    });

    public void Dispose()
    {
        _tcp.Dispose();
        _udp.Dispose();
    }

    private void AcceptAll()
    {
        while (true)
        {
            Socket client = _tcp.Accept();
            Remember(client.RemoteEndPoint!);
            Background(() =>
            {
                using Socket socket = client;
                byte[] buffer = new byte[64 * 1024];
                for (int read; (read = socket.Receive(buffer)) > 0;)
                {
                    for (int sent = 0; sent < read;)
                    {
                        sent += socket.Send(buffer, sent, read - sent, SocketFlags.None);
                    }
                }
            });
        }
    }

    private void AnswerDatagrams()
    {
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            EndPoint from = new IPEndPoint(_udp.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
            int read = _udp.ReceiveFrom(buffer, ref from);
            Remember(from);
            _udp.SendTo(buffer, read, SocketFlags.None, from);
        }
    }

    private void Remember(EndPoint from)
    {
        var peer = (IPEndPoint)from;
        lock (_peers)
        {
            _peers.Add(peer.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(peer.Address.MapToIPv4(), peer.Port) : peer);
        }
    }

    // Ends when Dispose closes the socket it waits on.
    private static void Background(Action loop) => new Thread(() =>
    {
        try
        {
            loop();
        }
        catch (SocketException)
        {
        }
        catch (ObjectDisposedException)
        {
        }
    })
    { IsBackground = true }.Start();
}
