using System.Globalization;
using System.Text.Json;
using Dataplane.Abi;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Bpf;
using Dataplane.Netlink;

namespace Dataplane.Benchmarks.Beds;

/// <summary>
/// A node with 301 containers, each masqueraded and with mappings; one of them, attached in the middle, talks to the outside: it
/// calls, and it is called at a port of the node.
/// </summary>
internal sealed class NatBed(Side side) : IDisposable
{
    private const int Others = 300;
    private const int FirstOtherPort = 20000;
    private const int IperfPort = 5201, ConnectPort = 7001, DatagramPort = 7002;
    private const double GibibyteBits = 8.0 * 1024 * 1024 * 1024;

    // As many as keep two CPUs busy.
    private const string Threads = "8";
    private const string Sockets = "8";
    private const ulong FewPackets = 1000;
    private static readonly string s_load = Path.GetFullPath("build/bench/load");
    private readonly List<Service> _servers = [];
    private Bed? _bed;
    private NodePrograms? _programs;
    private string _pod = string.Empty;
    private string _outside = string.Empty;

    /// <summary>Seconds a measurement lasts.</summary>
    public static int Seconds { get; set; } = 2;

    public void Setup()
    {
        _bed = new Bed(side);
        _outside = _bed.AddOutside();
        _pod = _bed.Add("pod");
        string others = _bed.AddQuiet("others");
        for (int i = 0; i < Others; i++)
        {
            // Iptables asks one container's rules after the other: the middle is what a packet finds on the average.
            if (i == Others / 2)
            {
                new Chain(_bed, "cni0", "10.90.0.0/16", "measured", _pod, "eth0", (IperfPort, "tcp"), (ConnectPort, "tcp"), (DatagramPort, "udp")).Add();
            }

            new Chain(_bed, "cni0", "10.90.0.0/16", $"other{i}", others, $"e{i}", (FirstOtherPort + i, "tcp")).Add();
        }

        foreach (string netns in (string[])[_pod, _outside])
        {
            using var inside = new InNamespace(netns);
            Command.Run("iperf3", "--server", "--daemon");
            _servers.Add(new Service(s_load, "tcp-serve", $"{ConnectPort}", Threads));
        }
    }

    /// <summary>One TCP stream.</summary>
    /// <returns>Nanoseconds of a gibibyte.</returns>
    public Measured Stream(Direction direction) => Checked(direction, () =>
    {
        string report;
        using (new InNamespace(Client(direction)))
        {
            report = Command.Run("iperf3", "--client", Target(direction), "--time", $"{Seconds}", "--json");
        }

        using JsonDocument parsed = JsonDocument.Parse(report);
        double bitsPerSecond = parsed.RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble();
        return new Measured(1, GibibyteBits / bitsPerSecond * 1e9);
    });

    /// <summary>Connections, each opened, answered by a byte and closed.</summary>
    public Measured Connections(Direction direction) => Checked(direction, () =>
    {
        using var inside = new InNamespace(Client(direction));
        return Parse(Command.Run(s_load, "tcp-connect", Target(direction), $"{ConnectPort}", $"{Seconds}", Threads));
    });

    /// <summary>Datagrams of 18 bytes, as many as arrive.</summary>
    public Measured Datagrams(Direction direction) => Checked(direction, () =>
    {
        Service receiver;
        using (new InNamespace(direction == Direction.Out ? _outside : _pod))
        {
            receiver = new Service(s_load, "udp-receive", $"{DatagramPort}");
        }

        using (receiver)
        {
            using (new InNamespace(Client(direction)))
            {
                Command.Run(s_load, "udp-send", Target(direction), $"{DatagramPort}", $"{Seconds}", Sockets);
            }

            return Parse(receiver.Result());
        }
    });

    public void Dispose()
    {
        foreach (Service server in _servers)
        {
            server.Dispose();
        }

        _programs?.Dispose();
        _bed?.Dispose();
    }

    private static string Target(Direction direction) => direction == Direction.Out ? Bed.OutsideAddress : Bed.HostAddress;

    private string Client(Direction direction) => direction == Direction.Out ? _pod : _outside;

    private static Measured Parse(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.TrimEntries);
        return new Measured(long.Parse(words[0], CultureInfo.InvariantCulture), double.Parse(words[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Of the reference's the conntrack table is emptied, which would fill in time; of ours is seen to it that the path is the one that is meant.</summary>
    private Measured Checked(Direction direction, Func<Measured> measure)
    {
        if (side == Side.Reference)
        {
            using var inside = new InNamespace(_bed!.Host);
            _ = Command.TryRead("conntrack", "--flush");
            return measure();
        }

        if (_programs is null)
        {
            using NetworkNamespace host = NetworkNamespace.Open(_bed!.Host);
            _programs = NodePrograms.TryOpenAnyBuild(host.Cookie) ?? throw new InvalidOperationException("the plugins that are measured are of another version than this benchmark");
        }

        CounterIndex path = direction == Direction.Out ? CounterIndex.FastOut : CounterIndex.FastIn;
        ulong before = _programs.Counters.Read(path).Packets;
        Measured measured = measure();
        return _programs.Counters.Read(path).Packets - before >= FewPackets
            ? measured
            : throw new InvalidOperationException($"the packets did not take the fast path ({path}): what is measured is not what the row says");
    }
}
