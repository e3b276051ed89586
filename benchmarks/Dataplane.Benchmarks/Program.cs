using System.Text;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Suites;

// bench.sh starts this inside a mount and PID namespace of its own. Arguments: [--quick] [SUITE…]
bool quick = args.Contains("--quick");
string[] chosen = [.. args.Where(a => !a.StartsWith('-'))];
string artifacts = Path.GetFullPath("artifacts/bench");
Directory.CreateDirectory(artifacts);
StreamBed.Seconds = NatBed.Seconds = LimitBed.Seconds = quick ? 1 : 3;

(Type Suite, int Rounds, int Warmups, Func<double, string> Format)[] suites =
[
    (typeof(AddLatency), quick ? 60 : 300, 5, Figures.Time),
    (typeof(ChainLatency), quick ? 10 : 40, 2, Figures.Time),
    (typeof(ChainGrowth), quick ? 10 : 40, 2, Figures.Time),
    (typeof(PacketPath), quick ? 15 : 50, 3, Figures.Time),
    (typeof(Throughput), quick ? 9 : 21, 1, StreamBed.Rate),
    (typeof(FilteredThroughput), quick ? 5 : 21, 1, StreamBed.Rate),
    (typeof(NatThroughput), quick ? 5 : 21, 1, StreamBed.Rate),
    (typeof(NatConnections), quick ? 5 : 21, 1, NatBed.PerSecond),
    (typeof(NatDatagrams), quick ? 5 : 21, 1, NatBed.PerSecond),
    (typeof(BandwidthLatency), quick ? 40 : 200, 3, Figures.Time),
    (typeof(LatencyUnderLimit), quick ? 3 : 11, 1, Figures.Time),
];
if (chosen.FirstOrDefault(c => suites.All(s => s.Suite.Name != c)) is { } unknown)
{
    Console.Error.WriteLine($"bench: no suite is named '{unknown}': {string.Join(", ", suites.Select(s => s.Suite.Name))}");
    return 2;
}

using var log = new StreamLogger(new StreamWriter(Path.Combine(artifacts, "benchmarkdotnet.log"), append: false));
var report = new StringBuilder();
Say($"{Machine.Description}; kernel {Machine.Kernel}");
Say($"reference: {Machine.ReferenceVersion}; ours: {Machine.OurVersion}");
try
{
    foreach ((Type suite, int rounds, int warmups, Func<double, string> format) in suites)
    {
        if (chosen.Length > 0 && !chosen.Contains(suite.Name))
        {
            continue;
        }

        if (suite == typeof(FilteredThroughput) && !StreamBed.HasBridgeNetfilter)
        {
            Say($"{suite.Name}: left out, the kernel has no br_netfilter (no /proc/sys/net/bridge)");
            continue;
        }

        IConfig config = SuiteConfig.Create(rounds, warmups, format, artifacts, log);
        Summary summary = BenchmarkRunner.Run(suite, config);
        if (summary.HasCriticalValidationErrors || summary.Reports.Any(r => !r.Success))
        {
            log.Flush();
            Console.Error.WriteLine($"bench: {suite.Name} did not finish; see {artifacts}/benchmarkdotnet.log");
            return 1;
        }

        Say($"{suite.Name}: medians of {rounds} rounds in turns");
        foreach (string line in Figures.Lines(summary, format))
        {
            Say($"  {line}");
        }
    }
}
finally
{
    NatBeds.Dispose();
}

File.WriteAllText(Path.Combine(artifacts, "figures.txt"), report.ToString());
return 0;

void Say(string line)
{
    Console.WriteLine(line);
    report.AppendLine(line);
}
