namespace Dataplane.Benchmarks.Suites;

/// <summary>How thorough the run is: what suites and beds ask when they choose parameters and durations.</summary>
internal static class Mode
{
    /// <summary><c>--quick</c>: all of it within five minutes.</summary>
    public static bool IsQuick { get; set; }
}
