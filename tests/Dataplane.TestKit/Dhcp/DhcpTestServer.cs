using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dataplane.TestKit;

/// <summary>
/// A DHCP server that gives leases of seconds, and does what a test wants it to do wrong. It has its address and one address to give for each client
/// identifier, from .100 on.
/// </summary>
public sealed class DhcpTestServer : IDisposable
{
    private const int SolSocket = 1;
    private const int SoBindToDevice = 25;
    private readonly Socket _socket;
    private readonly IPAddress _self;
    private readonly ConcurrentQueue<DhcpQuery> _queries = new();
    private readonly List<string> _clients = [];

    private DhcpTestServer(Socket socket, IPAddress self)
    {
        _socket = socket;
        _self = self;
        new Thread(Serve) { IsBackground = true, Name = $"DHCP server {self}" }.Start();
    }

    /// <summary>What every acknowledgement says besides who it is from.</summary>
    public (byte Code, byte[] Value)[] Terms { get; set; } =
    [
        (1, DhcpAnswer.Address("255.255.255.0")),
        (51, DhcpAnswer.Number(3600)),
    ];

    /// <summary>Looks at each answer before it is sent: what it returns is sent in its place.</summary>
    public Func<DhcpQuery, byte[], IEnumerable<byte[]>> Misbehave { get; set; } = static (_, answer) => [answer];

    /// <summary>What clients have sent.</summary>
    public IReadOnlyList<DhcpQuery> Queries => [.. _queries];

    /// <summary>Starts one in a namespace that has the address on the device.</summary>
    public static DhcpTestServer Start(TestNamespace at, string device, string address) => at.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
        socket.SetRawSocketOption(SolSocket, SoBindToDevice, Encoding.ASCII.GetBytes(device));
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
        // Closing the socket does not wake who reads it; its timeout does.
        socket.ReceiveTimeout = 50;
        socket.Bind(new IPEndPoint(IPAddress.Any, 67));
        return new DhcpTestServer(socket, IPAddress.Parse(address));
    });

    /// <summary>How many queries there were of a kind.</summary>
    public int Count(Func<DhcpQuery, bool> wanted) => _queries.Count(wanted);

    /// <summary>Sends a message to every client of the link, asked for or not.</summary>
    public void Broadcast(byte[] message) => _socket.SendTo(message, new IPEndPoint(IPAddress.Broadcast, 68));

    public void Dispose() => _socket.Dispose();

    private void Serve()
    {
        byte[] buffer = new byte[4096];
        while (!_socket.SafeHandle.IsClosed)
        {
            try
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                SocketFlags flags = SocketFlags.None;
                int length = _socket.ReceiveMessageFrom(buffer, 0, buffer.Length, ref flags, ref from, out IPPacketInformation packet);
                var query = new DhcpQuery(packet.Address, buffer[..length]);
                foreach (byte[] answer in Answer(query) is { } right ? Misbehave(query, right) : [])
                {
                    Send(query, answer);
                }
                _queries.Enqueue(query);
            }
            catch (SocketException)
            {
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Send(DhcpQuery query, byte[] answer)
    {
        try
        {
            bool unicast = query.IsRenewal && !query.WasBroadcast;
            _socket.SendTo(answer, new IPEndPoint(unicast ? query.ClientAddress : IPAddress.Broadcast, 68));
        }
        catch (SocketException)
        {
            // The client is gone.
        }
    }

    private byte[]? Answer(DhcpQuery query)
    {
        byte? type = query.Type switch
        {
            DhcpQuery.Discover => DhcpAnswer.Offer,
            // Of two servers the one that was not chosen keeps quiet.
            DhcpQuery.Request when query.Options.TryGetValue(54, out byte[]? chosen) && !chosen.AsSpan().SequenceEqual(_self.GetAddressBytes()) => null,
            DhcpQuery.Request => DhcpAnswer.Ack,
            _ => null,
        };
        return type is { } kind ? DhcpAnswer.To(query, AddressOf(query), [(53, [kind]), (54, _self.GetAddressBytes()), .. Terms]) : null;
    }

    private IPAddress AddressOf(DhcpQuery query)
    {
        string client = Convert.ToHexString(query.Options.TryGetValue(61, out byte[]? id) ? id : query.Bytes.AsSpan(28, 6));
        int index = _clients.IndexOf(client);
        if (index < 0)
        {
            index = _clients.Count;
            _clients.Add(client);
        }
        byte[] address = _self.GetAddressBytes();
        address[3] = (byte)(100 + index);
        return new IPAddress(address);
    }
}
