using Dataplane.Benchmarks.Sampling;
using FsCheck;
using FsCheck.Fluent;

namespace Dataplane.Benchmarks.Tests;

public class RankTestTests
{
    [Theory]
    // Two of the C(n+m, n) arrangements are as far apart as these.
    [InlineData(5, 2.0 / 252)]
    [InlineData(4, 2.0 / 70)]
    [InlineData(3, 2.0 / 20)]
    public void Samples_that_do_not_meet_are_as_improbable_as_counting_says(int count, double probability)
    {
        double[] low = [.. Enumerable.Range(1, count).Select(i => (double)i)], high = [.. low.Select(v => v + 100)];
        Assert.Equal(probability, RankTest.Probability(low, high), 9);
    }

    [Fact]
    public void The_same_sample_is_certain() => Assert.Equal(1, RankTest.Probability([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]), 6);

    [Fact]
    public void Equal_values_alone_say_nothing() => Assert.Equal(1, RankTest.Probability([7, 7, 7, 7, 7, 7], [7, 7, 7, 7, 7, 7]));

    [Fact]
    public void Counting_and_the_normal_distribution_agree()
    {
        // 20 values each are counted; one more each are not.
        double counted = RankTest.Probability([.. Values(20, 0)], [.. Values(20, 4.1)]), approximated = RankTest.Probability([.. Values(21, 0)], [.. Values(21, 4.1)]);
        Assert.InRange(counted / approximated, 0.5, 2);
    }

    [Fact]
    public void Neither_order_nor_side_matters() => Check.QuickThrowOnFailure(Prop.ForAll<NonEmptyArray<int>, NonEmptyArray<int>>((a, b) =>
    {
        double[] left = [.. a.Get.Select(v => (double)v)], right = [.. b.Get.Select(v => (double)v)];
        double probability = RankTest.Probability(left, right);
        return probability is > 0 and <= 1
            && Math.Abs(probability - RankTest.Probability(right, left)) < 1e-9
            && Math.Abs(probability - RankTest.Probability([.. left.Reverse()], [.. right.Order()])) < 1e-9;
    }));

    [Fact]
    public void Only_ranks_matter() => Check.QuickThrowOnFailure(Prop.ForAll<NonEmptyArray<short>, NonEmptyArray<short>>((a, b) =>
    {
        double[] left = [.. a.Get.Select(v => (double)v)], right = [.. b.Get.Select(v => (double)v)];
        return Math.Abs(RankTest.Probability(left, right) - RankTest.Probability([.. left.Select(v => v * v * v)], [.. right.Select(v => v * v * v)])) < 1e-9;
    }));

    // Without ties between the two.
    private static IEnumerable<double> Values(int count, double shift) => Enumerable.Range(0, count).Select(i => i + shift);
}
