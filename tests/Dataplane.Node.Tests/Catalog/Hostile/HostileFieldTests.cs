using System.Text;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Catalog.Hostile;

/// <summary>Every field of every plugin, replaced by what it is not: the error names the field, and nothing is left. DATAPLANE_HOSTILE=all tries everything.</summary>
public sealed class HostileFieldTests
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins | Needs.Bpftool | Needs.Shapers;
    private const int Step = 8;
    private static readonly bool s_all = Environment.GetEnvironmentVariable("DATAPLANE_HOSTILE") == "all";
    private static readonly string[] s_others = ["CHECK", "DEL", "GC", "STATUS"];

    public static TheoryData<string> Plugins =>
        [.. CatalogTable.All.Where(static entry => Probe.Missing(entry.Needs) is null).Select(static entry => entry.Plugin)];

    [NeedsTheory(What), MemberData(nameof(Plugins))]
    public void Every_value_that_is_none_is_refused_by_name_or_passed_over(string plugin)
    {
        using var bed = new HostileBed(plugin);
        List<string> wrong = [];
        int number = 0, kinds = Mutation.Kinds.Count;
        foreach (Mutation mutation in Mutation.Of(bed.Config))
        {
            // All of them are some thousands of processes for each plugin. Two a field, others for the next one, meet every kind and every field.
            int turn = number++;
            if (!s_all && (turn % kinds) % Step != (turn / kinds) % Step)
            {
                continue;
            }
            byte[] config = Encoding.UTF8.GetBytes(mutation.Config);
            PluginResult answer = bed.Call(s_others[turn % s_others.Length], config);
            foreach (string? found in (string?[])[bed.Attempt(config, mutation), HostileBed.Wrong(answer)])
            {
                if (found is not null)
                {
                    wrong.Add($"{plugin} {mutation.Path} = {mutation.Kind}: {found[..Math.Min(found.Length, 1000)]}");
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {number}:\n{string.Join("\n", wrong.Take(20))}");
        bed.AssertNothingIsLeft();
    }
}
