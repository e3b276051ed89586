using System.Globalization;
using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Report;

/// <summary>The part of docs/benchmarks.md that comes from a run.</summary>
internal static class DocumentedFigures
{
    /// <summary>The line before it.</summary>
    public const string Begin = "<!-- figures: written by ./bench.sh --document -->";

    /// <summary>The line after it.</summary>
    public const string End = "<!-- end of figures -->";

    /// <summary>The text with a run's figures between the marks.</summary>
    /// <exception cref="ResultsException">It has no marks, or nothing was measured.</exception>
    public static string Replace(string text, ResultsFile results)
    {
        int begin = text.IndexOf(Begin, StringComparison.Ordinal), end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            throw new ResultsException($"docs/benchmarks.md lacks the marks {Begin} and {End}");
        }

        if (results.Rows.Count == 0)
        {
            throw new ResultsException("results.json has no rows");
        }

        ResultRow first = results.Rows[0];
        string versions = string.Join("; ", results.Rows.Select(r => r.Version).Distinct());
        string heading = string.Create(CultureInfo.InvariantCulture, $"{first.Machine}, kernel {first.Kernel}; {versions}; {first.Date:yyyy-MM-dd}, {results.Mode} run.");
        return $"{text[..(begin + Begin.Length)]}\n{heading}\n\n{SummaryMarkdown.Aims(results)}\n### All figures of that run\n\n{SummaryMarkdown.Sides(results)}{text[end..]}";
    }
}
