using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Tests;

public class UnitTests
{
    [Theory]
    [InlineData("ns", 50, 100, 2)]
    [InlineData("1/s", 50, 100, 2)]
    [InlineData("bit/s", 50, 100, 2)]
    [InlineData("count", 50, 100, 2)]
    [InlineData("ratio", 0.95, 0.475, 2)]
    [InlineData("ratio", 0.475, 0.95, 0.5)]
    public void Better_is_less_of_a_time_and_more_of_a_share(string unit, double sample, double than, double times) =>
        Assert.Equal(times, Unit.Parse(unit).TimesBetter(sample, than), 9);
}
