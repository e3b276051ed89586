namespace Dataplane.Benchmarks.Suites;

/// <summary>How much is measured: all of it, or what fits into five minutes.</summary>
internal static class Scale
{
    /// <summary>How many containers, each with a mapping, are present beside the one that is measured.</summary>
    public static IReadOnlyList<int> Beside => Mode.IsQuick ? [0, 200] : [0, 100, 200, 1000];

    /// <summary>The most that ours is measured beside.</summary>
    public static int Most => Mode.IsQuick ? 1000 : 10_000;
}
