namespace Dataplane.Benchmarks.Interleaved;

/// <summary>What one call of a benchmark measured itself.</summary>
/// <param name="Operations">How many operations the time is for.</param>
/// <param name="Nanoseconds">All of them together.</param>
/// <param name="CpuNanoseconds">What the machine's CPUs worked for them, all together; 0 where it was not asked.</param>
public readonly record struct Measured(long Operations, double Nanoseconds, double CpuNanoseconds = 0)
{
    /// <summary>What the same call measured besides: failures, the latencies one by one. Each becomes a row of its own in results.json.</summary>
    public IReadOnlyList<Besides>? Besides { get; init; }
}
