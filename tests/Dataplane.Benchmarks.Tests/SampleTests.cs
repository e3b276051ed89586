using Dataplane.Benchmarks.Sampling;
using FsCheck;
using FsCheck.Fluent;

namespace Dataplane.Benchmarks.Tests;

public class SampleTests
{
    [Fact]
    public void The_median_of_an_even_count_lies_between_its_middle_two() => Assert.Equal(2.5, new Sample([4, 1, 3, 2]).Median);

    [Fact]
    public void One_outlier_moves_neither_median_nor_MAD()
    {
        var sample = new Sample([10, 11, 9, 10, 12, 8, 1e9]);
        Assert.Equal(10, sample.Median);
        Assert.Equal(1, sample.Mad);
    }

    [Fact]
    public void A_quantile_is_interpolated()
    {
        var sample = new Sample(Enumerable.Range(0, 101).Select(i => (double)i));
        Assert.Equal(95, sample.Quantile(0.95), 9);
        Assert.Equal(99.5, sample.Quantile(0.995), 9);
    }

    [Fact]
    public void Quantiles_grow_and_stay_within_the_values() => Check.QuickThrowOnFailure(Prop.ForAll<NonEmptyArray<NormalFloat>, byte, byte>((values, a, b) =>
    {
        var sample = new Sample(values.Get.Select(v => v.Get));
        (double low, double high) = (Math.Min(a, b) / 255.0, Math.Max(a, b) / 255.0);
        double slack = 1e-9 * (1 + Math.Max(Math.Abs(sample.Sorted[0]), Math.Abs(sample.Sorted[^1])));
        return sample.Quantile(low) <= sample.Quantile(high) + slack && sample.Quantile(0) == sample.Sorted[0] && sample.Quantile(1) == sample.Sorted[^1] && sample.Mad >= 0;
    }));

    [Fact]
    public void What_is_no_number_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new Sample([]));
        Assert.Throws<ArgumentException>(() => new Sample([1, double.NaN]));
    }
}
