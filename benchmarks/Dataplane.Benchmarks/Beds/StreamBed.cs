using System.Text.Json;
using Dataplane.Abi;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Bpf;
using Dataplane.Netlink;

namespace Dataplane.Benchmarks.Beds;

/// <summary>Two attached pods, a server in the second.</summary>
internal sealed class StreamBed(Side side) : IDisposable
{
    private const string Sysctl = "/proc/sys/net/bridge/bridge-nf-call-iptables";
    private const double GibibyteBits = 8.0 * 1024 * 1024 * 1024;
    private Bed? _bed;
    private NodePrograms? _programs;
    private ulong _fastBefore;
    private string _client = string.Empty;
    private string _serverAddress = string.Empty;

    /// <summary>Whether the kernel can hand bridged packets to iptables.</summary>
    public static bool HasBridgeNetfilter => File.Exists(Sysctl);

    /// <summary>Seconds a stream lasts.</summary>
    public static int Seconds { get; set; } = 2;

    public void Setup()
    {
        _bed = new Bed(side);
        string configuration = _bed.Configuration("10.89.0.0/16");
        _client = _bed.Add("client");
        string server = _bed.Add("server");
        _bed.Run(_bed.Bridge("ADD", "client", _client, configuration));
        _bed.Run(_bed.Bridge("ADD", "server", server, configuration));
        using JsonDocument links = JsonDocument.Parse(Command.Run("ip", "-n", Path.GetFileName(server), "-json", "-4", "address", "show", "dev", "eth0"));
        _serverAddress = links.RootElement[0].GetProperty("addr_info")[0].GetProperty("local").GetString()!;
        using var inside = new InNamespace(server);
        Command.Run("iperf3", "--server", "--daemon");
    }

    /// <summary>One stream.</summary>
    /// <returns>Nanoseconds of a gibibyte.</returns>
    public Measured Stream(bool netfilter)
    {
        using (new InNamespace(_bed!.Host))
        {
            if (HasBridgeNetfilter)
            {
                File.WriteAllText(Sysctl, netfilter ? "1" : "0");
            }
        }

        string report;
        using (new InNamespace(_client))
        {
            report = Command.Run("iperf3", "--client", _serverAddress, "--time", $"{Seconds}", "--json");
        }

        using JsonDocument parsed = JsonDocument.Parse(report);
        if (side == Side.Ours)
        {
            CheckFastPath();
        }

        double bitsPerSecond = parsed.RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble();
        return new Measured(1, GibibyteBits / bitsPerSecond * 1e9);
    }

    public void Dispose()
    {
        _programs?.Dispose();
        _bed?.Dispose();
    }

    private void CheckFastPath()
    {
        if (_programs is null)
        {
            using NetworkNamespace host = NetworkNamespace.Open(_bed!.Host);
            _programs = NodePrograms.TryOpen(host.Cookie) ?? throw new InvalidOperationException("the plugins that are measured are of another build than this benchmark");
        }

        ulong fast = _programs.Counters.Read(CounterIndex.FastL2).Packets;
        if (fast - _fastBefore < 1000)
        {
            throw new InvalidOperationException("the stream did not take the fast path: what is measured is not what the row says");
        }

        _fastBefore = fast;
    }
}
