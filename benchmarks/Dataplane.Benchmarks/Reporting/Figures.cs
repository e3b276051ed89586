using System.Globalization;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Dataplane.Benchmarks.Comparison;
using Dataplane.Benchmarks.Interleaved;

namespace Dataplane.Benchmarks.Reporting;

/// <summary>The few lines a reader wants: each figure with both sides and their ratio.</summary>
internal static class Figures
{
    /// <summary>A line a category.</summary>
    public static IEnumerable<string> Lines(Summary summary, Unit common)
    {
        foreach (IGrouping<string, BenchmarkCase> category in summary.BenchmarksCases.OrderBy(c => c.Descriptor.MethodIndex).GroupBy(c => c.Category()))
        {
            BenchmarkCase ours = category.FirstOrDefault(c => c.Row().Side == Side.Ours) ?? category.First();
            Unit unit = ours.Unit(common);
            Func<double, string> format = ns => unit.Format(unit.Value(ns));
            if (summary.Median(ours) is not { } median)
            {
                yield return $"{category.Key}: not measured";
                continue;
            }

            var parts = new List<string>();
            foreach (BenchmarkCase other in category.Where(c => c != ours && c.Row().Side != Side.Floor))
            {
                if (summary.Median(other) is { } theirs)
                {
                    parts.Add($"{other.Row().Side.Label()} {format(theirs)}{Few(summary, other)}{Cpu(other)}");
                }
            }

            parts.Add($"{ours.Row().Side.Label()} {format(median)}{Few(summary, ours)}{Cpu(ours)}");
            if (summary.TimesBetter(ours, Side.Reference, unit) is { } ratio)
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"ratio {ratio:0.00}") + Aim(ours.Row().AimRatio, ">=", ratio >= ours.Row().AimRatio, r => r.ToString("0.0#", CultureInfo.InvariantCulture)));
            }

            if (summary.Other(ours, Side.Floor) is { } floor && floor != ours && summary.Median(floor) is { } least)
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"floor {format(least)} (ours is {median / least:0.0} times that)"));
            }

            if (summary.Than(ours) is { } than && summary.Median(than) is { } before)
            {
                double times = median / before;
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{times:0.00} times \"{than.Category()}\"") + Aim(ours.Row().AimTimes, "<=", times <= ours.Row().AimTimes, r => r.ToString("0.0#", CultureInfo.InvariantCulture)));
            }

            yield return $"{category.Key}: {string.Join(", ", parts)}{Aim(ours.Row().AimNanoseconds, "<=", median <= ours.Row().AimNanoseconds, format)}"
                + Aim(ours.Row().AimLeast, ">=", median >= ours.Row().AimLeast, format) + Aim(ours.Row().AimMost, "<=", median <= ours.Row().AimMost, format);
        }
    }

    private static string Few(Summary summary, BenchmarkCase benchmark) => summary[benchmark]?.ResultStatistics?.N is { } n and < Comparer.LeastSamples ? $" (n {n})" : string.Empty;

    private static string Cpu(BenchmarkCase benchmark) => MeasuredRounds.MedianCpu(benchmark) is { } cpu ? $" ({Unit.Time.Format(cpu)} CPU)" : string.Empty;

    private static string Aim(double aim, string relation, bool met, Func<double, string> format) =>
        aim == 0 ? string.Empty : $" [aim {relation} {format(aim)}: {(met ? "met" : "MISSED")}]";
}
