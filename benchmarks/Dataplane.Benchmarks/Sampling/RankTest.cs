namespace Dataplane.Benchmarks.Sampling;

/// <summary>
/// The test of Mann and Whitney: how likely two samples are, if one distribution made both. It asks for ranks alone, so neither a long tail nor
/// two modes disturb it, and latencies have both.
/// </summary>
internal static class RankTest
{
    // Up to here all arrangements are counted; beyond, the normal distribution is as good.
    private const int Exact = 20;

    /// <summary>The probability, of both directions together.</summary>
    public static double Probability(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        ArgumentOutOfRangeException.ThrowIfZero(a.Count);
        ArgumentOutOfRangeException.ThrowIfZero(b.Count);
        (double Value, bool OfA)[] all = [.. a.Select(v => (v, true)).Concat(b.Select(v => (v, false))).OrderBy(v => v.Item1)];
        double ranks = 0, ties = 0;
        for (int first = 0, end; first < all.Length; first = end)
        {
            for (end = first + 1; end < all.Length && all[end].Value == all[first].Value; end++)
            {
            }

            int count = end - first;
            ties += ((double)count * count * count) - count;
            // Equal values share the mean of their ranks.
            ranks += all[first..end].Count(v => v.OfA) * ((first + 1 + end) / 2.0);
        }

        double u = ranks - (a.Count * (a.Count + 1) / 2.0);
        return ties == 0 && a.Count <= Exact && b.Count <= Exact ? Counted(u, a.Count, b.Count) : Approximated(u, a.Count, b.Count, ties);
    }

    /// <summary>Counts the arrangements of ranks that are at least as far from the middle.</summary>
    private static double Counted(double u, int n, int m)
    {
        // ways[i, j, s]: arrangements of i and j values whose U is s; the largest value belongs to the one or to the other.
        var ways = new double[n + 1, m + 1, (n * m) + 1];
        for (int i = 0; i <= n; i++)
        {
            for (int j = 0; j <= m; j++)
            {
                for (int s = 0; s <= i * j; s++)
                {
                    ways[i, j, s] = i == 0 || j == 0 ? 1 : (s >= j ? ways[i - 1, j, s - j] : 0) + ways[i, j - 1, s];
                }
            }
        }

        double least = Math.Min(u, (n * m) - u), tail = 0, total = 0;
        for (int s = 0; s <= n * m; s++)
        {
            total += ways[n, m, s];
            tail += s <= least ? ways[n, m, s] : 0;
        }

        return Math.Min(1, 2 * tail / total);
    }

    private static double Approximated(double u, int n, int m, double ties)
    {
        double all = n + m;
        double variance = n * m / 12.0 * (all + 1 - (ties / (all * (all - 1))));
        if (variance <= 0)
        {
            return 1;
        }

        // A half for continuity: U moves in whole steps.
        double distance = Math.Max(0, Math.Abs(u - (n * m / 2.0)) - 0.5) / Math.Sqrt(variance);
        return Math.Min(1, 2 * UpperTail(distance));
    }

    /// <summary>The normal distribution's share above <paramref name="z"/> ≥ 0 (Abramowitz and Stegun 26.2.17: wrong by less than 1e-7).</summary>
    private static double UpperTail(double z)
    {
        double t = 1 / (1 + (0.2316419 * z));
        double series = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * series;
    }
}
