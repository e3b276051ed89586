using System.Text;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Conformance.Tests;

/// <summary>Runs a case on both implementations and reports every undeclared difference and every unmet expectation at once.</summary>
public static class CaseComparison
{
    public static void Assert(Case given)
    {
        IReadOnlyList<StepOutcome> ours = CaseRun.Of(given, OurPlugins.Directory);
        var report = new StringBuilder();
        foreach (StepOutcome outcome in ours)
        {
            Expectations(report, "ours", outcome);
        }
        if (given.OnlyOurs is null)
        {
            IReadOnlyList<StepOutcome> reference = CaseRun.Of(given, ReferencePlugins.Directory);
            Compare(report, given, reference, ours);
        }
        Xunit.Assert.True(report.Length == 0, $"{given.Name}\n{report}");
    }

    private static void Compare(StringBuilder report, Case given, IReadOnlyList<StepOutcome> reference, IReadOnlyList<StepOutcome> ours)
    {
        var observed = new HashSet<Difference>();
        for (int i = 0; i < ours.Count; i++)
        {
            bool stateIsCompared = !ours.Take(i + 1).Any(static outcome => outcome.Step.LeavesNothing);
            var undeclared = new List<FactDifference>();
            foreach (FactDifference difference in Facts.Compare(reference[i].Facts, ours[i].Facts))
            {
                Difference? declared = given.Differences.Concat(DeliberateDifferences.All).FirstOrDefault(d => d.Matches(difference.Path));
                if (declared is not null)
                {
                    observed.Add(declared);
                }
                else if (stateIsCompared || difference.Path is "exit" or "error/code" or "stdout" or "stdout/text")
                {
                    undeclared.Add(difference);
                }
            }
            if (ours[i].Step.ErrorText is { } text && reference[i].Result is { } said && !said.StdoutText.Contains(JsonText(text), StringComparison.Ordinal)
                && !given.Differences.Any(static d => d.Matches("error/msg")))
            {
                undeclared.Add(new FactDifference("error/msg", said.StdoutText, text));
            }
            if (undeclared.Count > 0)
            {
                report.AppendLine($"step {i + 1}, {ours[i].Step}: differs from the reference (-)");
                undeclared.ForEach(difference => report.Append(difference));
                Quote(report, "reference", reference[i]);
                Quote(report, "ours", ours[i]);
            }
        }
        foreach (Difference unused in given.Differences.Where(d => d.Pattern != "error/msg" && !observed.Contains(d)))
        {
            report.AppendLine($"declared difference was not seen: {unused.Pattern} ({unused.Reason})");
        }
    }

    private static void Expectations(StringBuilder report, string who, StepOutcome outcome)
    {
        Step step = outcome.Step;
        if (outcome.Result is { } result)
        {
            if (step.ErrorCode is { } code)
            {
                if (result.Succeeded || result.ErrorCode != code)
                {
                    Unmet($"fails with code {code}");
                }
                if (step.ErrorText is { } text && !result.ErrorMessage.Contains(text, StringComparison.Ordinal)
                    && !result.ErrorDetails.Contains(text, StringComparison.Ordinal))
                {
                    Unmet($"says \"{text}\"");
                }
                if (step.LeavesNothing)
                {
                    string left = string.Concat(Left(outcome));
                    if (left.Length > 0)
                    {
                        Unmet($"leaves nothing, but:\n{left}");
                    }
                }
            }
            else if (!result.Succeeded)
            {
                Unmet("succeeds");
            }
        }
        foreach ((string path, string? value) in step.Expected)
        {
            if (outcome.Facts[path] != value)
            {
                Unmet($"{path} = {value ?? "(absent)"}, but it is {outcome.Facts[path] ?? "(absent)"}");
            }
        }

        void Unmet(string what)
        {
            report.AppendLine($"{step}: {who}: expected: {what}");
            Quote(report, who, outcome);
        }
    }

    // The bridge and forwarding are the node's, not the attachment's: they may stay, as after DEL.
    private static IEnumerable<FactDifference> Left(StepOutcome outcome)
    {
        var now = new Facts();
        foreach ((string path, string value) in outcome.Facts.Values.Where(static fact => IsOfAttachment(fact.Key)))
        {
            now.Add(path, value);
        }
        var before = new Facts();
        foreach ((string path, string value) in outcome.Before.Values.Where(static fact => IsOfAttachment(fact.Key)))
        {
            before.Add(path, value);
        }
        return Facts.Compare(before, now);
    }

    private static bool IsOfAttachment(string path) =>
        (path.StartsWith("lease/", StringComparison.Ordinal) && !path.EndsWith("/mode", StringComparison.Ordinal) && path.AsSpan(6).IndexOfAny('.', ':') >= 0 && !path.Contains("last_reserved", StringComparison.Ordinal)
            && !Path.GetFileName(path).StartsWith('.'))
        || (path.StartsWith("host/link/veth", StringComparison.Ordinal) && path.EndsWith("/kind", StringComparison.Ordinal))
        || (path.StartsWith("pod", StringComparison.Ordinal) && path.Contains("/link/", StringComparison.Ordinal));

    private static string JsonText(string text) => text.Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string OneLine(string text) => string.Join(' ', text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static void Quote(StringBuilder report, string who, StepOutcome outcome)
    {
        if (outcome.Result is { } result)
        {
            report.AppendLine($"    {who} printed: {OneLine(result.StdoutText)} {OneLine(result.StderrText)}".TrimEnd());
        }
    }
}
