using System.CommandLine;
using Dataplane.Benchmarks.Results;
using Dataplane.Benchmarks.Suites;

namespace Dataplane.Benchmarks;

/// <summary>bench.sh's command line.</summary>
internal static class BenchCommandLine
{
    private static readonly Option<bool> s_quick = new("--quick") { Description = "Fewer rounds, shorter streams, fewer containers: five minutes" };

    private static readonly Option<bool> s_list = new("--list") { Description = "Name the suites and their groups" };

    private static readonly Option<bool> s_gates = new("--gates") { Description = "Measure what depends on the code alone, and compare with benchmarks/baseline.json" };

    private static readonly Option<bool> s_update = new("--update") { Description = "With --gates: write benchmarks/baseline.json instead" };

    private static readonly Option<string[]> s_compare = new("--compare")
    {
        Description = "Compare OLD with NEW, or with the last run; measures nothing",
        HelpName = "OLD [NEW]",
        Arity = new ArgumentArity(1, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> s_report = new("--report") { Description = "Make report.html and summary.md of a results.json, beside it", HelpName = "FILE" };

    private static readonly Option<bool> s_document = new("--document") { Description = "Write the last run's figures into docs/benchmarks.md" };

    private static readonly Argument<string[]> s_suites = new("suite") { Description = "Suites or groups; without: all", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Parses and runs; returns the exit status: 0, 1 when a benchmark failed or a gate does not hold, 2 for a wrong command line or file.</summary>
    public static int Run(string[] arguments)
    {
        var root = new RootCommand("Measures the dataplane beside the reference plugins.") { s_quick, s_list, s_gates, s_update, s_compare, s_report, s_document, s_suites };
        root.SetAction(Invoke);
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
            {
                Console.Error.WriteLine($"bench: {error.Message}");
            }

            return ExitStatus.Usage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception e) when (e is ArgumentException or ResultsException)
        {
            Console.Error.WriteLine($"bench: {e.Message}");
            return ExitStatus.Usage;
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

            return ExitStatus.Ok;
        }

        if (parsed.GetValue(s_compare) is { Length: > 0 } files)
        {
            return BenchFiles.Compare(files[0], files.Length > 1 ? files[1] : BenchFiles.LastResults);
        }

        if (parsed.GetValue(s_report) is { } results)
        {
            return BenchFiles.Report(results);
        }

        if (parsed.GetValue(s_document))
        {
            return BenchFiles.Document();
        }

        if (parsed.GetValue(s_gates))
        {
            return BenchFiles.Gates(parsed.GetValue(s_update));
        }

        Mode.IsQuick = parsed.GetValue(s_quick);
        string[] chosen = parsed.GetValue(s_suites) ?? [];
        return new BenchRun(BenchFiles.Artifacts).Measure(SuiteTable.Choose(chosen), isWhole: chosen.Length == 0) ? ExitStatus.Ok : ExitStatus.Failed;
    }
}
