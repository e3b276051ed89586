using System.Reflection;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Dataplane.Benchmarks.Interleaved;

namespace Dataplane.Benchmarks.Reporting;

/// <summary>What the tables ask of a case.</summary>
internal static class Rows
{
    /// <summary>Its cell; null where the suite's rows are methods.</summary>
    public static Cell? Cell(this BenchmarkCase benchmark) => benchmark.Parameters.Items.Select(p => p.Value).OfType<Cell>().FirstOrDefault();

    /// <summary>Its <see cref="RowAttribute"/>.</summary>
    public static RowAttribute Row(this BenchmarkCase benchmark) =>
        benchmark.Cell()?.Row ?? benchmark.Descriptor.WorkloadMethod.GetCustomAttribute<RowAttribute>() ?? new RowAttribute(Side.Ours);

    /// <summary>What it measures: rows of one category are compared.</summary>
    public static string Category(this BenchmarkCase benchmark) =>
        benchmark.Cell()?.What ?? benchmark.Descriptor.WorkloadMethod.GetCustomAttribute<BenchmarkCategoryAttribute>()?.Categories[0] ?? benchmark.Descriptor.WorkloadMethod.Name;

    /// <summary>What its figure counts.</summary>
    public static Unit Unit(this BenchmarkCase benchmark, Unit common) => benchmark.Cell()?.Unit is { } name ? Reporting.Unit.Parse(name) : common;

    /// <summary>Median nanoseconds an operation; null when it was not measured.</summary>
    public static double? Median(this Summary summary, BenchmarkCase benchmark) => summary[benchmark]?.ResultStatistics?.Median;

    /// <summary>The case of the same category that measures <paramref name="side"/>.</summary>
    public static BenchmarkCase? Other(this Summary summary, BenchmarkCase benchmark, Side side) =>
        summary.BenchmarksCases.FirstOrDefault(c => c.Descriptor.Type == benchmark.Descriptor.Type && c.Category() == benchmark.Category() && c.Row().Side == side);

    /// <summary>The case of the same side that <see cref="RowAttribute.Than"/> names.</summary>
    public static BenchmarkCase? Than(this Summary summary, BenchmarkCase benchmark) =>
        summary.BenchmarksCases.FirstOrDefault(c => c.Category() == benchmark.Row().Than && c.Row().Side == benchmark.Row().Side);

    /// <summary>How many times better it is than the row of <paramref name="side"/>, by medians; null when one is missing.</summary>
    public static double? TimesBetter(this Summary summary, BenchmarkCase benchmark, Side side, Unit unit) =>
        summary.Other(benchmark, side) is { } other && other != benchmark && summary.Median(benchmark) is > 0 and { } median && summary.Median(other) is > 0 and { } than
            ? unit.TimesBetter(median, than) : null;

    /// <summary>How a side is called in the figures.</summary>
    public static string Label(this Side side) => side switch
    {
        Side.ReferenceLegacy => "reference (legacy)",
        Side.OursStack => "ours (fastPath off)",
        _ => side.ToString().ToLowerInvariant(),
    };
}
