using System.Net;
using System.Net.Sockets;

namespace Dataplane.TestKit;

/// <summary>Sends packets as they are, IP header included, from a namespace.</summary>
public sealed class RawSender : IDisposable
{
    private readonly Socket _v4;
    private readonly Socket _v6;

    private RawSender(Socket v4, Socket v6)
    {
        _v4 = v4;
        _v6 = v6;
    }

    public static RawSender In(TestNamespace at) => at.Run(() => new RawSender(
        new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw) { SendBufferSize = 1 << 20 },
        new Socket(AddressFamily.InterNetworkV6, SocketType.Raw, ProtocolType.Raw) { SendBufferSize = 1 << 20 }));

    /// <summary>Sends to the destination in the header, wherever the namespace's routes lead.</summary>
    public void Send(byte[] packet)
    {
        if (packet[0] >> 4 == 4)
        {
            _v4.SendTo(packet, new IPEndPoint(new IPAddress(packet.AsSpan(16, 4)), 0));
        }
        else
        {
            _v6.SendTo(packet, new IPEndPoint(new IPAddress(packet.AsSpan(24, 16)), 0));
        }
    }

    public void Dispose()
    {
        _v4.Dispose();
        _v6.Dispose();
    }
}
