using System.Xml.Linq;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;
using Dataplane.Benchmarks.Sampling;

namespace Dataplane.Benchmarks.Report;

/// <summary>
/// How the values of a figure are distributed: the share of measurements that stayed below a value, or, where they are few, each of them as a dot.
/// </summary>
internal static class DistributionChart
{
    // A curve of fewer is made of corners.
    private const int Few = 20;

    // One value in a hundred may be anywhere, and would press all others together.
    private const double Shown = 0.99;

    /// <summary>The chart of a figure's rows; null when there is nothing to distribute.</summary>
    public static XElement? Of(IReadOnlyList<ResultRow> rows)
    {
        List<(ResultRow Row, Sample Sample)> samples = [.. rows.Where(r => r.N > 2).OrderByDescending(r => SideStyle.Order(r.Side)).Select(r => (r, new Sample(r.Samples)))];
        // A few values of one side alone are told by their median.
        return samples.Count == 0 || (samples.Count == 1 && samples[0].Sample.Count < Few) || rows[0].Unit == Unit.Count.Name || samples.Any(s => s.Sample.Sorted[0] < 0) || samples.All(s => s.Sample.Mad == 0) ? null
            : samples.All(s => s.Sample.Count >= Few) ? Cumulative(samples)
            : Strip(samples);
    }

    private static XElement Cumulative(List<(ResultRow Row, Sample Sample)> samples)
    {
        Unit unit = Unit.Parse(samples[0].Row.Unit);
        Axis x = Axis.For(samples.Min(s => s.Sample.Sorted[0]), samples.Max(s => s.Sample.Quantile(Shown)), Plot.Left, Plot.Right, isFromZero: false);
        Axis y = Axis.For(0, 1, Plot.Bottom, Plot.Top, isFromZero: true);
        return Plot.Figure(samples[0].Row.Figure, Describe(samples, unit), SideStyle.Legend(samples.Select(s => s.Row.Side)),
            Plot.Y(new[] { 0, 0.25, 0.5, 0.75, 1 }.Select(share => (y.At(share), FormattableString.Invariant($"{share * 100:0}%")))),
            Plot.X(x.Ticks().Select(t => (x.At(t), unit.FormatTick(t))), x.IsLogarithmic ? "share of measurements below (logarithmic)" : "share of measurements below"),
            samples.Select(s => Plot.Curve(SideStyle.Class(s.Row.Side), Steps(s.Sample, x, y))));
    }

    /// <summary>A step a value, up to what is shown; long samples are thinned, as nobody sees thousands of steps.</summary>
    private static IEnumerable<(double X, double Y)> Steps(Sample sample, Axis x, Axis y)
    {
        int count = Math.Min(sample.Count, 200);
        double before = 0;
        for (int i = 0; i < count; i++)
        {
            double share = (i + 1.0) / count;
            double value = sample.Quantile((i + 0.5) / count);
            yield return (x.At(value), y.At(before));
            yield return (x.At(value), y.At(share));
            before = share;
        }

        yield return (Plot.Right, y.At(1));
    }

    private static XElement Strip(List<(ResultRow Row, Sample Sample)> samples)
    {
        Unit unit = Unit.Parse(samples[0].Row.Unit);
        Axis x = Axis.For(samples.Min(s => s.Sample.Sorted[0]), samples.Max(s => s.Sample.Sorted[^1]), Plot.Left, Plot.Right, isFromZero: false);
        double row = (Plot.Bottom - Plot.Top) / samples.Count;
        return Plot.Figure(samples[0].Row.Figure, Describe(samples, unit), SideStyle.Legend(samples.Select(s => s.Row.Side)),
            Plot.X(x.Ticks().Select(t => (x.At(t), unit.FormatTick(t))), x.IsLogarithmic ? "each measurement (logarithmic); bar: median" : "each measurement; bar: median"),
            samples.Select((s, i) =>
            {
                double y = Plot.Top + ((samples.Count - i - 0.5) * row);
                return (object)(XElement[])
                [
                    El.Of("path", $"median {SideStyle.Class(s.Row.Side)}", El.At("d", $"M{El.Number(x.At(s.Sample.Median))} {El.Number(y - 14)} v28")),
                    .. s.Row.Samples.Select((v, n) => SideStyle.Mark(s.Row.Side, x.At(v), y + ((n % 3) - 1) * 6)),
                ];
            }));
    }

    private static string Describe(List<(ResultRow Row, Sample Sample)> samples, Unit unit) => string.Join("; ", samples.AsEnumerable().Reverse().Select(s =>
        $"{s.Row.Side.Label()}: median {unit.Format(s.Row.Median)}, 95% below {RowText.P95(s.Row)}, 99% below {RowText.P99(s.Row)}, {s.Row.N} values"));
}
