using System.Globalization;
using System.Xml.Linq;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Report;

/// <summary>What was promised, and what came of it.</summary>
internal static class AimTable
{
    /// <summary>The table; null when nothing of it was measured.</summary>
    public static XElement? Of(ResultsFile file)
    {
        List<(ResultRow Row, ResultAim Aim)> aims = [.. All(file)];
        if (aims.Count == 0)
        {
            return null;
        }

        int met = aims.Count(a => a.Aim.IsMet(a.Row, file) == true);
        return El.Of("section", "aims", El.At("id", "aims"),
            new XElement("h2", "What was promised"),
            El.Of("p", "lead", $"{met} of {aims.Count} aims are met in this run."),
            El.Of("table", "stack",
                El.Head("figure", "reference", "ours", "ratio", "aim", string.Empty),
                new XElement("tbody", aims.Select(a => Line(a.Row, a.Aim, file)))));
    }

    /// <summary>Every aim with its row.</summary>
    public static IEnumerable<(ResultRow Row, ResultAim Aim)> All(ResultsFile file) => file.Rows.SelectMany(r => (r.Aims ?? []).Select(a => (r, a)));

    /// <summary>The reference's row of the same figure.</summary>
    public static ResultRow? Reference(ResultRow row, ResultsFile file) => file.Rows.FirstOrDefault(r => r.Side == Side.Reference && r.FigureKey == row.FigureKey);

    /// <summary>"met", "not met", "not measured".</summary>
    public static string Word(bool? isMet) => isMet switch
    {
        true => "met",
        false => "not met",
        null => "not measured",
    };

    /// <summary>A ratio, or a dash.</summary>
    public static string Ratio(double? ratio) => ratio is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:0.00}") : "–";

    private static XElement Line(ResultRow row, ResultAim aim, ResultsFile file)
    {
        Unit unit = Unit.Parse(row.Unit);
        bool? isMet = aim.IsMet(row, file);
        double? shown = aim.Of == ResultAim.Times ? aim.Actual(row, file) : row.RatioToReference;
        return new XElement("tr",
            new XElement("th", El.At("scope", "row"), El.Name(row.Figure)),
            Cell("reference", Reference(row, file) is { } reference ? unit.Format(reference.Median) : "–"),
            Cell("ours", unit.Format(row.Median)),
            Cell("ratio", Ratio(shown)),
            Cell("aim", aim.Text(unit)),
            El.Of("td", isMet == true ? "verdict gain" : isMet == false ? "verdict loss" : "verdict", El.At("data-label", "result"),
                (isMet == true ? "✓ " : isMet == false ? "✗ " : string.Empty) + Word(isMet)));
    }

    private static XElement Cell(string label, string text) => El.Of("td", "num", El.At("data-label", label), text);
}
