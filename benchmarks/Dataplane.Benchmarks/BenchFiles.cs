using Dataplane.Benchmarks.Comparison;
using Dataplane.Benchmarks.Gates;
using Dataplane.Benchmarks.Report;
using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks;

/// <summary>What bench.sh does with the files of a run.</summary>
internal static class BenchFiles
{
    /// <summary>Where a run leaves its files.</summary>
    public static string Artifacts { get; } = Path.GetFullPath("artifacts/bench");

    /// <summary>Of the last run.</summary>
    public static string LastResults { get; } = Path.Combine(Artifacts, "results.json");

    private static string Baseline { get; } = Path.GetFullPath("benchmarks/baseline.json");

    /// <summary>Of the last run of a mode that had all suites; some suites alone do not replace it.</summary>
    public static string WholeResults(string mode) => Path.Combine(Artifacts, $"results-{mode}.json");

    /// <summary>Prints what changed between two runs.</summary>
    public static int Compare(string old, string @new)
    {
        ResultsFile before = ResultsFile.Read(old), after = ResultsFile.Read(@new);
        if (before.Mode != after.Mode)
        {
            Console.WriteLine($"A {before.Mode} run and a {after.Mode} run measure wall times otherwise: only what depends on the code alone is compared.\n");
        }

        return Print(Comparer.Compare(before, after, isGate: false));
    }

    /// <summary>Makes the report of a file, beside it.</summary>
    public static int Report(string results)
    {
        ReportFiles.Write(Path.GetDirectoryName(Path.GetFullPath(results))!, ResultsFile.Read(results));
        return ExitStatus.Ok;
    }

    /// <summary>Writes the last run's figures into the documentation.</summary>
    public static int Document()
    {
        string path = Path.GetFullPath("docs/benchmarks.md");
        File.WriteAllText(path, DocumentedFigures.Replace(File.ReadAllText(path), ResultsFile.Read(LastResults)));
        return ExitStatus.Ok;
    }

    /// <summary>Measures the gates, and compares them with what is committed, or is to be.</summary>
    public static int Gates(bool isUpdate)
    {
        Directory.CreateDirectory(Artifacts);
        ResultsFile gates = ResultsFile.Of("gates", GateSuite.Measure());
        gates.Write(Path.Combine(Artifacts, "gates.json"));
        if (isUpdate)
        {
            gates.Write(Baseline);
            return ExitStatus.Ok;
        }

        return Print(Comparer.Compare(ResultsFile.Read(Baseline), gates, isGate: true));
    }

    private static int Print(IReadOnlyList<Change> changes)
    {
        Console.Write(ChangeTable.Write(changes));
        if (Environment.GetEnvironmentVariable("GITHUB_ACTIONS") == "true")
        {
            foreach (Change change in changes.Where(c => c.Verdict is Verdict.Worse or Verdict.Failed))
            {
                Console.WriteLine($"::{(change.Verdict == Verdict.Failed ? "error" : "warning")} title=benchmarks::{ChangeTable.Sentence(change)}");
            }
        }

        return ChangeTable.Fails(changes) ? ExitStatus.Failed : ExitStatus.Ok;
    }
}
