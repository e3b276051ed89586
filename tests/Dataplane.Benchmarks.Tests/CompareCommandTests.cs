using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Tests;

public sealed class CompareCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("bench").FullName;

    [Fact]
    public void Wall_times_that_got_worse_do_not_fail() => Assert.Equal(ExitStatus.Ok, Compare(Some.File(Some.Row(5e6)), Some.File(Some.Row(50e6))));

    [Fact]
    public void A_deterministic_figure_that_got_worse_fails() => Assert.Equal(ExitStatus.Failed, Compare(Some.File(Some.Exact(300, 0)), Some.File(Some.Exact(301, 0))));

    [Fact]
    public void One_that_got_better_does_not() => Assert.Equal(ExitStatus.Ok, Compare(Some.File(Some.Exact(300, 0)), Some.File(Some.Exact(299, 0))));

    [Fact]
    public void A_file_that_is_not_there_is_a_wrong_command_line() => Assert.Equal(ExitStatus.Usage, BenchCommandLine.Run(["--compare", Path.Combine(_directory, "none.json")]));

    [Fact]
    public void A_suite_that_is_not_there_is_a_wrong_command_line() => Assert.Equal(ExitStatus.Usage, BenchCommandLine.Run(["NoSuchSuite"]));

    [Fact]
    public void An_option_that_is_not_there_is_a_wrong_command_line() => Assert.Equal(ExitStatus.Usage, BenchCommandLine.Run(["--no-such-option"]));

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private int Compare(ResultsFile old, ResultsFile @new)
    {
        (string before, string after) = (Path.Combine(_directory, "old.json"), Path.Combine(_directory, "new.json"));
        old.Write(before);
        @new.Write(after);
        return BenchCommandLine.Run(["--compare", before, after]);
    }
}
