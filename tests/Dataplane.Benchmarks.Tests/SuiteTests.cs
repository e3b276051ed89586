using System.Reflection;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;
using Dataplane.Benchmarks.Suites;

namespace Dataplane.Benchmarks.Tests;

public class SuiteTests
{
    public static TheoryData<string> Names => [.. SuiteTable.All.Select(s => s.Name)];

    [Theory, MemberData(nameof(Names))]
    public void What_a_suite_promises_is_among_the_aims_of_its_results(string name)
    {
        Suite suite = SuiteTable.All.Single(s => s.Name == name);
        foreach ((RowAttribute row, Unit unit) in Rows(suite))
        {
            // Whatever an attribute calls it: each bound that is stated is a bound in results.json.
            double[] stated = [.. typeof(RowAttribute).GetProperties().Where(p => p.Name.StartsWith("Aim", StringComparison.Ordinal)).Select(p => (double)p.GetValue(row)!).Where(v => v != 0).Order()];
            double[] written = [.. (ResultAim.From(row, unit) ?? []).SelectMany(a => (double?[])[a.AtLeast, a.AtMost]).OfType<double>().Order()];
            Assert.Equal(stated, written);
        }
    }

    [Fact]
    public void Every_kind_of_aim_is_written()
    {
        var row = new RowAttribute(Side.Ours) { AimNanoseconds = 1, AimLeast = 2, AimMost = 3, AimRatio = 4, AimTimes = 5, Than = "ADD" };
        Assert.All(typeof(RowAttribute).GetProperties().Where(p => p.Name.StartsWith("Aim", StringComparison.Ordinal)), p => Assert.NotEqual(0.0, p.GetValue(row)));
        Assert.Equal([1, 2, 3, 4, 5], ResultAim.From(row, Unit.Time)!.SelectMany(a => (double?[])[a.AtLeast, a.AtMost]).OfType<double>().Order());
    }

    [Fact]
    public void A_limit_s_range_is_promised() => Assert.Contains(Rows(SuiteTable.All.Single(s => s.Name == nameof(LimitGoodput))), r => r.Row is { AimLeast: 0.92, AimMost: 1.03 });

    [Fact]
    public void Each_floor_is_compared_with_ours()
    {
        Cell[] cells = [.. new AddLatency().Cells()];
        Cell[] floors = [.. cells.Where(c => c.Row.Side == Side.Floor)];
        Assert.NotEmpty(floors);
        Assert.All(floors, f => Assert.Contains(cells, c => c.Row.Side == Side.Ours && (c.What, c.Curve, c.Beside) == (f.What, f.Curve, f.Beside)));
    }

    [Theory]
    [InlineData("AddLatency")]
    [InlineData("DelLatency")]
    [InlineData("dellatency")]
    public void ADD_and_DEL_are_chosen_by_either_name(string word) => Assert.Equal(nameof(AddLatency), Assert.Single(SuiteTable.Choose([word])).Name);

    private static IEnumerable<(RowAttribute Row, Unit Unit)> Rows(Suite suite) => suite.Type.IsSubclassOf(typeof(CellSuite))
        ? ((CellSuite)Activator.CreateInstance(suite.Type)!).Cells().Select(c => (c.Row, c.Unit is { } name ? Unit.Parse(name) : suite.Unit))
        : suite.Type.GetMethods().Select(m => m.GetCustomAttribute<RowAttribute>()).OfType<RowAttribute>().Select(r => (r, suite.Unit));
}
