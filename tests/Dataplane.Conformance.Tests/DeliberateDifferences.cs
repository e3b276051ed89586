namespace Dataplane.Conformance.Tests;

/// <summary>Differences that hold in every case. docs/conformance.md lists them.</summary>
public static class DeliberateDifferences
{
    public static IReadOnlyList<Difference> All { get; } =
    [
    ];
}
