using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Dataplane.TestKit;

/// <summary>
/// UDP in one direction, faster than a limit lets it pass, counted where it arrives. Not iperf3's: that makes too few datagrams a second on a small
/// machine, and what its socket may have in the queue is less than a thread's pause at 1 Gbit/s.
/// </summary>
/// <param name="Client">sends the first datagram</param>
/// <param name="Server">answers it</param>
/// <param name="Target">where the client sends to</param>
/// <param name="TargetPort">where the client sends to; the server's own port is <paramref name="ServerPort"/></param>
/// <param name="ServerPort">where the server receives</param>
/// <param name="Reverse">the server sends</param>
public sealed record DatagramStream(TestNamespace Client, TestNamespace Server, IPAddress Target, int TargetPort, int ServerPort, bool Reverse = false)
{
    /// <summary>Bytes of a datagram.</summary>
    public const int Payload = 1400;
    private const int SolUdp = 17, UdpSegment = 103, UdpGro = 104;
    private const int SolSocket = 1, SoSndBufForce = 32, SoRcvBufForce = 33;
    private const int Hello = 4;

    /// <summary>Bits of payload a second that are offered.</summary>
    public required double Offered { get; init; }

    /// <summary>Milliseconds for which it sends.</summary>
    public int Milliseconds { get; init; } = 1200;

    private IPAddress Any => Target.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;

    /// <summary>Bits of payload a second that arrived.</summary>
    public double Run()
    {
        using Socket server = Open(Server, ServerPort);
        using Socket client = Open(Client, port: 0);
        client.Connect(new IPEndPoint(Target, TargetPort));
        server.Connect(Greet(client, server));
        (Socket sender, Socket receiver) = Reverse ? (server, client) : (client, server);
        server.SetRawSocketOption(SolUdp, UdpGro, BitConverter.GetBytes(1));
        client.SetRawSocketOption(SolUdp, UdpGro, BitConverter.GetBytes(1));
        bool ended = false;
        // From before the first datagram: whatever the machine does, more than rate and burst cannot be counted.
        var clock = Stopwatch.StartNew();
        var sending = new Thread(() => Send(sender, ref ended)) { IsBackground = true };
        sending.Start();
        try
        {
            return Receive(receiver, clock);
        }
        finally
        {
            Volatile.Write(ref ended, true);
            sending.Join();
        }
    }

    private Socket Open(TestNamespace at, int port) => PortInUse.Retry(() => at.Run(() =>
    {
        var socket = new Socket(Target.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 500 };
        // Datagrams that wait in a queue are the sender's: with fewer than the queue takes it would wait for the queue, and leave it empty.
        socket.SetRawSocketOption(SolSocket, SoSndBufForce, BitConverter.GetBytes(16 << 20));
        socket.SetRawSocketOption(SolSocket, SoRcvBufForce, BitConverter.GetBytes(16 << 20));
        socket.Bind(new IPEndPoint(Any, port));
        return socket;
    }));

    // The first datagrams prove the flow both ways, and tell the server where the client is seen.
    private EndPoint Greet(Socket client, Socket server)
    {
        byte[] hello = new byte[Hello];
        for (int i = 0; ; i++)
        {
            try
            {
                EndPoint from = new IPEndPoint(Any, 0);
                client.Send(hello);
                server.ReceiveFrom(hello, ref from);
                server.SendTo(hello, from);
                client.Receive(hello);
                return from;
            }
            catch (SocketException e) when (i < 10 && e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock or SocketError.ConnectionRefused)
            {
            }
        }
    }

    private void Send(Socket socket, ref bool ended)
    {
        // One call for what is due in a fifth of a millisecond: the kernel cuts it.
        int segments = Math.Clamp((int)(Offered / 8 / 5000 / Payload), 1, 40);
        if (segments > 1)
        {
            socket.SetRawSocketOption(SolUdp, UdpSegment, BitConverter.GetBytes(Payload));
        }
        byte[] buffer = new byte[segments * Payload];
        var clock = Stopwatch.StartNew();
        for (long sent = 0; !Volatile.Read(ref ended); sent += buffer.Length)
        {
            // What was missed is made up for, as far as it is not long ago.
            double due = clock.Elapsed.TotalSeconds * Offered / 8;
            sent = Math.Max(sent, (long)(due - (Offered / 8 / 100)));
            if (sent > due)
            {
                Thread.Sleep(1);
            }
            try
            {
                socket.Send(buffer);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.NoBufferSpaceAvailable or SocketError.ConnectionRefused)
            {
            }
        }
    }

    private double Receive(Socket socket, Stopwatch clock)
    {
        byte[] buffer = new byte[64 * 1024];
        long bytes = 0;
        TimeSpan last = TimeSpan.Zero;
        while (last.TotalMilliseconds < Milliseconds)
        {
            bytes += socket.Receive(buffer);
            last = clock.Elapsed;
        }
        return bytes * 8 / last.TotalSeconds;
    }
}
