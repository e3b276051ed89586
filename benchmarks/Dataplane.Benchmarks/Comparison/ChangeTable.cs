using System.Globalization;
using System.Text;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Comparison;

/// <summary>Changes as a Markdown table, which a terminal shows as well.</summary>
internal static class ChangeTable
{
    /// <summary>The table: failures first, then what got worse and better; what stayed the same is counted.</summary>
    public static string Write(IReadOnlyList<Change> changes)
    {
        var text = new StringBuilder();
        List<Change> told = [.. changes.Where(c => c.Verdict is not (Verdict.Same or Verdict.Unclear or Verdict.Gone or Verdict.New) || c.Note is "not in the baseline").OrderBy(c => Rank(c.Verdict))];
        if (told.Count > 0)
        {
            text.Append("| | figure | side | old | new | change | |\n|---|---|---|---:|---:|---:|---|\n");
            foreach (Change change in told)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {Label(change.Verdict)} | {Escape(Name(change.Row))} | {change.Row.Side.Label()} | {Figure(change.Old)} | {Figure(change.New)} | {Shift(change.Shift)} | {Escape(change.Note)} |\n");
            }

            text.Append('\n');
        }

        string counts = string.Join(", ", changes.GroupBy(c => c.Verdict).OrderBy(g => Rank(g.Key)).Select(g => $"{g.Count()} {Label(g.Key).ToLowerInvariant()}"));
        return text.Append(changes.Count == 0 ? "No rows." : counts).Append('\n').ToString();
    }

    /// <summary>Whether the build fails.</summary>
    public static bool Fails(IEnumerable<Change> changes) => changes.Any(c => c.Verdict == Verdict.Failed);

    /// <summary>A change in one line.</summary>
    public static string Sentence(Change change) =>
        $"{Name(change.Row)}, {change.Row.Side.Label()}: {Figure(change.Old)} -> {Figure(change.New)} ({Shift(change.Shift)}){(change.Note.Length > 0 ? $"; {change.Note}" : string.Empty)}";

    /// <summary>"AddLatency: ADD bridge+host-local, beside 200".</summary>
    public static string Name(ResultRow row)
    {
        // A figure that is on a curve says already how many are beside it.
        string parameters = string.Join(", ", row.Parameters.Where(p => p.Key is not ("curve" or "beside")).Select(p => $"{p.Key} {p.Value}"));
        return parameters.Length == 0 ? $"{row.Suite}: {row.Figure}" : $"{row.Suite}: {row.Figure} ({parameters})";
    }

    private static int Rank(Verdict verdict) => verdict switch
    {
        Verdict.Failed => 0,
        Verdict.Worse => 1,
        Verdict.Better => 2,
        Verdict.Same => 3,
        Verdict.Unclear => 4,
        _ => 5,
    };

    private static string Label(Verdict verdict) => verdict switch
    {
        Verdict.Failed => "FAILED",
        Verdict.Worse => "worse",
        Verdict.Better => "better",
        Verdict.Unclear => "unclear",
        Verdict.New => "new",
        Verdict.Gone => "gone",
        _ => "same",
    };

    private static string Figure(ResultRow? row) => row is null ? "–" : Unit.Parse(row.Unit).Format(row.Median);

    private static string Shift(double shift) =>
        double.IsFinite(shift) ? string.Create(CultureInfo.InvariantCulture, $"{shift * 100:+0.0;-0.0;0.0}%") : "–";

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
