using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Native;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Suites;

namespace Dataplane.Benchmarks.Beds;

/// <summary>
/// A node with a container whose bandwidth is limited both ways: by bridge and bandwidth, with the same configuration on both sides. It talks to a second
/// container, which is not limited: one stream as fast as it goes, and beside it a flow that sends little and waits for each answer.
/// </summary>
internal sealed class LimitBed(Side side, long rate) : IDisposable
{
    private const int IperfPort = 5201, EchoPort = 7003;
    private const int Packet = 100;

    // BenchmarkDotNet keeps two decimals.
    private const int Precision = 10_000;
    private const int PauseMilliseconds = 4;
    private const int PatienceMilliseconds = 500;

    // Before it is measured: the stream has found its speed.
    private const int SettleMilliseconds = 300;
    private readonly byte[] _packet = new byte[Packet];
    private readonly Iperf _iperf = new();
    private Bed? _bed;
    private Child? _bridgeAdd, _bridgeDel, _bandwidthAdd, _bandwidthDel;
    private string _limited = string.Empty, _other = string.Empty, _outside = string.Empty, _otherAddress = string.Empty;
    private double[] _sorted = [];

    private static int Seconds => Mode.IsQuick ? 1 : 3;

    public void Setup()
    {
        _bed = new Bed(side);
        string configuration = _bed.Configuration("10.89.0.0/16");
        _other = _bed.Add("other");
        _bed.Run(_bed.Bridge("ADD", "other", _other, configuration));
        _otherAddress = Address(_other);
        _outside = _bed.AddOutside();
        // No masquerade: it is the limit that is measured.
        Command.Run("ip", "-n", Path.GetFileName(_outside), "route", "add", "10.89.0.0/16", "via", Bed.HostAddress);
        _limited = _bed.Add("limited");
        _bridgeAdd = _bed.Bridge("ADD", "limited", _limited, configuration);
        _bridgeDel = _bed.Bridge("DEL", "limited", _limited, configuration);
        _bandwidthAdd = _bed.Plugin("bandwidth", "ADD", "limited", _limited, "eth0", string.Empty);
        _bandwidthDel = _bed.Plugin("bandwidth", "DEL", "limited", _limited, "eth0", string.Empty);
    }

    /// <summary>Both plugins' ADD.</summary>
    /// <returns>The time of bandwidth's alone.</returns>
    public Measured Add()
    {
        _bed!.Run(_bridgeAdd!);
        // A burst of 5 ms: what more would be let pass at once, the light flow would wait for.
        _bandwidthAdd!.Input = _bandwidthDel!.Input = $$$"""
            {"cniVersion": "1.0.0", "name": "bench", "type": "bandwidth", "ingressRate": {{{rate}}}, "ingressBurst": {{{rate / 200}}},
             "egressRate": {{{rate}}}, "egressBurst": {{{rate / 200}}}, "prevResult": {{{_bridgeAdd!.Output}}}}
            """;
        return new Measured(1, _bed.Run(_bandwidthAdd));
    }

    /// <summary>Both plugins' DEL.</summary>
    /// <returns>The time of bandwidth's alone.</returns>
    public Measured Del()
    {
        double bandwidth = _bed!.Run(_bandwidthDel!);
        _bed.Run(_bridgeDel!);
        return new Measured(1, bandwidth);
    }

    /// <summary>One TCP stream of the limited container, which is attached.</summary>
    /// <param name="remote">With the outside; else with its neighbour.</param>
    /// <param name="reverse">To it; else from it.</param>
    /// <returns>What of the rate was payload, as the receiver counts it.</returns>
    public Measured Goodput(bool remote, bool reverse)
    {
        _iperf.Serve(remote ? _outside : _other);
        double bitsPerSecond = Iperf.BitsPerSecond(_limited, remote ? Bed.OutsideAddress : _otherAddress, ["--time", $"{Seconds}", .. Reversed(reverse)]);
        return new Measured(Precision, bitsPerSecond / rate * Precision);
    }

    /// <summary>Round trips of the light flow beside the stream.</summary>
    /// <returns>The median.</returns>
    public Measured RoundTrip(bool reverse)
    {
        _iperf.Serve(_other);
        using Socket echo = Open(_other, new IPEndPoint(IPAddress.Any, EchoPort));
        using Socket light = Open(_limited, new IPEndPoint(IPAddress.Any, 0));
        light.ReceiveTimeout = PatienceMilliseconds;
        light.Connect(new IPEndPoint(IPAddress.Parse(_otherAddress), EchoPort));
        var answering = new Thread(() => Answer(echo)) { IsBackground = true };
        answering.Start();
        var trips = new List<double>();
        using (Process stream = Stream(reverse))
        {
            Thread.Sleep(SettleMilliseconds);
            for (long end = Stopwatch.GetTimestamp() + (Seconds * Stopwatch.Frequency); Stopwatch.GetTimestamp() < end;)
            {
                trips.Add(Ask(light));
                Thread.Sleep(PauseMilliseconds);
            }

            stream.WaitForExit();
        }

        echo.Dispose();
        answering.Join();
        _sorted = [.. trips.Order()];
        return new Measured(1, At(0.5));
    }

    /// <summary>Of the round trips that were measured last.</summary>
    public Measured Worst => new(1, At(0.99));

    public void Dispose()
    {
        _iperf.Dispose();
        _bed?.Dispose();
    }

    private static string[] Reversed(bool reverse) => reverse ? ["--reverse"] : [];

    private double At(double quantile) => _sorted[Math.Min((int)(quantile * _sorted.Length), _sorted.Length - 1)];

    private Process Stream(bool reverse)
    {
        using var inside = new InNamespace(_limited);
        return Process.Start(new ProcessStartInfo("iperf3",
            ["--client", _otherAddress, "--port", $"{IperfPort}", "--time", $"{Seconds + 1}", .. Reversed(reverse)]) { RedirectStandardOutput = true })!;
    }

    /// <summary>Nanoseconds until the answer. One that is lost counts as the patience that it cost.</summary>
    private double Ask(Socket light)
    {
        long start = Stopwatch.GetTimestamp();
        BitConverter.TryWriteBytes(_packet, start);
        light.Send(_packet);
        try
        {
            do
            {
                light.Receive(_packet);
            }
            while (BitConverter.ToInt64(_packet) != start);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    private static void Answer(Socket echo)
    {
        byte[] packet = new byte[Packet];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        try
        {
            while (true)
            {
                echo.ReceiveFrom(packet, ref from);
                echo.SendTo(packet, from);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was closed: what was to be measured is.
        }
    }

    private static Socket Open(string netns, IPEndPoint local)
    {
        using var inside = new InNamespace(netns);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(local);
        return socket;
    }

    private static string Address(string netns)
    {
        using JsonDocument links = JsonDocument.Parse(Command.Run("ip", "-n", Path.GetFileName(netns), "-json", "-4", "address", "show", "dev", "eth0"));
        return links.RootElement[0].GetProperty("addr_info")[0].GetProperty("local").GetString()!;
    }
}
