using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Comparison;

/// <summary>A row of two runs.</summary>
/// <param name="Old">Before; null: it is new.</param>
/// <param name="New">After; null: it is gone.</param>
/// <param name="Verdict">What became of it.</param>
/// <param name="Shift">By which share the median grew: 0.1 is a tenth more; NaN without both.</param>
/// <param name="Note">What has to be known of the verdict; empty: nothing.</param>
internal sealed record Change(ResultRow? Old, ResultRow? New, Verdict Verdict, double Shift, string Note)
{
    /// <summary>The row there is.</summary>
    public ResultRow Row => New ?? Old!;
}
