using System.Globalization;
using System.Text;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Report;

/// <summary>summary.md: for a pull request, the promises first and every figure below them.</summary>
internal static class SummaryMarkdown
{
    /// <summary>The whole text.</summary>
    public static string Write(ResultsFile file)
    {
        var text = new StringBuilder("## Dataplane beside iptables\n\n");
        if (file.Rows.Count == 0)
        {
            return text.Append("Nothing was measured.\n").ToString();
        }

        ResultRow first = file.Rows[0];
        string versions = string.Join("; ", file.Rows.Where(r => r.Side is Side.Reference or Side.Ours).Select(r => r.Version).Distinct());
        text.Append(CultureInfo.InvariantCulture, $"{first.Machine}; kernel {first.Kernel}; {versions}; {first.Date:yyyy-MM-dd HH:mm} UTC, {file.Mode} run\n\n");
        text.Append(Aims(file));
        text.Append("\n<details><summary>All figures</summary>\n\n").Append(Figures(file)).Append("\n</details>\n");
        return text.ToString();
    }

    /// <summary>The promises as a table; what docs/benchmarks.md has between its marks.</summary>
    public static string Aims(ResultsFile file)
    {
        var text = new StringBuilder("| figure | reference | ours | ratio | n | aim | |\n|---|---:|---:|---:|---:|---|---|\n");
        foreach ((ResultRow row, ResultAim aim) in AimTable.All(file))
        {
            Unit unit = Unit.Parse(row.Unit);
            ResultRow? other = AimTable.Reference(row, file);
            string reference = other is null ? "–" : unit.Format(other.Median);
            bool? isMet = aim.IsMet(row, file);
            string ratio = AimTable.Ratio(aim.Of == ResultAim.Times ? aim.Actual(row, file) : row.RatioToReference);
            text.Append(CultureInfo.InvariantCulture, $"| {Escape(row.Figure)} | {reference} | {unit.Format(row.Median)} | {ratio} | {RowText.Samples(row, other)} | {Escape(aim.Text(unit))} | {(isMet == false ? "**not met**" : AimTable.Word(isMet))} |\n");
        }

        return text.ToString();
    }

    /// <summary>Each figure with its sides.</summary>
    public static string Figures(ResultsFile file)
    {
        var text = new StringBuilder("| suite | figure | side | median | p95 | p99 | MAD | n | × reference | × floor |\n|---|---|---|---:|---:|---:|---:|---:|---:|---:|\n");
        foreach (ResultRow row in file.Rows)
        {
            Unit unit = Unit.Parse(row.Unit);
            text.Append(CultureInfo.InvariantCulture, $"| {row.Suite} | {Escape(row.Figure)} | {row.Side.Label()} | {unit.Format(row.Median)} | {RowText.P95(row)} | {RowText.P99(row)} | {unit.Format(row.Mad)} | {row.N} | {AimTable.Ratio(row.RatioToReference)} | {AimTable.Ratio(row.RatioToFloor)} |\n");
        }

        return text.ToString();
    }

    /// <summary>A line a figure, its sides beside each other.</summary>
    public static string Sides(ResultsFile file)
    {
        Side[] sides = [.. file.Rows.Select(r => r.Side).Distinct().OrderBy(s => s)];
        var text = new StringBuilder("| figure |");
        bool hasFloor = sides.Contains(Side.Floor);
        text.AppendJoin(" ", sides.Select(s => $" {s.Label()} |")).Append(hasFloor ? " ratio | × floor |\n|---|" : " ratio |\n|---|").Insert(text.Length, "---:|", sides.Length + (hasFloor ? 2 : 1)).Append('\n');
        foreach (IGrouping<string, ResultRow> figure in file.Rows.GroupBy(r => r.FigureKey))
        {
            ResultRow first = figure.First();
            ResultRow? ours = figure.FirstOrDefault(r => r.Side == Side.Ours);
            text.Append(CultureInfo.InvariantCulture, $"| {Escape(first.Figure)} |");
            text.AppendJoin(" ", sides.Select(s => $" {(figure.FirstOrDefault(r => r.Side == s) is { } row ? RowText.Median(row) : "–")} |"));
            text.Append(CultureInfo.InvariantCulture, $" {AimTable.Ratio(ours?.RatioToReference)} |{(hasFloor ? $" {AimTable.Ratio(ours?.RatioToFloor)} |" : string.Empty)}\n");
        }

        return text.ToString();
    }

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
