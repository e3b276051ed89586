namespace Dataplane.Cli.Rows;

/// <summary>What doctor thinks of one thing.</summary>
internal static class Verdict
{
    /// <summary>As it should be.</summary>
    public const string Ok = "ok";

    /// <summary>Works, but something is slower or missing, or litter was found.</summary>
    public const string Warning = "warning";

    /// <summary>Containers cannot be attached, or packets of some take the wrong way.</summary>
    public const string Broken = "broken";
}
