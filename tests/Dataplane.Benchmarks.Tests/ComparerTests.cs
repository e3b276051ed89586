using Dataplane.Benchmarks.Comparison;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Tests;

public class ComparerTests
{
    [Fact]
    public void A_run_compared_with_itself_has_not_changed()
    {
        ResultsFile file = Some.File(Some.Row(5e6), Some.Row(9e6, side: Side.Reference), Some.Exact(300, 0));
        Assert.All(Comparer.Compare(file, file, isGate: true), c => Assert.Equal(Verdict.Same, c.Verdict));
    }

    [Fact]
    public void A_shift_beyond_the_noise_is_seen_in_both_directions()
    {
        Assert.Equal(Verdict.Worse, Comparer.Compare(Some.Row(5e6), Some.Row(6e6)).Verdict);
        Assert.Equal(Verdict.Better, Comparer.Compare(Some.Row(6e6), Some.Row(5e6)).Verdict);
    }

    [Fact]
    public void Of_a_rate_more_is_better()
    {
        Assert.Equal(Verdict.Better, Comparer.Compare(Some.Row(5e6, unit: Unit.PerSecond), Some.Row(6e6, unit: Unit.PerSecond)).Verdict);
        Assert.Equal(Verdict.Worse, Comparer.Compare(Some.Row(6e6, unit: Unit.PerSecond), Some.Row(5e6, unit: Unit.PerSecond)).Verdict);
    }

    [Fact]
    public void A_shift_within_the_scatter_is_noise() => Assert.Equal(Verdict.Same, Comparer.Compare(Some.Row(5e6, scatter: 0.6), Some.Row(5.8e6, scatter: 0.6)).Verdict);

    [Fact]
    public void A_small_shift_is_what_two_runs_differ_by_anyway() => Assert.Equal(Verdict.Same, Comparer.Compare(Some.Row(5e6, scatter: 0.001), Some.Row(5.3e6, scatter: 0.001)).Verdict);

    [Fact]
    public void Few_samples_say_nothing() => Assert.Equal(Verdict.Unclear, Comparer.Compare(Some.Row(5e6, count: 3), Some.Row(50e6, count: 3)).Verdict);

    [Fact]
    public void A_slower_machine_is_no_change_where_the_reference_got_slower_too()
    {
        ResultsFile old = Some.File(Some.Row(5e6), Some.Row(10e6, side: Side.Reference)), slower = Some.File(Some.Row(10e6), Some.Row(20e6, side: Side.Reference));
        Change ours = Comparer.Compare(old, slower, isGate: false).Single(c => c.Row.Side == Side.Ours);
        Assert.Equal(Verdict.Same, ours.Verdict);
        Assert.Equal("relative to the reference", ours.Note);
    }

    [Theory]
    [InlineData(300, 300, 0, Verdict.Same)]
    [InlineData(300, 301, 0, Verdict.Failed)]
    [InlineData(300, 299, 0, Verdict.Better)]
    [InlineData(300, 315, 0.05, Verdict.Same)]
    [InlineData(300, 316, 0.05, Verdict.Failed)]
    [InlineData(0, 1, 0.05, Verdict.Failed)]
    [InlineData(300, 100, 0.05, Verdict.Better)]
    public void A_deterministic_figure_fails_beyond_its_tolerance(double old, double @new, double tolerance, Verdict verdict) =>
        Assert.Equal(verdict, Comparer.Compare(Some.Exact(old, tolerance), Some.Exact(@new, tolerance)).Verdict);

    [Fact]
    public void What_another_kernel_counted_only_warns()
    {
        ResultRow row = Some.Exact(1000, 0.1) with { IsOfThisKernel = true };
        Assert.Equal(Verdict.Failed, Comparer.Compare(row, row with { Median = 2000 }).Verdict);
        Assert.Equal(Verdict.Worse, Comparer.Compare(row with { Kernel = "6.1.0" }, row with { Median = 2000 }).Verdict);
    }

    [Fact]
    public void Of_two_modes_only_what_depends_on_the_code_alone_is_compared()
    {
        ResultsFile quick = Some.File(Some.Row(5e6), Some.Exact(300, 0)), full = ResultsFile.Of("full", [Some.Row(50e6), Some.Exact(301, 0)]);
        Assert.Equal([Verdict.Unclear, Verdict.Failed], Comparer.Compare(quick, full, isGate: false).Select(c => c.Verdict));
        Assert.Equal([Verdict.Worse, Verdict.Failed], Comparer.Compare(quick, full with { Mode = "quick" }, isGate: false).Select(c => c.Verdict));
    }

    [Fact]
    public void A_gate_that_nobody_measures_fails_and_a_figure_that_nobody_measures_does_not()
    {
        ResultsFile old = Some.File(Some.Exact(300, 0), Some.Row(5e6));
        Assert.Equal([Verdict.Failed, Verdict.Gone], Comparer.Compare(old, Some.File(), isGate: true).Select(c => c.Verdict));
        Assert.Equal([Verdict.Gone, Verdict.Gone], Comparer.Compare(old, Some.File(), isGate: false).Select(c => c.Verdict));
    }

    [Fact]
    public void What_is_new_is_no_failure() => Assert.Equal(Verdict.New, Assert.Single(Comparer.Compare(Some.File(), Some.File(Some.Exact(300, 0)), isGate: true)).Verdict);
}
