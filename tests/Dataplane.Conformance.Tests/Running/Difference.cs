using System.Text.RegularExpressions;

namespace Dataplane.Conformance.Tests;

/// <summary>A declared difference between ours and the reference: which facts, and why.</summary>
public sealed record Difference(string Pattern, string Reason)
{
    private readonly Regex _regex = new($"^{Regex.Escape(Pattern).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.Singleline);

    public bool Matches(string path) => _regex.IsMatch(path);
}
