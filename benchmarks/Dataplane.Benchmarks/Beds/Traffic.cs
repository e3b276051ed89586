using System.Globalization;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Native;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Suites;

namespace Dataplane.Benchmarks.Beds;

/// <summary>Streams, requests, connections and datagrams between namespaces, with the CPU time that the machine spends on them.</summary>
internal sealed class Traffic : IDisposable
{
    private const int IperfPort = 5201, ConnectPort = 7001, DatagramPort = 7002, RequestPort = 7003;
    private const double GibibyteBits = 8.0 * 1024 * 1024 * 1024;

    // As many as keep two CPUs busy.
    private const string Threads = "8";
    private static readonly string s_load = Path.GetFullPath("build/bench/load");
    private readonly HashSet<string> _served = [];
    private readonly List<Service> _servers = [];
    private readonly Iperf _iperf = new();

    /// <summary>The ports that a container needs for it.</summary>
    public static IReadOnlyList<(int Port, string Protocol)> Mappings { get; } =
        [(IperfPort, "tcp"), (ConnectPort, "tcp"), (DatagramPort, "udp"), (RequestPort, "tcp")];

    private static string Milliseconds => Mode.IsQuick ? "300" : "1000";

    /// <summary>Lets it flow once.</summary>
    /// <param name="pattern">What.</param>
    /// <param name="client">The namespace of who calls.</param>
    /// <param name="server">The namespace of who is reached.</param>
    /// <param name="address">The address that is called.</param>
    public Measured Run(Pattern pattern, string client, string server, string address)
    {
        Serve(server);
        double before = CpuClock.Busy();
        Measured measured = pattern switch
        {
            Pattern.Bulk => Stream(client, address),
            Pattern.Requests => Load(client, "tcp-ask", address, RequestPort),
            Pattern.Connections => Load(client, "tcp-connect", address, ConnectPort),
            _ => Datagrams(client, server, address),
        };
        return measured with { CpuNanoseconds = CpuClock.Busy() - before };
    }

    public void Dispose()
    {
        foreach (Service server in _servers)
        {
            server.Dispose();
        }

        _iperf.Dispose();
    }

    private void Serve(string netns)
    {
        if (!_served.Add(netns))
        {
            return;
        }

        _iperf.Serve(netns);
        using var inside = new InNamespace(netns);
        _servers.Add(new Service(s_load, "tcp-serve", $"{ConnectPort}", Threads));
        _servers.Add(new Service(s_load, "tcp-answer", $"{RequestPort}"));
    }

    private static Measured Stream(string client, string address)
    {
        // Gibibytes, not seconds: iperf3 counts whole seconds, and a second for each of many cells is long.
        int gibibytes = Mode.IsQuick ? 1 : 2;
        double bitsPerSecond = Iperf.BitsPerSecond(client, address, "--bytes", $"{gibibytes}G");
        return new Measured(gibibytes, gibibytes * GibibyteBits / bitsPerSecond * 1e9);
    }

    private static Measured Load(string client, string what, string address, int port)
    {
        using var inside = new InNamespace(client);
        return Parse(Command.Run(s_load, what, address, $"{port}", Milliseconds, Threads));
    }

    private static Measured Datagrams(string client, string server, string address)
    {
        Service receiver;
        using (new InNamespace(server))
        {
            receiver = new Service(s_load, "udp-receive", $"{DatagramPort}");
        }

        using (receiver)
        {
            using (new InNamespace(client))
            {
                Command.Run(s_load, "udp-send", address, $"{DatagramPort}", Milliseconds, Threads);
            }

            return Parse(receiver.Result());
        }
    }

    private static Measured Parse(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.TrimEntries);
        return new Measured(long.Parse(words[0], CultureInfo.InvariantCulture), double.Parse(words[1], CultureInfo.InvariantCulture));
    }
}
