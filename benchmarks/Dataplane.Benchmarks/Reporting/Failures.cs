namespace Dataplane.Benchmarks.Reporting;

/// <summary>What went wrong in a way that is a figure and no reason to stop: the run goes on, and its exit status says so.</summary>
internal static class Failures
{
    private static readonly List<string> s_all = [];

    /// <summary>So far.</summary>
    public static IReadOnlyList<string> All => s_all;

    /// <summary>Notes one.</summary>
    public static void Add(string failure) => s_all.Add(failure);
}
