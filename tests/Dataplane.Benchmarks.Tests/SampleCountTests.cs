using Dataplane.Benchmarks.Report;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Tests;

public class SampleCountTests
{
    [Theory]
    [InlineData(19, false, false)]
    [InlineData(20, true, false)]
    [InlineData(99, true, false)]
    [InlineData(100, true, true)]
    public void No_percentile_is_told_of_too_few(int count, bool p95, bool p99)
    {
        ResultRow row = Some.Row(5e6, count);
        Assert.Equal(p95, RowText.P95(row) != RowText.None);
        Assert.Equal(p99, RowText.P99(row) != RowText.None);
        string[] cells = SummaryMarkdown.Figures(Some.File(row)).Split('\n')[2].Split('|', StringSplitOptions.TrimEntries);
        Assert.Equal((p95, p99), (cells[5] != RowText.None, cells[6] != RowText.None));
    }

    [Fact]
    public void How_few_there_are_is_told_beside_the_median()
    {
        Assert.Equal("5.00 ms (n 1)", RowText.Median(Some.Row(5e6, 1)));
        Assert.Equal("5.00 ms", RowText.Median(Some.Row(5e6, 5)));
        // What is counted is the same each time.
        Assert.Equal("300", RowText.Median(Some.Exact(300, 0)));
    }

    [Fact]
    public void An_aim_says_how_often_both_sides_were_measured()
    {
        ResultRow ours = Some.Row(5e6, 3) with { Aims = [new ResultAim { Of = ResultAim.Ratio, AtLeast = 10 }] };
        ResultsFile file = Some.File(Some.Row(70e6, 1, side: Side.Reference), ours);
        Assert.Contains("| 14.00 | 1 / 3 | ≥ 10 × reference | met |", SummaryMarkdown.Aims(file), StringComparison.Ordinal);
        Assert.Contains(">1 / 3<", HtmlReport.Write(file), StringComparison.Ordinal);
    }
}
