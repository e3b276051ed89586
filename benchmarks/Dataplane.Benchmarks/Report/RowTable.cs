using System.Xml.Linq;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Report;

/// <summary>Every row in figures: what the plots show, to be read.</summary>
internal static class RowTable
{
    /// <summary>The tables, one a suite.</summary>
    public static XElement Of(ResultsFile file) => El.Of("section", "rows", El.At("id", "rows"),
        new XElement("h2", "All figures"),
        file.Rows.GroupBy(r => r.Suite).Select(suite => new XElement("details",
            new XElement("summary", $"{suite.Key}: {suite.Count()} rows"),
            El.Of("div", "scroll", El.At("tabindex", "0"), El.At("role", "region"), El.At("aria-label", $"Rows of {suite.Key}"),
                new XElement("table",
                    El.Head("figure", "side", "median", "p95", "p99", "MAD", "n", "× reference", "× floor", "version"),
                    new XElement("tbody", suite.Select(Line)))))));

    private static XElement Line(ResultRow row)
    {
        Unit unit = Unit.Parse(row.Unit);
        return new XElement("tr", new XElement("th", El.At("scope", "row"), El.Name(row.Figure)), new XElement("td", row.Side.Label()),
            Number(unit.Format(row.Median)), Number(RowText.P95(row)), Number(RowText.P99(row)), Number(unit.Format(row.Mad)), Number($"{row.N}"),
            Number(AimTable.Ratio(row.RatioToReference)), Number(AimTable.Ratio(row.RatioToFloor)), El.Of("td", "muted", row.Version));
    }

    private static XElement Number(string text) => El.Of("td", "num", text);
}
