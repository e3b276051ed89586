using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Dataplane.Node.Tests.Catalog.Hostile;

/// <summary>A configuration in which one value was replaced.</summary>
/// <param name="Path">of the value: "ipam.ranges[0]"</param>
/// <param name="Kind">what it became, in a word</param>
/// <param name="Config">the text</param>
public sealed partial record Mutation(string Path, string Kind, string Config)
{
    private const int HugeLength = 1 << 20;
    private const int Depth = 5000;

    /// <summary>What values are replaced by.</summary>
    private static readonly (string Kind, string Json)[] s_values =
    [
        ("null", "null"),
        ("number", "7"),
        ("negative", "-1"),
        ("fraction", "1.5"),
        ("2^63", "9223372036854775808"),
        ("2^200", "1606938044258990275541962092341162602522202993782792835301376"),
        ("string", "\"hostile\""),
        ("empty string", "\"\""),
        ("control", "\"a\\u0000b\\n/../%s\""),
        ("surrogate", "\"\\ud800\""),
        ("huge string", $"\"{new string('x', HugeLength)}\""),
        ("array", "[]"),
        ("array of null", "[null]"),
        ("nested", new string('[', Depth) + new string(']', Depth)),
        ("object", "{\"hostile\": 1}"),
        ("true", "true"),
    ];

    /// <summary>Names of what values are replaced by.</summary>
    public static IReadOnlyList<string> Kinds => [.. s_values.Select(static value => value.Kind)];

    /// <summary>
    /// Whether an error leads to the value: by its name or what it is in, or a word of that ("rate" of "egressRate", "address" of "addresses"), or by itself. Most texts are the
    /// reference's, some of which quote an empty value alone.
    /// </summary>
    public bool IsNamedBy(string error)
    {
        string value = s_values.Single(known => known.Kind == Kind).Json;
        return Kind == "empty string"
            || Words().Matches(Path).Any(word => error.Contains(word.Value.TrimEnd('e', 's'), StringComparison.OrdinalIgnoreCase))
            || (value[0] == '"' && error.Contains(Kind is "control" ? "a\0b" : Kind is "surrogate" ? "\ufffd" : value[1..Math.Min(value.Length - 1, 20)], StringComparison.Ordinal))
            || error.Contains("no plugin name provided", StringComparison.Ordinal)
            || error.StartsWith("invalid CIDR address: ", StringComparison.Ordinal);
    }

    /// <summary>Every value of a configuration replaced by everything.</summary>
    public static IEnumerable<Mutation> Of(JsonObject config)
    {
        foreach (string path in Paths(config, ""))
        {
            foreach ((string kind, string json) in s_values)
            {
                yield return new Mutation(path, kind, Replace(config, path, json));
            }
        }
    }

    /// <summary>The paths of all values.</summary>
    public static IEnumerable<string> Paths(JsonNode? node, string prefix)
    {
        IEnumerable<(string Path, JsonNode? Value)> children = node switch
        {
            JsonObject members => members.Select(member => ($"{prefix}.{member.Key}", member.Value)),
            JsonArray items => items.Select((item, i) => ($"{prefix}[{i}]", item)),
            _ => [],
        };
        foreach ((string path, JsonNode? value) in children)
        {
            yield return path;
            foreach (string inner in Paths(value, path))
            {
                yield return inner;
            }
        }
    }

    /// <summary>The configuration's text with another value at a path; not necessarily one that a writer of JSON would write.</summary>
    public static string Replace(JsonObject config, string path, string json)
    {
        const string mark = "the-hostile-value";
        JsonObject copy = config.DeepClone().AsObject();
        Set(copy, path, mark);
        return copy.ToJsonString().Replace($"\"{mark}\"", json, StringComparison.Ordinal);
    }

    [GeneratedRegex("[A-Za-z][a-z]{2,}")]
    private static partial Regex Words();

    private static void Set(JsonNode node, string path, string value)
    {
        int end = path.IndexOfAny(['.', '['], 1);
        // A sysctl's name has dots of its own.
        while (end > 0 && node is JsonObject members && !members.ContainsKey(path[1..end]))
        {
            end = path.IndexOfAny(['.', '['], end + 1);
        }
        string first = end < 0 ? path : path[..end];
        bool last = end < 0;
        if (first[0] == '.')
        {
            if (last)
            {
                node.AsObject()[first[1..]] = value;
            }
            else
            {
                Set(node.AsObject()[first[1..]]!, path[end..], value);
            }
        }
        else
        {
            int index = int.Parse(first.AsSpan(1, first.Length - 2), System.Globalization.CultureInfo.InvariantCulture);
            if (last)
            {
                node.AsArray()[index] = value;
            }
            else
            {
                Set(node.AsArray()[index]!, path[end..], value);
            }
        }
    }
}
