using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Tests;

/// <summary>Rows as a run makes them.</summary>
internal static class Some
{
    /// <summary>A row of times around a median, in a fixed disorder.</summary>
    public static ResultRow Row(double median, int count = 21, double scatter = 0.02, string figure = "ADD", Side side = Side.Ours, Unit? unit = null) =>
        ResultRow.Create("Suite", figure, side, unit ?? Unit.Time, Enumerable.Range(0, count).Select(i => median * (1 + (scatter * (((i * 7) % count) - ((count - 1) / 2.0)) / Math.Max(1, count - 1) * 2))));

    /// <summary>A row of one deterministic value.</summary>
    public static ResultRow Exact(double value, double tolerance) => ResultRow.Create("Gates", "system calls", Side.Ours, Unit.Count, [value]) with { Tolerance = tolerance };

    /// <summary>A file of rows.</summary>
    public static ResultsFile File(params ResultRow[] rows) => ResultsFile.Of("quick", rows);
}
