using System.Globalization;
using System.Xml.Linq;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Report;

/// <summary>A figure's sides as bars. They are text with a bar behind it, so they are as wide as the page and can be read aloud.</summary>
internal static class BarChart
{
    /// <summary>A figure, and what was measured besides it.</summary>
    public static XElement Of(IReadOnlyList<ResultRow> figure, IEnumerable<ResultRow> besides)
    {
        Unit unit = Unit.Parse(figure[0].Unit);
        double most = figure.Max(r => r.Median);
        List<ResultRow> rows = [.. figure.OrderBy(r => SideStyle.Order(r.Side))];
        ResultRow? ours = rows.FirstOrDefault(r => r.Side == Side.Ours);
        return El.Of("li", "bars",
            El.Of("div", "bars-head", El.Of("h4", "bars-name", El.Name(figure[0].Figure)), Badge(ours, unit)),
            El.Of("ul", "bar-list", [.. rows.Select(r => Bar(r, unit, most))]),
            ours?.RatioToFloor is { } times ? El.Of("p", "besides muted", string.Create(CultureInfo.InvariantCulture, $"ours is {times:0.00} times the floor")) : null,
            Besides(besides));
    }

    private static XElement Bar(ResultRow row, Unit unit, double most) => El.Of("li", "bar-row",
        El.Of("span", "bar-side", row.Side.Label()),
        El.Of("span", "bar-track", El.At("aria-hidden", "true"),
            El.Of("span", $"bar {SideStyle.Class(row.Side)}", El.At("style", string.Create(CultureInfo.InvariantCulture, $"width:{(most > 0 ? row.Median / most * 100 : 0):0.##}%")))),
        El.Of("span", "bar-value", El.Of("b", "num", RowText.Median(row)),
            row.N >= RowText.LeastForP95 && unit == Unit.Time ? El.Of("span", "muted", $" p95 {RowText.P95(row)}") : null));

    private static XElement? Badge(ResultRow? ours, Unit unit)
    {
        if (ours?.RatioToReference is not { } ratio)
        {
            return null;
        }

        string word = unit.IsHigherBetter ? "as much" : unit == Unit.Time ? "as fast" : "as good";
        return El.Of("span", ratio >= 1 ? "badge gain" : "badge loss", string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00}× {word}"));
    }

    private static XElement? Besides(IEnumerable<ResultRow> besides)
    {
        List<XElement> lines =
        [
            .. besides.GroupBy(r => r.FigureKey).Select(g => new XElement("li", El.Of("span", "muted", $"{g.First().Figure[(g.First().BesidesOf!.Length + 2)..]}: "),
                string.Join(", ", g.OrderBy(r => SideStyle.Order(r.Side)).Select(r => $"{r.Side.Label()} {Unit.Parse(r.Unit).Format(r.Median)}")))),
        ];
        return lines.Count == 0 ? null : El.Of("ul", "besides", [.. lines]);
    }
}
