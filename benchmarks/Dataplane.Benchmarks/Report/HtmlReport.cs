using System.Globalization;
using System.Xml.Linq;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;
using Dataplane.Benchmarks.Suites;

namespace Dataplane.Benchmarks.Report;

/// <summary>report.html: one file that needs nothing besides, no network and no script.</summary>
internal static class HtmlReport
{
    // More figures and charts than that are opened by who wants them; what they show is in the tables too, which paper has.
    private const int Many = 9, ManyCharts = 4;

    // What a node gets without another configuration, the chain of three plugins first; not the largest ratios of all.
    private static readonly string[] s_headlines =
    [
        $"ADD {ChainKind.Limited.Name}", $"ADD {ChainKind.Bridge.Name}", $"{BurstBed.Containers} ADDs at once, {ChainKind.Limited.Name}", "new connections, outside to hostPort",
    ];

    /// <summary>The whole document.</summary>
    public static string Write(ResultsFile file)
    {
        var head = new XElement("head",
            new XElement("meta", El.At("charset", "utf-8")),
            new XElement("meta", El.At("name", "viewport"), El.At("content", "width=device-width, initial-scale=1")),
            new XElement("meta", El.At("name", "color-scheme"), El.At("content", "light dark")),
            new XElement("title", "Dataplane beside iptables"),
            new XElement("style", Style()));
        XElement? aims = AimTable.Of(file);
        List<IGrouping<string, ResultRow>> suites = [.. file.Rows.GroupBy(r => r.Suite)];
        var body = new XElement("body",
            Header(file),
            TilesOf(file),
            El.Of("nav", "contents", El.At("aria-label", "Contents"), new XElement("ul",
                aims is null ? null : Link("aims", "What was promised"), suites.Select(s => Link(Anchor(s.Key), Title(s.Key))), Link("rows", "All figures"))),
            new XElement("main", aims, suites.Select(s => Suite(s.Key, [.. s])), RowTable.Of(file)),
            Footer(file));
        return "<!doctype html>\n" + new XElement("html", El.At("lang", "en"), head, body).ToString(SaveOptions.DisableFormatting) + "\n";
    }

