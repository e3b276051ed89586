using System.Globalization;
using System.Xml.Linq;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Report;

/// <summary>A figure against the number of containers that are there already.</summary>
internal static class GrowthChart
{
    /// <summary>The charts of rows that are on curves.</summary>
    public static IEnumerable<XElement> All(IEnumerable<ResultRow> rows) => rows
        .Where(r => r.BesidesOf is null && r.Parameters.ContainsKey("curve") && r.Parameters.ContainsKey("beside"))
        .GroupBy(r => (Curve: r.Parameters["curve"], r.Unit))
        .Where(c => c.Select(Beside).Distinct().Count() > 1)
        .Select(c => One(c.Key.Curve, Unit.Parse(c.Key.Unit), [.. c.OrderBy(Beside)]));

    private static XElement One(string curve, Unit unit, IReadOnlyList<ResultRow> rows)
    {
        double[] positive = [.. rows.Select(r => r.Median).Where(m => m > 0)];
        Axis y = Axis.For(positive.DefaultIfEmpty(1).Min(), positive.DefaultIfEmpty(1).Max(), Plot.Bottom, Plot.Top, isFromZero: true);
        double most = Place(rows.Max(Beside)), least = Place(rows.Min(Beside));
        double At(ResultRow row) => Plot.Left + 10 + ((Place(Beside(row)) - least) / (most - least) * (Plot.Right - Plot.Left - 26));
        List<IGrouping<Side, ResultRow>> sides = [.. rows.GroupBy(r => r.Side).OrderByDescending(s => SideStyle.Order(s.Key))];
        string description = string.Join("; ", sides.AsEnumerable().Reverse().Select(s =>
            $"{s.Key.Label()}: {string.Join(", ", s.Select(r => $"{unit.Format(r.Median)} beside {Beside(r)}"))}"));
        return Plot.Figure(curve, description, SideStyle.Legend(sides.Select(s => s.Key)),
            Plot.Y(y.Ticks().Select(t => (y.At(t), unit.FormatTick(t)))),
            Plot.X(rows.DistinctBy(Beside).Select(r => (At(r), Beside(r).ToString("#,0", CultureInfo.InvariantCulture))), y.IsLogarithmic ? "containers present (both axes logarithmic)" : "containers present (logarithmic)"),
            sides.Select(s => (object)(XElement[])
            [
                Plot.Curve(SideStyle.Class(s.Key), s.Select(r => (At(r), y.At(r.Median)))),
                .. s.Select(r => SideStyle.Mark(s.Key, At(r), y.At(r.Median))),
            ]));
    }

    private static int Beside(ResultRow row) => int.Parse(row.Parameters["beside"], CultureInfo.InvariantCulture);

    // None has a place too.
    private static double Place(int beside) => Math.Log10(beside + 10);
}
