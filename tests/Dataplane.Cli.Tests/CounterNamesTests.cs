using System.Text.RegularExpressions;
using Dataplane.Abi;
using Dataplane.Cli.Readers;
using Dataplane.TestKit;

namespace Dataplane.Cli.Tests;

/// <summary>The counters' names are the header's, their meanings the documentation's.</summary>
public sealed partial class CounterNamesTests
{
    private static readonly CounterIndex[] s_counters = Enum.GetValues<CounterIndex>();

    [Fact]
    public void Names_are_those_of_the_header_in_its_order()
    {
        string header = File.ReadAllText(Path.Combine(Repository.Root, "bpf/include/dataplane/abi_counters.h"));
        string body = header[header.IndexOf("enum dp_counter_index {", StringComparison.Ordinal)..];
        string[] names = [.. Enumerator().Matches(body[..body.IndexOf("};", StringComparison.Ordinal)]).Select(m => m.Groups[1].Value.ToLowerInvariant())];
        Assert.Equal("counters", names[^1]);
        Assert.Equal(names[..^1], s_counters.Select(CounterNames.Name));
    }

    [Fact]
    public void Meanings_are_those_of_the_documentation()
    {
        Dictionary<string, string> documented = File.ReadAllText(Path.Combine(Repository.Root, "docs/counters.md")).Split('\n')
            .Select(l => l.Split('|'))
            .Where(c => c.Length > 4 && c[1].Trim().StartsWith('`'))
            .ToDictionary(c => c[1].Trim(' ', '`'), c => c[3].Trim().Replace("`", "", StringComparison.Ordinal));
        Assert.Equal(
            s_counters.Select(i => (CounterNames.Name(i), documented.GetValueOrDefault(CounterNames.Name(i)))),
            s_counters.Select(i => (CounterNames.Name(i), (string?)CounterNames.Meaning(i))));
    }

    [GeneratedRegex(@"^\s*DP_([A-Z0-9_]+)", RegexOptions.Multiline)]
    private static partial Regex Enumerator();
}
