namespace Dataplane.Benchmarks.Report;

/// <summary>Values along a side of a chart: linear, or logarithmic where they differ too much for that.</summary>
internal sealed class Axis
{
    private const double TooMuch = 12;
    private readonly double _low, _high, _from, _to;

    private Axis(double low, double high, bool isLogarithmic, double from, double to) =>
        (_low, _high, IsLogarithmic, _from, _to) = (low, high, isLogarithmic, from, to);

    /// <summary>Whether each step is a factor.</summary>
    public bool IsLogarithmic { get; }

    /// <summary>Where a value is drawn.</summary>
    public double At(double value)
    {
        double share = IsLogarithmic ? Math.Log(Math.Max(value, _low) / _low) / Math.Log(_high / _low) : (value - _low) / (_high - _low);
        return _from + (Math.Clamp(share, 0, 1) * (_to - _from));
    }

    /// <summary>For values between two; one of times and rates, that begins at zero if it is linear.</summary>
    /// <param name="least">The smallest value.</param>
    /// <param name="most">The largest value.</param>
    /// <param name="from">Where the smallest is drawn.</param>
    /// <param name="to">Where the largest is drawn.</param>
    /// <param name="isFromZero">Whether a linear axis begins at zero; else at the smallest value.</param>
    public static Axis For(double least, double most, double from, double to, bool isFromZero)
    {
        if (least > 0 && most / least > TooMuch)
        {
            return new Axis(Math.Pow(10, Math.Floor(Math.Log10(least) * 2) / 2), Math.Pow(10, Math.Ceiling(Math.Log10(most) * 2) / 2), true, from, to);
        }

        double low = isFromZero ? 0 : least;
        double step = Step(low, most > low ? most : low + 1);
        low = Math.Floor(low / step) * step;
        return new Axis(low, Math.Max(Math.Ceiling(most / step), (low / step) + 1) * step, false, from, to);
    }

    /// <summary>Round values along it.</summary>
    public IEnumerable<double> Ticks()
    {
        if (IsLogarithmic)
        {
            double[] steps = _high / _low > 300 ? [1] : _high / _low > 30 ? [1, 3] : [1, 2, 5];
            for (double decade = Math.Pow(10, Math.Floor(Math.Log10(_low))); decade <= _high; decade *= 10)
            {
                foreach (double tick in steps.Select(s => s * decade).Where(t => t >= _low * 0.999 && t <= _high * 1.001))
                {
                    yield return tick;
                }
            }

            yield break;
        }

        double step = Step(_low, _high);
        for (int i = 0; _low + (i * step) <= _high + (step / 2); i++)
        {
            yield return _low + (i * step);
        }
    }

    private static double Step(double low, double high)
    {
        double raw = (high - low) / 4;
        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return power * (raw / power) switch
        {
            <= 1 => 1,
            <= 2 => 2,
            <= 2.5 => 2.5,
            <= 5 => 5,
            _ => 10,
        };
    }
}
