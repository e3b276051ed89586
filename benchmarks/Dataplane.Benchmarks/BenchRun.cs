using System.Text;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Gates;
using Dataplane.Benchmarks.Report;
using Dataplane.Benchmarks.Results;
using Dataplane.Benchmarks.Suites;
using Dataplane.Interop;

namespace Dataplane.Benchmarks;

/// <summary>Runs suites, prints their figures, and writes the files of the run.</summary>
internal sealed class BenchRun(string artifacts)
{
    private readonly StringBuilder _figures = new();
    private readonly List<ResultRow> _rows = [];

    /// <summary>Runs them one after the other.</summary>
    /// <param name="suites">The suites.</param>
    /// <param name="isWhole">Whether these are all suites. Then the deterministic figures are measured too, so that results.json has all rows that a comparison can fail for.</param>
    /// <returns>Whether all of them finished.</returns>
    public bool Measure(IReadOnlyList<Suite> suites, bool isWhole)
    {
        Directory.CreateDirectory(artifacts);
        using var log = new StreamLogger(new StreamWriter(Path.Combine(artifacts, "benchmarkdotnet.log"), append: false));
        Say($"{Machine.Description}; kernel {Machine.Kernel}");
        Say($"reference: {Machine.ReferenceVersion}; ours: {Machine.OurVersion}");
        bool finished = true;
        try
        {
            foreach (Suite suite in suites)
            {
                finished &= Measure(suite, log);
            }
        }
        finally
        {
            NodeBeds.Dispose();
        }

        if (isWhole)
        {
            _rows.AddRange(GateSuite.Measure());
        }

        File.WriteAllText(Path.Combine(artifacts, "figures.txt"), _figures.ToString());
        ResultsFile results = ResultsFile.Of(Mode.IsQuick ? "quick" : "full", _rows);
        results.Write(BenchFiles.LastResults);
        if (isWhole)
        {
            results.Write(BenchFiles.WholeResults(results.Mode));
        }

        ReportFiles.Write(artifacts, results);
        foreach (string failure in Failures.All)
        {
            Console.Error.WriteLine($"bench: {failure}");
        }

        return finished && Failures.All.Count == 0;
    }

    private bool Measure(Suite suite, StreamLogger log)
    {
        if (suite.Missing() is { } reason)
        {
            Say($"{suite.Name}: left out, {reason}");
            return true;
        }

        Summary summary;
        try
        {
            summary = BenchmarkRunner.Run(suite.Type, SuiteConfig.Create(suite, artifacts, log));
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or LinuxException)
        {
            // A bed could not be made, or what was to be measured did not happen: the other suites' figures are good all the same.
            Console.Error.WriteLine($"bench: {suite.Name} did not finish: {e.Message}");
            return false;
        }

        if (summary.HasCriticalValidationErrors || summary.Reports.Any(r => !r.Success))
        {
            log.Flush();
            Console.Error.WriteLine($"bench: {suite.Name} did not finish; see {artifacts}/benchmarkdotnet.log");
            return false;
        }

        _rows.AddRange(SummaryRows.Of(suite, summary));
        Say($"{suite.Name}: medians of {suite.Rounds} rounds{(suite.IsInterleaved ? " in turns" : string.Empty)}");
        if (suite.Note() is { } note)
        {
            Say($"  {note}");
        }

        foreach (string line in Figures.Lines(summary, suite.Unit))
        {
            Say($"  {line}");
        }

        return true;
    }

    private void Say(string line)
    {
        Console.WriteLine(line);
        _figures.AppendLine(line);
    }
}
