using System.Globalization;
using System.Text.Json.Serialization;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Results;

/// <summary>What was promised of a row: its value, its ratio to the reference, or how many times another figure it is, is within bounds.</summary>
internal sealed record ResultAim
{
    /// <summary><see cref="Of"/>: the median.</summary>
    public const string Value = "value";

    /// <summary><see cref="Of"/>: <see cref="ResultRow.RatioToReference"/>.</summary>
    public const string Ratio = "ratioToReference";

    /// <summary><see cref="Of"/>: the median, in medians of the figure that <see cref="Than"/> names.</summary>
    public const string Times = "timesThan";

    /// <summary>What is bounded.</summary>
    public required string Of { get; init; }

    /// <summary>The lower bound.</summary>
    public double? AtLeast { get; init; }

    /// <summary>The upper bound.</summary>
    public double? AtMost { get; init; }

    /// <summary>The other figure of the same suite and side.</summary>
    public string? Than { get; init; }

    /// <summary>The aims that a row's attribute states.</summary>
    public static IReadOnlyList<ResultAim>? From(RowAttribute row, Unit unit)
    {
        List<ResultAim> aims = [];
        if (row.AimNanoseconds > 0)
        {
            double bound = unit.Value(row.AimNanoseconds);
            aims.Add(unit.IsHigherBetter ? new ResultAim { Of = Value, AtLeast = bound } : new ResultAim { Of = Value, AtMost = bound });
        }

        if (row.AimLeast > 0 || row.AimMost > 0)
        {
            aims.Add(new ResultAim { Of = Value, AtLeast = row.AimLeast > 0 ? row.AimLeast : null, AtMost = row.AimMost > 0 ? row.AimMost : null });
        }

        if (row.AimRatio > 0)
        {
            aims.Add(new ResultAim { Of = Ratio, AtLeast = row.AimRatio });
        }

        if (row.AimTimes > 0)
        {
            aims.Add(new ResultAim { Of = Times, AtMost = row.AimTimes, Than = row.Than });
        }

        return aims.Count > 0 ? aims : null;
    }

    /// <summary>What is bounded, of a row; null where it was not measured.</summary>
    public double? Actual(ResultRow row, ResultsFile file) => Of switch
    {
        Ratio => row.RatioToReference,
        Times => file.Rows.FirstOrDefault(r => r.Suite == row.Suite && r.Figure == Than && r.Side == row.Side && r.Unit == row.Unit) is { Median: > 0 } than ? row.Median / than.Median : null,
        _ => row.Median,
    };

    /// <summary>Whether it holds; null where that was not measured.</summary>
    public bool? IsMet(ResultRow row, ResultsFile file) => Actual(row, file) is { } actual ? !(actual < AtLeast) && !(actual > AtMost) : null;

    /// <summary>"≤ 7.00 ms", "≥ 10 times the reference's".</summary>
    public string Text(Unit unit)
    {
        Func<double, string> format = Of == Value ? unit.Format : static v => v.ToString("0.##", CultureInfo.InvariantCulture);
        string bounds = (AtLeast, AtMost) switch
        {
            ({ } low, { } high) => $"{format(low)} … {format(high)}",
            ({ } low, null) => $"≥ {format(low)}",
            (null, { } high) => $"≤ {format(high)}",
            _ => string.Empty,
        };
        return Of switch
        {
            Ratio => $"{bounds} × reference",
            Times => $"{bounds} × “{Than}”",
            _ => bounds,
        };
    }
}
