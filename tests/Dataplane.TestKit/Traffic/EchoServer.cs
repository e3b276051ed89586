using System.Net;
using System.Net.Sockets;

namespace Dataplane.TestKit;

/// <summary>Echoes TCP and UDP on one port, v4 and v6, inside a namespace, until disposed. Remembers who asked.</summary>
public sealed class EchoServer : IDisposable
{
    private readonly Socket _tcp;
    private readonly Socket _udp;
    private readonly List<IPAddress> _clients = [];

    private EchoServer(Socket tcp, Socket udp)
    {
        _tcp = tcp;
        _udp = udp;
        Background(AcceptAll);
        Background(AnswerDatagrams);
    }

    /// <summary>Source addresses of connections and datagrams, in order.</summary>
    public IReadOnlyList<IPAddress> Clients
    {
        get
        {
            lock (_clients)
            {
                return [.. _clients];
            }
        }
    }

    /// <summary>Listens on every address of the namespace.</summary>
    public static EchoServer Start(TestNamespace at, int port) => at.Run(() =>
    {
        var tcp = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        tcp.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        tcp.Listen(64);
        var udp = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
        udp.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
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
            EndPoint from = new IPEndPoint(IPAddress.IPv6Any, 0);
            int read = _udp.ReceiveFrom(buffer, ref from);
            Remember(from);
            _udp.SendTo(buffer, read, SocketFlags.None, from);
        }
    }

    private void Remember(EndPoint from)
    {
        IPAddress address = ((IPEndPoint)from).Address;
        lock (_clients)
        {
            _clients.Add(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
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
