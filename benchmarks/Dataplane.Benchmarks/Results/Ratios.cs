using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Results;

/// <summary>The rows beside each other.</summary>
internal static class Ratios
{
    /// <summary>The rows with their ratios to the reference's and to the floor's row of the same figure.</summary>
    public static IReadOnlyList<ResultRow> Fill(IReadOnlyList<ResultRow> rows)
    {
        ILookup<string, ResultRow> figures = rows.ToLookup(r => r.FigureKey);
        return [.. rows.Select(r => r with { RatioToReference = ToReference(r, figures[r.FigureKey]), RatioToFloor = ToFloor(r, figures[r.FigureKey]) })];
    }

    /// <summary>How many times better a row's median is than another's; null where one of them is zero.</summary>
    public static double? TimesBetter(ResultRow row, ResultRow than) =>
        row.Median == 0 || than.Median == 0 ? null : row.IsHigherBetter ? row.Median / than.Median : than.Median / row.Median;

    private static double? ToReference(ResultRow row, IEnumerable<ResultRow> figure) =>
        row.Side != Side.Reference && figure.FirstOrDefault(r => r.Side == Side.Reference) is { } reference ? TimesBetter(row, reference) : null;

    private static double? ToFloor(ResultRow row, IEnumerable<ResultRow> figure) =>
        row.Side != Side.Floor && figure.FirstOrDefault(r => r.Side == Side.Floor) is { } floor ? 1 / TimesBetter(row, floor) : null;
}
