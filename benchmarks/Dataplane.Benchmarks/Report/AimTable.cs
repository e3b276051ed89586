using System.Globalization;
using System.Xml.Linq;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Report;

/// <summary>What was promised, and what came of it: a line a suite, its aims behind it.</summary>
internal static class AimTable
{
    /// <summary>The tables; null when nothing of it was measured.</summary>
    public static XElement? Of(ResultsFile file)
    {
        List<(ResultRow Row, ResultAim Aim)> aims = [.. All(file)];
        if (aims.Count == 0)
        {
            return null;
        }

        return El.Of("section", "aims", El.At("id", "aims"),
            new XElement("h2", "What was promised"),
            El.Of("p", "lead", $"{Met(aims, file)} of {aims.Count} aims are met in this run."),
            aims.GroupBy(a => a.Row.Suite).Select(s => Suite(s.Key, [.. s], file)));
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

    private static int Met(IEnumerable<(ResultRow Row, ResultAim Aim)> aims, ResultsFile file) => aims.Count(a => a.Aim.IsMet(a.Row, file) == true);

    // On paper nobody can open it: there it is open where something does not hold.
    private static XElement Suite(string suite, IReadOnlyList<(ResultRow Row, ResultAim Aim)> aims, ResultsFile file)
    {
        int met = Met(aims, file);
        return El.Of("details", met < aims.Count ? "missed" : "held",
            new XElement("summary", El.Of("span", "aims-suite", HtmlReport.Title(suite)), " ",
                El.Of("span", met < aims.Count ? "verdict loss" : "verdict gain", met < aims.Count ? $"{met} of {aims.Count} met" : $"✓ all {met} met")),
            El.Of("table", "stack",
                El.Head("figure", "reference", "ours", "ratio", "n", "aim", string.Empty),
                new XElement("tbody", aims.OrderBy(a => a.Aim.IsMet(a.Row, file) ?? false).Select(a => Line(a.Row, a.Aim, file)))));
    }

    private static XElement Line(ResultRow row, ResultAim aim, ResultsFile file)
    {
        Unit unit = Unit.Parse(row.Unit);
        bool? isMet = aim.IsMet(row, file);
        double? shown = aim.Of == ResultAim.Times ? aim.Actual(row, file) : row.RatioToReference;
        ResultRow? reference = Reference(row, file);
        return new XElement("tr",
            new XElement("th", El.At("scope", "row"), El.Name(row.Figure)),
            Cell("reference", reference is null ? "–" : unit.Format(reference.Median)),
            Cell("ours", unit.Format(row.Median)),
            Cell("ratio", Ratio(shown)),
            Cell("n", RowText.Samples(row, reference)),
            Cell("aim", aim.Text(unit)),
            El.Of("td", isMet == true ? "verdict gain" : isMet == false ? "verdict loss" : "verdict", El.At("data-label", "result"),
                (isMet == true ? "✓ " : isMet == false ? "✗ " : string.Empty) + Word(isMet)));
    }

    private static XElement Cell(string label, string text) => El.Of("td", "num", El.At("data-label", label), text);
}
