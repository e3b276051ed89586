using System.Text.Json;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;
using FsCheck;
using FsCheck.Fluent;

namespace Dataplane.Benchmarks.Tests;

public sealed class ResultsFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void What_is_written_is_read() => Check.QuickThrowOnFailure(Prop.ForAll<NonEmptyArray<NormalFloat>, NonNull<string>>((values, name) =>
    {
        // A surrogate alone is no text, in JSON neither.
        string figure = new([.. name.Get.Where(c => !char.IsSurrogate(c))]);
        ResultRow row = ResultRow.Create("Suite", figure, Side.ReferenceLegacy, Unit.Time, values.Get.Select(v => v.Get)) with
        {
            Parameters = new Dictionary<string, string> { ["beside"] = "200" },
            Aims = [new ResultAim { Of = ResultAim.Ratio, AtLeast = 1.4 }],
            Tolerance = 0.1,
        };
        Some.File(row).Write(_path);
        ResultRow read = Assert.Single(ResultsFile.Read(_path).Rows);
        Assert.Equal(row.Samples, read.Samples);
        Assert.Equal(row.Parameters, read.Parameters);
        Assert.Equal(row.Aims, read.Aims);
        Assert.Equal(Told(row), Told(read));
    }));

    [Fact]
    public void The_schema_is_what_the_documentation_says()
    {
        Some.File(Some.Row(5e6, side: Side.Reference), Some.Row(4e6)).Write(_path);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(_path));
        Assert.Equal(1, document.RootElement.GetProperty("schema").GetInt32());
        Assert.Equal("quick", document.RootElement.GetProperty("mode").GetString());
        JsonElement row = document.RootElement.GetProperty("rows")[1];
        Assert.Equal(
            ["suite", "figure", "parameters", "side", "unit", "better", "n", "median", "p95", "p99", "mad", "ratioToReference", "machine", "kernel", "version", "date", "commit", "samples"],
            row.EnumerateObject().Select(p => p.Name));
        Assert.Equal("ours", row.GetProperty("side").GetString());
        Assert.Equal(1.25, row.GetProperty("ratioToReference").GetDouble(), 4);
        Assert.Equal(21, row.GetProperty("samples").GetArrayLength());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"schema": 1, "mode": "quick"}""")]
    [InlineData("""{"schema": 2, "mode": "quick", "rows": []}""")]
    [InlineData("""{"schema": 1, "mode": "quick", "rows": [{"suite": "S"}]}""")]
    public void What_is_no_results_file_is_refused_with_its_name(string text)
    {
        File.WriteAllText(_path, text);
        Assert.Contains(_path, Assert.Throws<ResultsException>(() => ResultsFile.Read(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ratios_are_better_above_one_for_times_and_for_rates()
    {
        ResultsFile file = Some.File(
            Some.Row(10e6, side: Side.Reference), Some.Row(5e6), Some.Row(1e6, side: Side.Floor),
            Some.Row(100, figure: "rate", side: Side.Reference, unit: Unit.PerSecond), Some.Row(150, figure: "rate", unit: Unit.PerSecond));
        Assert.Equal(2, file.Rows[1].RatioToReference!.Value, 3);
        Assert.Equal(5, file.Rows[1].RatioToFloor!.Value, 3);
        Assert.Equal(1.5, file.Rows[4].RatioToReference!.Value, 3);
        Assert.Null(file.Rows[0].RatioToReference);
    }

    [Fact]
    public void Aims_are_met_at_their_bounds()
    {
        ResultRow row = Some.Row(7e6, scatter: 0);
        ResultsFile file = Some.File(row);
        Assert.True(new ResultAim { Of = ResultAim.Value, AtMost = 7e6 }.IsMet(row, file));
        Assert.False(new ResultAim { Of = ResultAim.Value, AtMost = 6.9e6 }.IsMet(row, file));
        Assert.False(new ResultAim { Of = ResultAim.Value, AtLeast = 8e6, AtMost = 9e6 }.IsMet(row, file));
        Assert.Null(new ResultAim { Of = ResultAim.Ratio, AtLeast = 2 }.IsMet(row, file));
        Assert.True(new ResultAim { Of = ResultAim.Times, AtMost = 1, Than = "ADD" }.IsMet(row, file));
    }

    public void Dispose() => File.Delete(_path);

    private static object Told(ResultRow r) => (r.Key, (r.Median, r.P95, r.P99, r.Mad, r.N), r.Tolerance, r.Date, (r.Machine, r.Kernel, r.Version, r.Commit));
}
