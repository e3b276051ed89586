using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Dataplane.TestKit;

/// <summary>One run of iperf3 over TCP: who connects, who listens, and which of them sends.</summary>
/// <param name="Client">connects</param>
/// <param name="Server">listens</param>
/// <param name="Target">where the client connects to</param>
/// <param name="TargetPort">where the client connects to; the server's own port is <paramref name="ServerPort"/></param>
/// <param name="ServerPort">where the server listens</param>
/// <param name="Reverse">the server sends</param>
public sealed record Iperf(TestNamespace Client, TestNamespace Server, IPAddress Target, int TargetPort, int ServerPort, bool Reverse = false)
{
    private const int PatienceMilliseconds = 5000;
    private Process? _server;
    private Process? _client;

    /// <summary>The sender's congestion control.</summary>
    public string Congestion { get; init; } = "cubic";

    public int Streams { get; init; } = 1;

    /// <summary>How long it sends.</summary>
    public int Seconds { get; init; } = 1;

    /// <summary>Seconds between the figures of <see cref="Intervals"/>.</summary>
    public double Interval { get; init; } = 1;

    /// <summary>Bits of payload a second, as the receiver counts them.</summary>
    public double Run()
    {
        Start();
        return Finish().GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble();
    }

    /// <summary>Starts both ends.</summary>
    public void Start()
    {
        // One connection each: a server that was left in the middle of a run would be busy for the next.
        _server = Tool.Start("/usr/bin/nsenter", [$"--net={Server.Path}", "/usr/bin/iperf3", "--server", "--one-off", "--json", "--port", Text(ServerPort), "--interval", Text(Interval)], null);
        Listening.Await(Server, ServerPort, PatienceMilliseconds);
        _client = Tool.Start("/usr/bin/nsenter",
            [$"--net={Client.Path}", "/usr/bin/iperf3", "--client", Target.ToString(), "--port", Text(TargetPort), "--json", "--time", Text(Seconds),
             "--interval", Text(Interval), "--congestion", Congestion, "--parallel", Text(Streams), "--connect-timeout", Text(PatienceMilliseconds),
             .. Reverse ? (string[])["--reverse"] : []], null);
    }

    /// <summary>Waits for the end; the receiver's report.</summary>
    public JsonElement Finish()
    {
        using Process server = _server!;
        using Process client = _client!;
        ToolResult ofClient = Tool.Finish(client, default);
        if (ofClient.ExitStatus != 0 || ofClient.StdoutText.Contains("\"error\"", StringComparison.Ordinal))
        {
            server.Kill();
            server.WaitForExit();
            throw new InvalidOperationException($"{ofClient.Command}: {ofClient.ExitStatus} {ofClient.StdoutText[Math.Max(0, ofClient.StdoutText.Length - 500)..]}");
        }
        ToolResult ofServer = Tool.Finish(server, default);
        using JsonDocument report = JsonDocument.Parse((Reverse ? ofClient : ofServer).Stdout);
        return report.RootElement.Clone();
    }

    /// <summary>Bits a second of each interval, by its start in seconds.</summary>
    public static IReadOnlyList<(double Start, double Rate)> Intervals(JsonElement report) =>
        [.. report.GetProperty("intervals").EnumerateArray().Select(static interval => interval.GetProperty("sum"))
            .Select(static sum => (sum.GetProperty("start").GetDouble(), sum.GetProperty("bits_per_second").GetDouble()))];

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
