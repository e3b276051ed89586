using BenchmarkDotNet.Mathematics;
using BenchmarkDotNet.Running;

namespace Dataplane.Benchmarks.Interleaved;

/// <summary>What cases measured, round by round: BenchmarkDotNet's measurements have no place for CPU time and what else came with it.</summary>
internal static class MeasuredRounds
{
    private static readonly Dictionary<(Type Suite, string Case), List<Measured>> s_rounds = [];

    /// <summary>Keeps a round of a case.</summary>
    public static void Add(Type suite, string key, Measured measured)
    {
        if (!s_rounds.TryGetValue((suite, key), out List<Measured>? rounds))
        {
            s_rounds.Add((suite, key), rounds = []);
        }

        rounds.Add(measured);
    }

    /// <summary>The rounds of a case; none when it was not measured in turns.</summary>
    public static IReadOnlyList<Measured> Of(BenchmarkCase benchmark) => Of(benchmark.Descriptor.Type, InterleavedExecutor.Key(benchmark));

    /// <summary>The rounds of a case.</summary>
    public static IReadOnlyList<Measured> Of(Type suite, string key) => s_rounds.TryGetValue((suite, key), out List<Measured>? rounds) ? rounds : [];

    /// <summary>CPU nanoseconds an operation, a value a round.</summary>
    public static IEnumerable<double> Cpu(BenchmarkCase benchmark) =>
        Of(benchmark).Where(m => m.CpuNanoseconds > 0).Select(m => m.CpuNanoseconds / m.Operations);

    /// <summary>Median nanoseconds of CPU an operation; null where it was not measured.</summary>
    public static double? MedianCpu(BenchmarkCase benchmark) => Cpu(benchmark).ToList() is { Count: > 0 } rounds ? new Statistics(rounds).Median : null;
}
