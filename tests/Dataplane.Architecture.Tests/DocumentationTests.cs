using System.Text.RegularExpressions;

namespace Dataplane.Architecture.Tests;

/// <summary>What documents claim to list, they list in full; what they link to exists.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void Every_counter_has_its_row()
    {
        string header = Repository.Read("bpf/include/dataplane/abi_counters.h");
        string body = CounterEnum().Match(header).Groups[1].Value;
        string[] counters = [.. EnumValue().Matches(body).Select(m => m.Groups[1].Value.ToLowerInvariant()).Where(n => n != "counters")];
        string[] rows = [.. CounterRow().Matches(Repository.Read("docs/counters.md")).Select(m => m.Groups[1].Value)];

        Assert.NotEmpty(counters);
        Assert.Equal(counters, rows);
    }

    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        var broken = new List<string>();
        foreach (string file in Repository.Under("", ".md"))
        {
            string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, file))!;
            foreach (Match link in Link().Matches(Repository.Read(file)))
            {
                string target = link.Groups[1].Value.Split('#')[0];
                if (target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
                    && !Path.Exists(Path.Combine(folder, target)))
                {
                    broken.Add($"{file}: {target}");
                }
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void A_new_plugin_takes_ten_steps_and_debug_does_each()
    {
        string[] steps = Step().Split(Repository.Read("docs/adding-a-plugin.md"))[1..];

        Assert.Equal(10, steps.Length);
        Assert.DoesNotContain(steps, step => !Link().IsMatch(step) || !step.Contains("debug", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_README_and_CONTRIBUTING_stay_short()
    {
        Assert.InRange(Repository.Lines("README.md").Length, 1, 150);
        Assert.InRange(Repository.Lines("CONTRIBUTING.md").Length, 1, 80);
    }

    [GeneratedRegex(@"enum dp_counter_index \{(.*?)\};", RegexOptions.Singleline)]
    private static partial Regex CounterEnum();

    [GeneratedRegex(@"^\s*DP_(\w+)", RegexOptions.Multiline)]
    private static partial Regex EnumValue();

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex CounterRow();

    [GeneratedRegex(@"^\d+\. ", RegexOptions.Multiline)]
    private static partial Regex Step();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
