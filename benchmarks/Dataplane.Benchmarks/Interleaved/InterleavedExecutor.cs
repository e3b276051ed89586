using System.Reflection;
using System.Runtime.ExceptionServices;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains;
using BenchmarkDotNet.Toolchains.Parameters;
using BenchmarkDotNet.Toolchains.Results;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Interleaved;

/// <summary>Measures all cases of a class when the first one is asked for, and answers the others from that.</summary>
internal sealed class InterleavedExecutor(int rounds, int warmups) : IExecutor
{
    private readonly HashSet<Type> _measured = [];

    /// <summary>What tells a case from the others of its suite.</summary>
    public static string Key(BenchmarkCase benchmark) => benchmark.Cell()?.ToString() ?? benchmark.Descriptor.WorkloadMethod.Name;

    public ExecuteResult Execute(ExecuteParameters executeParameters)
    {
        BenchmarkCase benchmark = executeParameters.BenchmarkCase;
        Type type = benchmark.Descriptor.Type;
        if (_measured.Add(type))
        {
            MeasureAll(type);
        }

        string[] lines =
        [
            .. MeasuredRounds.Of(benchmark).Select((m, i) =>
                new Measurement(executeParameters.LaunchIndex, IterationMode.Workload, IterationStage.Result, i + 1, m.Operations, m.Nanoseconds).ToString()),
        ];
        return new ExecuteResult(true, 0, Environment.ProcessId, lines, [], lines, executeParameters.LaunchIndex);
    }

    private void MeasureAll(Type type)
    {
        object suite = Activator.CreateInstance(type)!;
        Case[][] categories = suite is CellSuite cells ? Categories(cells) : Categories(suite);
        try
        {
            Call<BenchmarkDotNet.Attributes.GlobalSetupAttribute>(suite);
            for (int round = -warmups; round < rounds; round++)
            {
                foreach (Case[] category in categories)
                {
                    // Every case is first, second, … equally often.
                    for (int i = 0; i < category.Length; i++)
                    {
                        Case turn = category[(i + round + warmups) % category.Length];
                        if (round % turn.Every != 0)
                        {
                            continue;
                        }

                        Measured measured = turn.Measure();
                        if (round >= 0)
                        {
                            MeasuredRounds.Add(type, turn.Key, measured);
                        }
                    }
                }
            }
        }
        finally
        {
            Call<BenchmarkDotNet.Attributes.GlobalCleanupAttribute>(suite);
        }
    }

    private static Case[][] Categories(CellSuite suite) =>
        [.. suite.Cells().GroupBy(c => c.What).Select(g => g.Select(c => new Case(c.ToString(), c.Every, c.Measure)).ToArray())];

    /// <summary>Of each round, the cases of the first category run first: what ADD made, DEL removes.</summary>
    private static Case[][] Categories(object suite) =>
    [
        .. suite.GetType().GetMethods()
            .Select(m => (Method: m, Benchmark: m.GetCustomAttribute<BenchmarkDotNet.Attributes.BenchmarkAttribute>()))
            .Where(m => m.Benchmark is not null)
            .OrderBy(m => m.Benchmark!.SourceCodeLineNumber)
            .GroupBy(m => m.Method.GetCustomAttribute<BenchmarkDotNet.Attributes.BenchmarkCategoryAttribute>()?.Categories[0] ?? string.Empty)
            .Select(g => g.Select(m => new Case(m.Method.Name, 1, () => (Measured)Invoke(suite, m.Method)!)).ToArray()),
    ];

    private static void Call<TAttribute>(object suite)
        where TAttribute : Attribute
    {
        foreach (MethodInfo method in suite.GetType().GetMethods().Where(m => m.GetCustomAttribute<TAttribute>() is not null))
        {
            Invoke(suite, method);
        }
    }

    private static object? Invoke(object suite, MethodInfo method)
    {
        try
        {
            return method.Invoke(suite, null);
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(e.InnerException);
            throw;
        }
    }

    private sealed record Case(string Key, int Every, Func<Measured> Measure);
}
