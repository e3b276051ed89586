using System.Reflection;
using System.Runtime.ExceptionServices;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains;
using BenchmarkDotNet.Toolchains.Parameters;
using BenchmarkDotNet.Toolchains.Results;

namespace Dataplane.Benchmarks.Interleaved;

/// <summary>Measures all cases of a class when the first one is asked for, and answers the others from that.</summary>
internal sealed class InterleavedExecutor(int rounds, int warmups) : IExecutor
{
    private readonly Dictionary<Type, Dictionary<string, List<Measured>>> _measured = [];

    public ExecuteResult Execute(ExecuteParameters executeParameters)
    {
        Descriptor descriptor = executeParameters.BenchmarkCase.Descriptor;
        if (!_measured.TryGetValue(descriptor.Type, out Dictionary<string, List<Measured>>? results))
        {
            results = MeasureAll(descriptor.Type);
            _measured.Add(descriptor.Type, results);
        }

        string[] lines =
        [
            .. results[descriptor.WorkloadMethod.Name].Select((m, i) =>
                new Measurement(executeParameters.LaunchIndex, IterationMode.Workload, IterationStage.Result, i + 1, m.Operations, m.Nanoseconds).ToString()),
        ];
        return new ExecuteResult(true, 0, Environment.ProcessId, lines, [], lines, executeParameters.LaunchIndex);
    }

    private Dictionary<string, List<Measured>> MeasureAll(Type type)
    {
        MethodInfo[][] categories = Categories(type);
        Dictionary<string, List<Measured>> results = categories.SelectMany(c => c).ToDictionary(m => m.Name, _ => new List<Measured>(rounds));
        object suite = Activator.CreateInstance(type)!;
        try
        {
            Call<BenchmarkDotNet.Attributes.GlobalSetupAttribute>(suite);
            for (int round = -warmups; round < rounds; round++)
            {
                foreach (MethodInfo[] category in categories)
                {
                    // Every case is first, second, … equally often.
                    for (int i = 0; i < category.Length; i++)
                    {
                        MethodInfo method = category[(i + round + warmups) % category.Length];
                        var measured = (Measured)Invoke(suite, method)!;
                        if (round >= 0)
                        {
                            results[method.Name].Add(measured);
                        }
                    }
                }
            }
        }
        finally
        {
            Call<BenchmarkDotNet.Attributes.GlobalCleanupAttribute>(suite);
        }

        return results;
    }

    /// <summary>Of each round, the cases of the first category run first: what ADD made, DEL removes.</summary>
    private static MethodInfo[][] Categories(Type type) =>
    [
        .. type.GetMethods()
            .Select(m => (Method: m, Benchmark: m.GetCustomAttribute<BenchmarkDotNet.Attributes.BenchmarkAttribute>()))
            .Where(m => m.Benchmark is not null)
            .OrderBy(m => m.Benchmark!.SourceCodeLineNumber)
            .GroupBy(m => m.Method.GetCustomAttribute<BenchmarkDotNet.Attributes.BenchmarkCategoryAttribute>()?.Categories[0] ?? string.Empty)
            .Select(g => g.Select(m => m.Method).ToArray()),
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
}
