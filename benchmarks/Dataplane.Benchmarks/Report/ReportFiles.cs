using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Report;

/// <summary>What is made of results.json, beside it.</summary>
internal static class ReportFiles
{
    /// <summary>Writes report.html and summary.md.</summary>
    public static void Write(string directory, ResultsFile results)
    {
        File.WriteAllText(Path.Combine(directory, "report.html"), HtmlReport.Write(results));
        File.WriteAllText(Path.Combine(directory, "summary.md"), SummaryMarkdown.Write(results));
    }
}
