using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>Every suite, in the order in which they run.</summary>
internal static class SuiteTable
{
    /// <summary>The suites.</summary>
    public static IReadOnlyList<Suite> All { get; } =
    [
        new(typeof(AddLatency), 60, 300, 5, Unit.Time, "latency"),
        new(typeof(ChainLatency), 10, 40, 2, Unit.Time, "latency"),
        new(typeof(ChainGrowth), 10, 40, 2, Unit.Time, "latency"),
        new(typeof(BandwidthLatency), 40, 200, 3, Unit.Time, "latency"),
        new(typeof(PacketPath), 15, 50, 3, Unit.Time, "packets"),
        new(typeof(Throughput), 9, 21, 1, Unit.BitRate, "traffic"),
        new(typeof(FilteredThroughput), 5, 21, 1, Unit.BitRate, "traffic")
        {
            Missing = static () => StreamBed.HasBridgeNetfilter ? null : "the kernel has no br_netfilter (no /proc/sys/net/bridge)",
        },
        new(typeof(NatThroughput), 5, 21, 1, Unit.BitRate, "traffic"),
        new(typeof(NatConnections), 5, 21, 1, Unit.PerSecond, "traffic"),
        new(typeof(NatDatagrams), 5, 21, 1, Unit.PerSecond, "traffic"),
        new(typeof(LatencyUnderLimit), 3, 11, 1, Unit.Time, "limits"),
    ];

    /// <summary>The suites that words name; all of them without words.</summary>
    /// <exception cref="ArgumentException">A word names none.</exception>
    public static IReadOnlyList<Suite> Choose(IReadOnlyList<string> words)
    {
        if (words.FirstOrDefault(w => !All.Any(s => s.IsNamed(w))) is { } unknown)
        {
            string groups = string.Join(", ", All.SelectMany(s => s.Groups).Distinct());
            throw new ArgumentException($"no suite is named '{unknown}': {string.Join(", ", All.Select(s => s.Name))}; groups: {groups}");
        }

        return words.Count == 0 ? [.. All.Where(s => s.IsIncluded)] : [.. All.Where(s => words.Any(s.IsNamed))];
    }
}
