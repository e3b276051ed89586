using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Gates;

/// <summary>The figures that do not depend on who else uses the machine: what a change of the code alone can change.</summary>
internal static class GateSuite
{
    /// <summary>Suite of the rows that no other suite has.</summary>
    public const string Name = "Gates";

    /// <summary>All of them; less than a minute.</summary>
    public static IReadOnlyList<ResultRow> Measure() => [.. Allocations.Measure(), .. VerifiedInstructions.Measure(), .. RelativePaths.Measure(), .. SystemCalls.Measure()];
}
