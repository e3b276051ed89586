using System.Text.Json;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Beds;

/// <summary>iperf3: servers that end with their bed (a namespace lives as long as a process in it), and clients.</summary>
internal sealed class Iperf : IDisposable
{
    private static int s_servers;
    private readonly Dictionary<string, string> _pidfiles = [];

    /// <summary>Sees to it that a server listens in a namespace.</summary>
    public void Serve(string netns)
    {
        if (_pidfiles.ContainsKey(netns))
        {
            return;
        }

        string pidfile = Path.Combine(Bed.Scratch, $"iperf3-{++s_servers}.pid");
        using var inside = new InNamespace(netns);
        Command.Run("iperf3", "--server", "--daemon", "--pidfile", pidfile);
        _pidfiles.Add(netns, pidfile);
    }

    /// <summary>One stream.</summary>
    /// <returns>Bits a second, as the receiver counts them.</returns>
    public static double BitsPerSecond(string netns, string address, params IEnumerable<string> options)
    {
        using var inside = new InNamespace(netns);
        string report = Command.Run("iperf3", ["--client", address, "--json", .. options]);
        using JsonDocument parsed = JsonDocument.Parse(report);
        return parsed.RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble();
    }

    public void Dispose()
    {
        foreach (string pidfile in _pidfiles.Values)
        {
            Command.Run("kill", File.ReadAllText(pidfile).TrimEnd('\0', '\n'));
        }
    }
}
