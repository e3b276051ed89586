using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Csv;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Report;
using Dataplane.Benchmarks.Suites;

namespace Dataplane.Benchmarks.Reporting;

/// <summary>The one configuration of every suite: rounds in turns, medians and ratios, the environment in every row.</summary>
internal static class SuiteConfig
{
    /// <summary>The configuration.</summary>
    public static IConfig Create(Suite suite, string artifacts, ILogger logger) =>
        ManualConfig.CreateEmpty()
            .AddJob(suite.IsInterleaved ? InTurns(suite) : Alone(suite))
            .AddDiagnoser(suite.IsInterleaved ? [] : [MemoryDiagnoser.Default])
            .AddLogger(logger)
            .AddExporter(MarkdownExporter.GitHub, CsvExporter.Default, JsonExporter.Full)
            .AddColumn(
                new TextColumn("What", "What is compared", static (_, c) => c.Category(), isFirst: true),
                new TextColumn("Side", "Whose work", static (_, c) => c.Row().Side.Label(), isFirst: true),
                new TextColumn("Figure", "The median, in the figure's own unit", (s, c) => s.Median(c) is { } median ? Figure(c.Unit(suite.Unit), median) : "-", isFirst: true),
                new TextColumn("CPU", "Median CPU time an operation", static (_, c) => MeasuredRounds.MedianCpu(c) is { } cpu ? Unit.Time.Format(cpu) : "-"),
                StatisticColumn.Median,
                new TextColumn("P95", "95 of 100 are below", static (s, c) => Percentile(s, c, 95, RowText.LeastForP95), isNumeric: true),
                new TextColumn("P99", "99 of 100 are below", static (s, c) => Percentile(s, c, 99, RowText.LeastForP99), isNumeric: true),
                StatisticColumn.Min,
                new TextColumn("vs reference", "How many times better than the reference, by medians", (s, c) => Times(s.TimesBetter(c, Side.Reference, c.Unit(suite.Unit))), isNumeric: true),
                new TextColumn("vs floor", "How many times the floor's time, by medians", (s, c) => Times(1 / s.TimesBetter(c, Side.Floor, c.Unit(suite.Unit))), isNumeric: true),
                new TextColumn("Machine", "CPU and memory", static (_, _) => Machine.Description),
                new TextColumn("Kernel", "uname -r", static (_, _) => Machine.Kernel),
                new TextColumn("Version", "Of what was measured", static (_, c) => Machine.Version(c.Row().Side)))
            .WithOrderer(new DefaultOrderer(SummaryOrderPolicy.Declared, MethodOrderPolicy.Declared))
            .WithArtifactsPath(artifacts)
            .WithOptions(ConfigOptions.DisableLogFile);

    private static Job InTurns(Suite suite) => Job.Dry.WithToolchain(new InterleavedToolchain(suite.Rounds, suite.Warmups)).WithId("Interleaved");

    // In this process: what a toolchain of its own would build has no native shim, and no namespace.
    private static Job Alone(Suite suite) => Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(suite.Warmups).WithIterationCount(suite.Rounds)
        .WithIterationTime(TimeInterval.FromMilliseconds(Mode.IsQuick ? 20 : 200)).WithId("Alone");

    private static string Percentile(Summary summary, BenchmarkCase benchmark, int percentile, int least) =>
        summary[benchmark]?.ResultStatistics is { } statistics && statistics.N >= least ? Unit.Time.Format(statistics.Percentiles.Percentile(percentile)) : "-";

    private static string Figure(Unit unit, double nanoseconds) => unit.Format(unit.Value(nanoseconds));

    private static string Times(double? ratio) => ratio is { } value ? value.ToString("0.00", CultureInfo.InvariantCulture) : "-";
}
