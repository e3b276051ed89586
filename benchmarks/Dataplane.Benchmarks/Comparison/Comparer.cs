using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;
using Dataplane.Benchmarks.Sampling;

namespace Dataplane.Benchmarks.Comparison;

/// <summary>
/// Tells changes from noise. A wall time has changed when three things hold: the ranks of the two samples are improbable under one distribution
/// (<see cref="RankTest"/>), the median moved by more than both samples usually scatter (MAD), and by more than two runs of one build differ anyway.
/// A deterministic figure has no noise: its tolerance is all it is asked.
/// </summary>
internal static class Comparer
{
    /// <summary>Two runs of the same build on a machine with neighbours differ by so much.</summary>
    public const double LeastShift = 0.1;

    /// <summary>Of a hundred rows that have not changed, one may seem improbable; the shifts that are asked for besides remove most of those.</summary>
    public const double Improbable = 0.01;

    /// <summary>With fewer samples on either side no rank test can reach <see cref="Improbable"/>.</summary>
    public const int LeastSamples = 5;

    // A MAD is 0.67 of a standard deviation.
    private const double DeviationsPerMad = 1.4826;

    /// <summary>All rows of both, in the new one's order.</summary>
    /// <param name="old">Before.</param>
    /// <param name="new">After.</param>
    /// <param name="isGate">Whether a deterministic row that is gone fails: nobody measures it any more.</param>
    public static IReadOnlyList<Change> Compare(ResultsFile old, ResultsFile @new, bool isGate)
    {
        Dictionary<string, ResultRow> before = Index(old), after = Index(@new);
        bool isSameMode = old.Mode == @new.Mode;
        var changes = new List<Change>(after.Count);
        foreach ((string key, ResultRow row) in after)
        {
            changes.Add(before.TryGetValue(key, out ResultRow? earlier)
                ? isSameMode || row.Tolerance is not null
                    ? Compare(earlier, row, Reference(before, earlier), Reference(after, row))
                    // Its streams are shorter, fewer containers were made before it: a row of the same name is not the same measurement.
                    : new Change(earlier, row, Verdict.Unclear, Shift(earlier.Median, row.Median), $"a {old.Mode} run's, compared with a {@new.Mode} run's")
                : new Change(null, row, Verdict.New, double.NaN, isGate ? "not in the baseline" : string.Empty));
        }

        foreach ((string key, ResultRow row) in before.Where(b => !after.ContainsKey(b.Key)))
        {
            changes.Add(isGate && row.Tolerance is not null
                ? new Change(row, null, Verdict.Failed, double.NaN, "in the baseline, but nobody measures it")
                : new Change(row, null, Verdict.Gone, double.NaN, string.Empty));
        }

        return changes;
    }

    /// <summary>One row. With the reference's rows of the same runs it is its ratio to the reference that is compared: what made the whole machine slower is no change.</summary>
    public static Change Compare(ResultRow old, ResultRow @new, ResultRow? oldReference = null, ResultRow? newReference = null)
    {
        if (@new.Tolerance is { } tolerance)
        {
            return CompareExactly(old, @new, tolerance);
        }

        bool isRelative = old.Side != Side.Reference && oldReference is { Median: > 0 } && newReference is { Median: > 0 };
        double drift = isRelative ? newReference!.Median / oldReference!.Median : 1;
        var before = new Sample(old.Samples.Select(v => v * drift));
        var after = new Sample(@new.Samples);
        double shift = Shift(before.Median, after.Median);
        string note = isRelative ? "relative to the reference" : old.Machine != @new.Machine || old.Kernel != @new.Kernel ? "another machine or kernel" : string.Empty;
        if (before.Count < LeastSamples || after.Count < LeastSamples)
        {
            return new Change(old, @new, Verdict.Unclear, shift, $"fewer than {LeastSamples} samples");
        }

        double distance = Math.Abs(after.Median - before.Median);
        double noise = DeviationsPerMad * Math.Sqrt((before.Mad * before.Mad) + (after.Mad * after.Mad));
        bool isChange = Math.Abs(shift) >= LeastShift && distance > noise && RankTest.Probability(before.Sorted, after.Sorted) < Improbable;
        bool isMore = after.Median > before.Median;
        return new Change(old, @new, !isChange ? Verdict.Same : isMore == @new.IsHigherBetter ? Verdict.Better : Verdict.Worse, shift, note);
    }

    private static Change CompareExactly(ResultRow old, ResultRow @new, double tolerance)
    {
        double shift = Shift(old.Median, @new.Median);
        double worse = @new.IsHigherBetter ? old.Median - @new.Median : @new.Median - old.Median;
        // Floating point has no exact tenth.
        double allowed = (Math.Abs(old.Median) * tolerance * (1 + 1e-9)) + 1e-9;
        if (worse <= allowed)
        {
            return new Change(old, @new, worse < -allowed ? Verdict.Better : Verdict.Same, shift, string.Empty);
        }

        // What the verifier does, a program's time and which calls a plugin makes depend on the kernel.
        return @new.IsOfThisKernel && old.Kernel != @new.Kernel
            ? new Change(old, @new, Verdict.Worse, shift, $"the old one is of another kernel, {old.Kernel}")
            : new Change(old, @new, Verdict.Failed, shift, FormattableString.Invariant($"may get worse by {tolerance * 100:0.#}%"));
    }

    private static double Shift(double old, double @new) => old == 0 ? (@new == 0 ? 0 : double.PositiveInfinity) : (@new - old) / old;

    // A key that is there twice is a mistake of a suite, not of the reader: the last one counts.
    private static Dictionary<string, ResultRow> Index(ResultsFile file)
    {
        var rows = new Dictionary<string, ResultRow>(StringComparer.Ordinal);
        foreach (ResultRow row in file.Rows)
        {
            rows[row.Key] = row;
        }

        return rows;
    }

    private static ResultRow? Reference(Dictionary<string, ResultRow> rows, ResultRow row) => rows.GetValueOrDefault($"{row.FigureKey} | {Side.Reference}");
}