    /// <summary>A suite's heading: its title, or its name in words.</summary>
    public static string Title(string suite)
    {
        string? title = SuiteTable.All.FirstOrDefault(s => s.Name == suite)?.Title;
        return !string.IsNullOrEmpty(title) ? title : string.Concat(suite.Select((c, i) => i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}"));
    }

    private static XElement Header(ResultsFile file)
    {
        ResultRow? first = file.Rows.Count > 0 ? file.Rows[0] : null;
        return new XElement("header",
            new XElement("h1", "Dataplane beside iptables"),
            El.Of("p", "lead", "Containers' networks by eBPF, and by the CNI reference plugins with iptables: the same machine, the same run, in turns."),
            first is null ? null : El.Of("dl", "facts",
                Fact("machine", first.Machine), Fact("kernel", first.Kernel),
                file.Rows.Where(r => r.Side is Side.Reference or Side.Ours).DistinctBy(r => r.Version).Select(r => Fact(r.Side.Label(), r.Version)),
                Fact("measured", $"{first.Date.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC, {file.Mode} run, {file.Rows.Count} rows")));
    }

    private static XElement Fact(string name, string value) => new("div", new XElement("dt", name), new XElement("dd", value));

    private static XElement? TilesOf(ResultsFile file)
    {
        // Of a figure that is measured beside others only, with --quick, that one.
        List<ResultRow> rows = [.. s_headlines.Select(h => file.Rows.FirstOrDefault(r => r.Side == Side.Ours && r.BesidesOf is null && r.RatioToReference is not null && r.Figure == h)
            ?? file.Rows.FirstOrDefault(r => r.Side == Side.Ours && r.BesidesOf is null && r.RatioToReference is not null && r.Figure.StartsWith($"{h}, beside", StringComparison.Ordinal))).OfType<ResultRow>()];
        return rows.Count == 0 ? null : El.Of("ul", "tiles", [.. rows.Select(r => new XElement("li",
            El.Of("strong", "tile-ratio", Times(r.RatioToReference!.Value)),
            El.Of("span", "tile-name", El.Name(r.Figure)),
            El.Of("span", "muted", $"{Unbroken(AimTable.Reference(r, file)!)} → {Unbroken(r)}")))]);
    }

    // A value and its unit stay in one line.
    private static string Unbroken(ResultRow row) => RowText.Median(row).Replace(' ', '\u00a0');

    private static string Times(double ratio) => ratio >= 10
        ? string.Create(CultureInfo.InvariantCulture, $"{ratio:0}×")
        : string.Create(CultureInfo.InvariantCulture, $"{ratio:0.0}×");

    private static XElement Suite(string suite, IReadOnlyList<ResultRow> rows)
    {
        List<List<ResultRow>> figures = [.. rows.Where(r => r.BesidesOf is null).GroupBy(r => r.FigureKey).Select(g => g.ToList())];
        ILookup<string, ResultRow> besides = rows.Where(r => r.BesidesOf is not null).ToLookup(r => Key(r.BesidesOf!, r));
        List<XElement> growth = [.. GrowthChart.All(rows)];
        List<XElement> distributions = [.. rows.GroupBy(r => r.FigureKey).Select(g => DistributionChart.Of([.. g])).OfType<XElement>()];
        // What was promised of a node without others, else what comes first; the rest is on curves, or opened by who wants it.
        List<List<ResultRow>> first = [.. figures.Where(f => f.Any(r => r.Aims is not null) && !IsBeside(f[0]))];
        first = figures.Count <= Many ? figures : first.Count > 0 ? first : [.. figures.Take(Many)];
        List<List<ResultRow>> others = [.. figures.Except(first)];
        return El.Of("section", "suite", El.At("id", Anchor(suite)),
            new XElement("h2", Title(suite)),
            Bars(first, besides),
            others.Count == 0 ? null : El.Of("details", "group", new XElement("summary", new XElement("h3", $"{others.Count} more figures")), Bars(others, besides)),
            growth.Count == 0 ? null : El.Of("div", "group", new XElement("h3", "Growth"), El.Of("div", "plots", [.. growth])),
            distributions.Count == 0 ? null : El.Of("details", "group", distributions.Count > ManyCharts ? null : El.At("open", "open"), new XElement("summary", new XElement("h3", "Distributions")), El.Of("div", "plots", [.. distributions])));
    }

    private static XElement Bars(IEnumerable<List<ResultRow>> figures, ILookup<string, ResultRow> besides) =>
        El.Of("ul", "figures", [.. figures.Select(f => BarChart.Of(f, besides[Key(f[0].Figure, f[0])]))]);

    private static bool IsBeside(ResultRow row) => row.Parameters.TryGetValue("beside", out string? beside) && beside != "0";

    private static string Key(string figure, ResultRow row) => $"{figure} | {string.Join(',', row.Parameters)}";

    private static XElement Footer(ResultsFile file) => new("footer",
        new XElement("p", "Bars are medians. “p95” is the value that 95 of 100 measurements are below; it is told of 20 measurements or more, p99 of 100. “n” is how many there are, MAD the median distance from the median. ",
            "Sides are measured in turns, so what else the machine does meets all of them alike; docs/benchmarks.md says what is measured and what is not."),
        El.Of("p", "muted", $"Written by bench.sh from results.json, schema {file.Schema}."));

    private static XElement Link(string anchor, string text) => new("li", new XElement("a", El.At("href", $"#{anchor}"), text));

    private static string Anchor(string suite) => $"suite-{suite}";

    // A style sheet is not escaped in HTML, so it must have nothing that XML would escape.
    private static string Style()
    {
        using Stream stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
