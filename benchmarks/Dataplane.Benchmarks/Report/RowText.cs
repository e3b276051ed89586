using Dataplane.Benchmarks.Comparison;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Report;

/// <summary>A row's values in words: no more than its samples can tell.</summary>
internal static class RowText
{
    /// <summary>What stands for a value that there is not.</summary>
    public const string None = "—";

    /// <summary>Samples without which nothing is said of the 95th percentile: the largest of fewer is all that could be.</summary>
    public const int LeastForP95 = 20;

    /// <summary>Likewise of the 99th.</summary>
    public const int LeastForP99 = 100;

    /// <summary>The 95th percentile.</summary>
    public static string P95(ResultRow row) => row.N >= LeastForP95 ? Unit.Parse(row.Unit).Format(row.P95) : None;

    /// <summary>The 99th percentile.</summary>
    public static string P99(ResultRow row) => row.N >= LeastForP99 ? Unit.Parse(row.Unit).Format(row.P99) : None;

    /// <summary>The median; with the number of samples, where they are so few that the reader has to know.</summary>
    public static string Median(ResultRow row) => Unit.Parse(row.Unit).Format(row.Median) + (IsFew(row) ? FormattableString.Invariant($" (n {row.N})") : string.Empty);

    /// <summary>"60", or, of two sides that were not measured equally often, "20 / 60": the reference's, then ours.</summary>
    public static string Samples(ResultRow row, ResultRow? reference) =>
        reference is null || reference.N == row.N ? FormattableString.Invariant($"{row.N}") : FormattableString.Invariant($"{reference.N} / {row.N}");

    // What is counted is the same each time.
    private static bool IsFew(ResultRow row) => row.N < Comparer.LeastSamples && row.Tolerance is null && row.Unit != Unit.Count.Name;
}
