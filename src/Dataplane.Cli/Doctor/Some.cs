namespace Dataplane.Cli.Doctor;

/// <summary>A few names of many.</summary>
internal static class Some
{
    private const int Named = 3;

    /// <summary>"a, b, c and 5 more".</summary>
    public static string Of(IReadOnlyList<string> names) =>
        names.Count <= Named ? string.Join(", ", names) : $"{string.Join(", ", names.Take(Named))} and {names.Count - Named} more";
}
