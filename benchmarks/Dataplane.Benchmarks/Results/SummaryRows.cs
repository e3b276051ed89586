using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Suites;

namespace Dataplane.Benchmarks.Results;

/// <summary>The rows of a suite that BenchmarkDotNet ran.</summary>
internal static class SummaryRows
{
    private const double GibibyteGigabits = 8 * 1.073741824;

    /// <summary>Of each case what it measured, then CPU time and what it measured besides.</summary>
    public static IEnumerable<ResultRow> Of(Suite suite, Summary summary) =>
        summary.BenchmarksCases.OrderBy(c => c.Descriptor.MethodIndex).SelectMany(c => Of(suite, summary, c));

    private static IEnumerable<ResultRow> Of(Suite suite, Summary summary, BenchmarkCase benchmark)
    {
        string figure = benchmark.Category();
        Side side = benchmark.Row().Side;
        Unit unit = benchmark.Unit(suite.Unit);
        IReadOnlyDictionary<string, string> parameters = Parameters(benchmark);
        double[] samples = [.. summary[benchmark]?.GetResultRuns().Select(m => unit.Value(m.Nanoseconds / m.Operations)) ?? []];
        if (samples.Length == 0)
        {
            yield break;
        }

        yield return ResultRow.Create(suite.Name, figure, side, unit, samples) with
        {
            Parameters = parameters,
            Aims = ResultAim.From(benchmark.Row(), unit),
        };
        double[] cpu = [.. MeasuredRounds.Cpu(benchmark)];
        if (cpu.Length > 0)
        {
            // Bulk counts gibibytes.
            yield return (unit == Unit.BitRate
                ? ResultRow.Create(suite.Name, figure + ", CPU", side, Unit.CpuPerGigabit, cpu.Select(ns => ns / 1e9 / GibibyteGigabits))
                : ResultRow.Create(suite.Name, figure + ", CPU", side, Unit.CpuPerOperation, cpu)) with { Parameters = parameters, BesidesOf = figure };
        }

        foreach (IGrouping<(string Figure, string Unit), Besides> besides in MeasuredRounds.Of(benchmark).SelectMany(m => m.Besides ?? []).GroupBy(b => (b.Figure, b.Unit)))
        {
            yield return ResultRow.Create(suite.Name, $"{figure}, {besides.Key.Figure}", side, Unit.Parse(besides.Key.Unit), besides.SelectMany(b => b.Values)) with
            {
                Parameters = parameters,
                BesidesOf = figure,
            };
        }
    }

    private static Dictionary<string, string> Parameters(BenchmarkCase benchmark)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        if (benchmark.Cell() is { Curve.Length: > 0 } cell)
        {
            parameters.Add("curve", cell.Curve);
            parameters.Add("beside", FormattableString.Invariant($"{cell.Beside}"));
        }

        return parameters;
    }
}
