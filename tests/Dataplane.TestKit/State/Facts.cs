using System.Text;

namespace Dataplane.TestKit;

/// <summary>What was observed, as path = value lines, so that two observations can be compared line by line.</summary>
public sealed class Facts
{
    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Values => _values;

    public string? this[string path] => _values.GetValueOrDefault(path);

    /// <summary>States a fact; the same path twice is counted, since routes may repeat.</summary>
    public void Add(string path, string value)
    {
        string unique = path;
        for (int n = 2; _values.ContainsKey(unique); n++)
        {
            unique = $"{path} #{n}";
        }
        _values.Add(unique, value);
    }

    /// <summary>States all facts of another observation below a prefix.</summary>
    public void AddAll(string prefix, Facts other)
    {
        foreach ((string path, string value) in other._values)
        {
            Add(prefix + path, value);
        }
    }

    /// <summary>The paths that differ, with both values; null where a side lacks the path.</summary>
    public static IReadOnlyList<FactDifference> Compare(Facts expected, Facts actual)
    {
        var differences = new List<FactDifference>();
        foreach ((string path, string value) in expected._values)
        {
            if (actual[path] != value)
            {
                differences.Add(new FactDifference(path, value, actual[path]));
            }
        }
        foreach ((string path, string value) in actual._values)
        {
            if (!expected._values.ContainsKey(path))
            {
                differences.Add(new FactDifference(path, null, value));
            }
        }
        differences.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return differences;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach ((string path, string value) in _values)
        {
            text.Append(path).Append(" = ").AppendLine(value);
        }
        return text.ToString();
    }
}

/// <summary>One path on which two observations differ.</summary>
public sealed record FactDifference(string Path, string? Expected, string? Actual)
{
    public override string ToString() =>
        (Expected is null ? "" : $"  - {Path} = {Expected}\n") + (Actual is null ? "" : $"  + {Path} = {Actual}\n");
}
