namespace Dataplane.Benchmarks.Interleaved;

/// <summary>What one call of a benchmark measured itself.</summary>
/// <param name="Operations">How many operations the time is for.</param>
/// <param name="Nanoseconds">All of them together.</param>
public readonly record struct Measured(long Operations, double Nanoseconds);
