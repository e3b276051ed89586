using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Native;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>Every suite, in the order in which they run.</summary>
internal static class SuiteTable
{
    /// <summary>The suites.</summary>
    public static IReadOnlyList<Suite> All { get; } =
    [
        // What ADD made, DEL removes: the one is not measured without the other.
        new(typeof(AddLatency), 21, 60, 2, Unit.Time, "latency", "DelLatency") { Note = NoLegacy },
        new(typeof(AddBurst), 3, 7, 0, Unit.Time, "latency") { Note = NoLegacy },
        new(typeof(BandwidthLatency), 20, 200, 2, Unit.Time, "latency"),
        new(typeof(SmallPlugins), 20, 100, 2, Unit.Time, "latency"),
        new(typeof(PacketPath), 15, 50, 3, Unit.Time, "packets")
        {
            Note = static () => InstructionCounter.Missing is { } reason ? $"no instructions beside the nanoseconds: {reason}" : null,
        },
        new(typeof(Throughput), 5, 9, 0, Unit.PerSecond, "traffic"),
        new(typeof(LatencyUnderLimit), 2, 11, 0, Unit.Time, "limits"),
        new(typeof(LimitGoodput), 1, 5, 0, Unit.Ratio, "limits"),
        new(typeof(Micro), 15, 30, 3, Unit.Time, "micro") { IsInterleaved = false, Title = "The pieces of an ADD" },
        new(typeof(ChainGrowth), 20, 30, 2, Unit.Time, "latency"),
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

    private static string? NoLegacy() => Iptables.LegacyMissing is { } reason ? $"no rows of iptables-legacy: {reason}" : null;
}
