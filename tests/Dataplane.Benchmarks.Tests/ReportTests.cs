using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Report;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Tests;

public partial class ReportTests
{
    private const string Nasty = "</style><script>alert(1)</script> & \"quotes\" 'and' |pipes|";

    [Fact]
    public void The_report_is_well_formed_and_escapes_names()
    {
        string html = HtmlReport.Write(Everything(Nasty));
        XDocument document = Parse(html);
        Assert.Empty(document.Descendants("script"));
        Assert.Contains(document.Descendants("h4"), h => h.Value == Nasty);
    }

    [Fact]
    public void It_needs_nothing_besides()
    {
        string html = HtmlReport.Write(Everything("ADD"));
        Assert.DoesNotContain("http", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", html, StringComparison.OrdinalIgnoreCase);
        XDocument document = Parse(html);
        Assert.DoesNotContain(document.Descendants(), e => e.Name.LocalName is "script" or "link" or "img" or "iframe");
        Assert.All(document.Descendants("a"), a => Assert.Contains(document.Descendants(), e => (string?)e.Attribute("id") == a.Attribute("href")!.Value[1..]));
    }

    [Fact]
    public void A_style_sheet_has_nothing_that_is_escaped()
    {
        using Stream stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!;
        string css = new StreamReader(stream).ReadToEnd();
        Assert.DoesNotMatch("[<>&]", css);
        Assert.Contains("prefers-color-scheme: dark", css, StringComparison.Ordinal);
        Assert.Contains("@media print", css, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_chart_can_be_heard()
    {
        XElement[] charts = [.. Parse(HtmlReport.Write(Everything("ADD"))).Descendants("svg").Where(s => (string?)s.Attribute("aria-hidden") != "true")];
        Assert.NotEmpty(charts);
        Assert.All(charts, c =>
        {
            Assert.Equal("img", (string?)c.Attribute("role"));
            Assert.Contains("ours: ", c.Element("title")!.Value, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Sides_differ_without_colours()
    {
        string[] marks = [.. Enum.GetValues<Side>().Select(s => SideStyle.Mark(s, 10, 10)).Select(m => m.Name + (string?)m.Attribute("d"))];
        Assert.Equal(marks.Length, marks.Distinct().Count());
    }

    [Fact]
    public void No_coordinate_is_missing() => Assert.DoesNotContain("NaN", HtmlReport.Write(Everything("ADD")), StringComparison.Ordinal);

    [Fact]
    public void The_chain_that_needs_no_other_configuration_comes_first()
    {
        string chain = ChainKind.Limited.Name, one = ChainKind.OnePlugin.Name;
        XDocument document = Parse(HtmlReport.Write(Some.File(
            [.. new[] { one, "bridge", chain }.SelectMany((n, i) => new[] { Some.Row(70e6, side: Side.Reference, figure: $"ADD {n}"), Some.Row((i + 1) * 1e6, figure: $"ADD {n}") })])));
        string[] tiles = [.. document.Descendants("span").Where(s => (string?)s.Attribute("class") == "tile-name").Select(s => s.Value.Replace("\u200b", string.Empty, StringComparison.Ordinal))];
        Assert.Equal([$"ADD {chain}", "ADD bridge"], tiles);
    }

    [Fact]
    public void Promises_are_a_line_a_suite_until_they_are_opened()
    {
        XElement aims = Parse(HtmlReport.Write(Everything("ADD"))).Descendants("section").Single(s => (string?)s.Attribute("id") == "aims");
        Assert.All(aims.Descendants("table"), t => Assert.Equal("details", t.Parent!.Name.LocalName));
        XElement suite = Assert.Single(aims.Elements("details"));
        Assert.Null(suite.Attribute("open"));
        Assert.Equal("missed", (string?)suite.Attribute("class"));
        Assert.Contains("1 of 2 met", suite.Element("summary")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_floor_is_beside_what_is_compared_with_it()
    {
        ResultsFile file = Some.File(Some.Row(10e6, scatter: 0, side: Side.Reference), Some.Row(5e6, scatter: 0), Some.Row(2e6, scatter: 0, side: Side.Floor));
        Assert.Equal("| ADD | 10.00 ms |  5.00 ms |  2.00 ms | 2.00 | 2.50 |", SummaryMarkdown.Sides(file).Split('\n')[2]);
        Assert.Contains("ours is 2.50 times the floor", HtmlReport.Write(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_rows_has_a_report_too()
    {
        Parse(HtmlReport.Write(Some.File()));
        Assert.Contains("Nothing was measured", SummaryMarkdown.Write(Some.File()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_summary_tells_what_is_not_met_and_escapes_pipes()
    {
        string summary = SummaryMarkdown.Write(Everything(Nasty));
        Assert.Contains("**not met**", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", summary, StringComparison.Ordinal);
        // As many cells in a row as in its head.
        foreach (string[] table in Tables(summary))
        {
            Assert.All(table, line => Assert.Equal(Bars().Count(table[0]), Bars().Count(line)));
        }
    }

    [Fact]
    public void The_documentation_gets_the_figures_between_its_marks()
    {
        string text = $"before\n{DocumentedFigures.Begin}\nold\n{DocumentedFigures.End}\nafter\n";
        string once = DocumentedFigures.Replace(text, Everything("ADD"));
        Assert.StartsWith("before\n", once, StringComparison.Ordinal);
        Assert.EndsWith("\nafter\n", once, StringComparison.Ordinal);
        Assert.DoesNotContain("old", once, StringComparison.Ordinal);
        Assert.Equal(once, DocumentedFigures.Replace(once, Everything("ADD")));
        Assert.Throws<ResultsException>(() => DocumentedFigures.Replace("no marks", Everything("ADD")));
    }

    // One of each kind: bars, a distribution of many values and one of few, a curve, a figure measured besides, aims that are met and are not.
    private static ResultsFile Everything(string figure) => Some.File(
    [
        Some.Row(10e6, 60, 0.2, figure, Side.Reference),
        Some.Row(5e6, 60, 0.2, figure) with { Aims = [new ResultAim { Of = ResultAim.Value, AtMost = 7e6 }, new ResultAim { Of = ResultAim.Ratio, AtLeast = 10 }] },
        Some.Row(1e6, 60, 0.2, figure, Side.Floor),
        .. Enum.GetValues<Side>().Select((s, i) => Some.Row(1e5 * (i + 1), 5, 0.2, "rate", s, Unit.PerSecond)),
        Some.Row(1e3, 5, 0.2, "rate, CPU", Side.Ours, Unit.CpuPerOperation) with { BesidesOf = "rate" },
        Some.Row(0, 5, 0, "rate, failures", Side.Ours, Unit.Count) with { BesidesOf = "rate" },
        .. new[] { 0, 100, 10_000 }.SelectMany(b => ((Side[])[Side.Reference, Side.Ours]).Select(s => Some.Row(1e6 * (s == Side.Ours ? 1 : 1 + b), 5, 0.1, $"ADD, beside {b}", s) with
        {
            Parameters = new Dictionary<string, string> { ["curve"] = "ADD", ["beside"] = $"{b}" },
        })),
    ]);

    private static XDocument Parse(string html)
    {
        Assert.StartsWith("<!doctype html>\n", html, StringComparison.Ordinal);
        using XmlReader reader = XmlReader.Create(new StringReader(html["<!doctype html>\n".Length..]));
        return XDocument.Load(reader);
    }

    private static IEnumerable<string[]> Tables(string markdown) =>
        markdown.Split("\n\n").Select(p => p.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Where(p => p.Length > 1 && p[1].StartsWith("|---", StringComparison.Ordinal))
            .Select(t => t.Where(l => l.StartsWith('|')).ToArray());

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bars();
}
