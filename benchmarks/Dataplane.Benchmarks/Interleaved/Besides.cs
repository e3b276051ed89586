namespace Dataplane.Benchmarks.Interleaved;

/// <summary>A figure that is measured in the same call as another one.</summary>
/// <param name="Figure">What it is; it follows the benchmark's own figure after a comma.</param>
/// <param name="Unit">The name of its unit (see Unit.All).</param>
/// <param name="Values">The samples, in that unit.</param>
public sealed record Besides(string Figure, string Unit, params double[] Values);
