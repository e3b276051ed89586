using BenchmarkDotNet.Mathematics;
using BenchmarkDotNet.Running;

namespace Dataplane.Benchmarks.Interleaved;

/// <summary>CPU time beside the time that passed: BenchmarkDotNet's measurements have no place for it.</summary>
internal static class CpuTimes
{
    private static readonly Dictionary<(Type Suite, string Case), List<double>> s_perOperation = [];

    /// <summary>Keeps what a round measured.</summary>
    public static void Add(Type suite, string key, Measured measured)
    {
        if (measured.CpuNanoseconds == 0)
        {
            return;
        }

        if (!s_perOperation.TryGetValue((suite, key), out List<double>? rounds))
        {
            s_perOperation.Add((suite, key), rounds = []);
        }

        rounds.Add(measured.CpuNanoseconds / measured.Operations);
    }

    /// <summary>Median nanoseconds of CPU an operation; null where it was not measured.</summary>
    public static double? Median(BenchmarkCase benchmark) =>
        s_perOperation.TryGetValue((benchmark.Descriptor.Type, InterleavedExecutor.Key(benchmark)), out List<double>? rounds) ? new Statistics(rounds).Median : null;
}
