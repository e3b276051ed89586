using System.Net.Sockets;

namespace Dataplane.TestKit;

/// <summary>Everything of IP that enters or leaves a namespace's devices, from the start until disposed (packet(7)).</summary>
public sealed class Capture : IDisposable
{
    private const int AfPacket = 17;
    private const int SockDgram = 2;
    private const int EthPAll = 3;
    private readonly Socket _socket;
    private readonly List<SeenPacket> _packets = [];

    private Capture(Socket socket)
    {
        _socket = socket;
        new Thread(ReadAll) { IsBackground = true }.Start();
    }

    /// <summary>What was seen so far, in order.</summary>
    public IReadOnlyList<SeenPacket> Packets
    {
        get
        {
            lock (_packets)
            {
                return [.. _packets];
            }
        }
    }

    public static Capture In(TestNamespace at) => at.Run(() =>
    {
        // Closing a descriptor does not wake who reads it; its timeout does.
        Socket socket = NativeSocket.Open(AfPacket, SockDgram, (ushort)(EthPAll << 8));
        socket.ReceiveTimeout = 50;
        socket.ReceiveBufferSize = 8 << 20;
        return new Capture(socket);
    });

    /// <summary>The first packet that is the one looked for, also when it is still on its way; null when it does not come.</summary>
    public SeenPacket? WaitFor(Func<SeenPacket, bool> wanted, int patienceMilliseconds = 2000)
    {
        for (int waited = 0; ; waited += 10)
        {
            if (Packets.FirstOrDefault(wanted) is { } found)
            {
                return found;
            }
            if (waited >= patienceMilliseconds)
            {
                return null;
            }
            Thread.Sleep(10);
        }
    }

    public void Dispose() => _socket.Dispose();

    private void ReadAll()
    {
        byte[] buffer = new byte[128 * 1024];
        while (!_socket.SafeHandle.IsClosed)
        {
            try
            {
                int read = _socket.Receive(buffer);
                if (SeenPacket.Parse(buffer.AsSpan(0, read)) is { } packet)
                {
                    lock (_packets)
                    {
                        _packets.Add(packet);
                    }
                }
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
}
