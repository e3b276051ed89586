using System.Text.Json;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Beds;

/// <summary>iperf3: servers that end with their bed (a namespace lives as long as a process in it), and clients.</summary>
internal sealed class Iperf : IDisposable
{
    private const int Attempts = 3;
    private const int PauseMilliseconds = 300;
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
        string report = string.Empty;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            // The server takes one client at a time, and needs a moment between two: until then it is busy, and the report has no result.
            report = Command.TryRead("iperf3", ["--client", address, "--json", .. options]) ?? report;
            if (Received(report) is { } bitsPerSecond)
            {
                return bitsPerSecond;
            }

            Thread.Sleep(PauseMilliseconds);
        }

        throw new InvalidOperationException($"iperf3 in {netns} to {address} has no result: {report}");
    }

    public void Dispose()
    {
        foreach (string pidfile in _pidfiles.Values)
        {
            Command.Run("kill", File.ReadAllText(pidfile).TrimEnd('\0', '\n'));
        }
    }

    private static double? Received(string report)
    {
        if (report.Length == 0)
        {
            return null;
        }

        using JsonDocument parsed = JsonDocument.Parse(report);
        return parsed.RootElement.TryGetProperty("end", out JsonElement end) && end.TryGetProperty("sum_received", out JsonElement sum)
            ? sum.GetProperty("bits_per_second").GetDouble()
            : null;
    }
}
