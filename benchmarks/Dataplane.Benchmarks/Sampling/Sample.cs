namespace Dataplane.Benchmarks.Sampling;

/// <summary>What is told of a list of values. Medians and quantiles, never means: a machine that others use too has outliers on one side only.</summary>
internal sealed class Sample
{
    private readonly double[] _sorted;

    /// <param name="values">At least one.</param>
    public Sample(IEnumerable<double> values)
    {
        _sorted = [.. values.Order()];
        if (_sorted.Length == 0 || !_sorted.All(double.IsFinite))
        {
            throw new ArgumentException("a sample has values, and all of them are numbers", nameof(values));
        }

        Median = Quantile(0.5);
        Mad = QuantileOf([.. _sorted.Select(v => Math.Abs(v - Median)).Order()], 0.5);
    }

    /// <summary>How many.</summary>
    public int Count => _sorted.Length;

    /// <summary>From the smallest to the largest.</summary>
    public IReadOnlyList<double> Sorted => _sorted;

    /// <summary>The value that half of them are below.</summary>
    public double Median { get; }

    /// <summary>The median distance from the median, not scaled: how far a value usually is from where it should be.</summary>
    public double Mad { get; }

    /// <summary>The value that a share of them is below; between two values it is interpolated.</summary>
    public double Quantile(double share) => QuantileOf(_sorted, share);

    private static double QuantileOf(double[] sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        return below + 1 < sorted.Length ? sorted[below] + ((position - below) * (sorted[below + 1] - sorted[below])) : sorted[^1];
    }
}
