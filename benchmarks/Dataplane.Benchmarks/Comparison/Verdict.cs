namespace Dataplane.Benchmarks.Comparison;

/// <summary>What a comparison says of a row.</summary>
public enum Verdict
{
    /// <summary>No difference that noise does not explain.</summary>
    Same,

    /// <summary>Better, beyond the noise.</summary>
    Better,

    /// <summary>Worse, beyond the noise: a wall time, so it is said and nothing fails.</summary>
    Worse,

    /// <summary>A deterministic figure got worse than its tolerance: the build fails.</summary>
    Failed,

    /// <summary>Too few samples to tell.</summary>
    Unclear,

    /// <summary>Not in the old results.</summary>
    New,

    /// <summary>Not in the new results.</summary>
    Gone,
}
