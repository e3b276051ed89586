using System.CommandLine;
using Dataplane.Benchmarks.Comparison;
using Dataplane.Benchmarks.Report;
using Dataplane.Benchmarks.Results;
using Dataplane.Benchmarks.Suites;

namespace Dataplane.Benchmarks;

/// <summary>bench.sh's command line.</summary>
internal static class BenchCommandLine
{
    private const int Failed = 1;
    private const int Usage = 2;
    private static readonly string s_artifacts = Path.GetFullPath("artifacts/bench");

    private static readonly Option<bool> s_quick = new("--quick") { Description = "Fewer rounds, shorter streams, no long suites: five minutes" };

    private static readonly Option<bool> s_list = new("--list") { Description = "Name the suites and their groups" };

    private static readonly Option<string[]> s_compare = new("--compare")
    {
        Description = "Compare OLD with NEW, or with the last run; measures nothing",
        HelpName = "OLD [NEW]",
        Arity = new ArgumentArity(1, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> s_report = new("--report") { Description = "Make report.html and summary.md of a results.json, beside it", HelpName = "FILE" };

    private static readonly Argument<string[]> s_suites = new("suite") { Description = "Suites or groups; without: all", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Parses and runs; returns the exit status: 0, 1 when a benchmark failed or a gate does not hold, 2 for a wrong command line.</summary>
    public static int Run(string[] arguments)
    {
        var root = new RootCommand("Measures the dataplane beside the reference plugins.") { s_quick, s_list, s_compare, s_report, s_suites };
        root.SetAction(Invoke);
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
            {
                Console.Error.WriteLine($"bench: {error.Message}");
            }

            return Usage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception e) when (e is ArgumentException or ResultsException)
        {
            Console.Error.WriteLine($"bench: {e.Message}");
            return Usage;
        }
    }

    private static int Invoke(ParseResult parsed)
    {
        if (parsed.GetValue(s_list))
        {
            foreach (Suite suite in SuiteTable.All)
            {
                Console.WriteLine($"{suite.Name} ({string.Join(", ", suite.Groups)})");
            }

            return 0;
        }

        if (parsed.GetValue(s_compare) is { Length: > 0 } files)
        {
            return Compare(files[0], files.Length > 1 ? files[1] : Path.Combine(s_artifacts, "results.json"));
        }

        if (parsed.GetValue(s_report) is { } results)
        {
            ReportFiles.Write(Path.GetDirectoryName(Path.GetFullPath(results))!, ResultsFile.Read(results));
            return 0;
        }

        Mode.IsQuick = parsed.GetValue(s_quick);
        return new BenchRun(s_artifacts).Measure(SuiteTable.Choose(parsed.GetValue(s_suites) ?? [])) ? 0 : Failed;
    }

    private static int Compare(string old, string @new)
    {
        IReadOnlyList<Change> changes = Comparer.Compare(ResultsFile.Read(old), ResultsFile.Read(@new), isGate: false);
        Console.Write(ChangeTable.Write(changes));
        return ChangeTable.Fails(changes) ? Failed : 0;
    }
}
