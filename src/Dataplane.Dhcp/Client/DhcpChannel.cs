using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Dhcp;

/// <summary>What a client sends and receives through on one interface. It exists only while something is asked: between that, nothing of the container is held.</summary>
internal sealed class DhcpChannel : IDisposable
{
    // A packet of a link with the largest usual MTU; what is longer does not fit and is no answer.
    private readonly byte[] _buffer = new byte[2048];
    private readonly PacketSocket _socket;

    private DhcpChannel(PacketSocket socket) => _socket = socket;

    /// <summary>For poll(2).</summary>
    public int Fd => _socket.Fd;

    private static ReadOnlySpan<byte> Everybody => [255, 255, 255, 255, 255, 255];

    /// <summary>Opens it in the calling thread's namespace.</summary>
    /// <param name="ifIndex">The interface.</param>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static DhcpChannel Open(int ifIndex) => new(PacketSocket.Open(ifIndex, Datagram.ClientPort));

    /// <summary>Sends a message to everybody on the link.</summary>
    /// <param name="message">The message.</param>
    /// <param name="source">The client's address; zero while it has none.</param>
    /// <returns>As <see cref="SendTo"/>.</returns>
    public bool Broadcast(ReadOnlySpan<byte> message, Ip4 source) => Send(Datagram.ToServer(source, Ip4.Broadcast, message), Everybody);

    /// <summary>Sends a message to a server alone.</summary>
    /// <param name="message">The message.</param>
    /// <param name="source">The client's address.</param>
    /// <param name="server">The server.</param>
    /// <param name="mac">Whose hardware address its last answer came from: its own, or the relay's between.</param>
    /// <returns>False: the interface is not there any more. What was lost otherwise is sent again later.</returns>
    public bool SendTo(ReadOnlySpan<byte> message, Ip4 source, Ip4 server, MacAddress mac)
    {
        Span<byte> to = stackalloc byte[MacAddress.Length];
        mac.CopyTo(to);
        return Send(Datagram.ToServer(source, server, message), to);
    }

    /// <summary>Takes the next packet.</summary>
    /// <param name="message">The message in it; null: it was none.</param>
    /// <param name="from">The hardware address it came from.</param>
    /// <returns>False: there is no packet.</returns>
    public bool Receive(out ServerMessage? message, out MacAddress from)
    {
        Span<byte> mac = stackalloc byte[MacAddress.Length];
        int length = _socket.Receive(_buffer, mac, out bool checksummed);
        from = new MacAddress(mac);
        message = length >= 0 && Datagram.TryUnwrap(_buffer.AsSpan(0, length), checksummed, out ReadOnlySpan<byte> payload)
            ? ServerMessage.TryParse(payload)
            : null;
        return length >= 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private bool Send(byte[] packet, ReadOnlySpan<byte> mac)
    {
        try
        {
            _socket.Send(packet, mac);
            return true;
        }
        catch (LinuxException e)
        {
            return e.Errno is not (Errno.ENXIO or Errno.ENODEV);
        }
    }
}
