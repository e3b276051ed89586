using System.Text.Json.Serialization;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Sampling;

namespace Dataplane.Benchmarks.Results;

/// <summary>A figure of one side. It says where it comes from itself, so that it can be quoted alone.</summary>
internal sealed record ResultRow
{
    /// <summary>The class that measured it.</summary>
    public required string Suite { get; init; }

    /// <summary>What was measured: rows of one figure and the same parameters are compared.</summary>
    public required string Figure { get; init; }

    /// <summary>With what: "beside" (containers present), "curve" (what grows with them).</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The figure in whose measurement this one was taken besides, such as CPU time; null: it is measured for itself.</summary>
    public string? BesidesOf { get; init; }

    /// <summary>Whose work it is.</summary>
    public required Side Side { get; init; }

    /// <summary>What the values count.</summary>
    public required string Unit { get; init; }

    /// <summary>"lower" or "higher".</summary>
    public required string Better { get; init; }

    /// <summary>How many values there are.</summary>
    public required int N { get; init; }

    /// <summary>The median (p50).</summary>
    public required double Median { get; init; }

    /// <summary>The value that 95 of 100 are below.</summary>
    public required double P95 { get; init; }

    /// <summary>The value that 99 of 100 are below.</summary>
    public required double P99 { get; init; }

    /// <summary>The median distance from the median.</summary>
    public required double Mad { get; init; }

    /// <summary>How many times better than the reference's median; null without one.</summary>
    public double? RatioToReference { get; init; }

    /// <summary>How many times the floor's median; null without one.</summary>
    public double? RatioToFloor { get; init; }

    /// <summary>What was promised; null: nothing.</summary>
    public IReadOnlyList<ResultAim>? Aims { get; init; }

    /// <summary>By which share a comparison lets it get worse before it fails; null: it only warns, the figure is a wall time.</summary>
    public double? Tolerance { get; init; }

    /// <summary>Whether the figure depends on the kernel, such as what its verifier counts: one of another kernel is no measure for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsOfThisKernel { get; init; }

    /// <summary>CPU and memory.</summary>
    public required string Machine { get; init; }

    /// <summary>uname -r.</summary>
    public required string Kernel { get; init; }

    /// <summary>Of what was measured.</summary>
    public required string Version { get; init; }

    /// <summary>When, in UTC.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>The commit of the tree that measured.</summary>
    public required string Commit { get; init; }

    /// <summary>The values, in the order in which they were measured.</summary>
    public required IReadOnlyList<double> Samples { get; init; }

    /// <summary>Whether more is better.</summary>
    [JsonIgnore]
    public bool IsHigherBetter => Better == "higher";

    /// <summary>What tells it from other rows.</summary>
    [JsonIgnore]
    public string Key => $"{FigureKey} | {Side}";

    /// <summary>What it has in common with the other sides' rows.</summary>
    [JsonIgnore]
    public string FigureKey => $"{Suite} | {Figure} | {string.Join(", ", Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}"))} | {Unit}";

    /// <summary>A row of values of this machine and run.</summary>
    public static ResultRow Create(string suite, string figure, Side side, Unit unit, IEnumerable<double> samples)
    {
        double[] values = [.. samples.Select(Rounded)];
        var sample = new Sample(values);
        return new ResultRow
        {
            Suite = suite,
            Figure = figure,
            Side = side,
            Unit = unit.Name,
            Better = unit.IsHigherBetter ? "higher" : "lower",
            N = sample.Count,
            Median = Rounded(sample.Median),
            P95 = Rounded(sample.Quantile(0.95)),
            P99 = Rounded(sample.Quantile(0.99)),
            Mad = Rounded(sample.Mad),
            Machine = Reporting.Machine.Description,
            Kernel = Reporting.Machine.Kernel,
            Version = Reporting.Machine.Version(side),
            Date = Reporting.Machine.Started,
            Commit = Reporting.Machine.Commit,
            Samples = values,
        };
    }

    // Six digits are more than any clock here tells, and keep the file small.
    private static double Rounded(double value) => value == 0 || !double.IsFinite(value)
        ? value
        : double.Parse(value.ToString("G6", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
}
