namespace Dataplane.Cli.Rows;

/// <summary>Whether a bandwidth limit is what its row says.</summary>
internal static class LimitStateNames
{
    /// <summary>It is kept.</summary>
    public const string Kept = "kept";

    /// <summary>Its endpoint was detached: the row is ignored.</summary>
    public const string Dead = "dead";

    /// <summary>The device has another qdisc than the limit's, or none.</summary>
    public const string Unqueued = "unqueued";

    /// <summary>The device's qdisc has another rate.</summary>
    public const string Differs = "differs";

    /// <summary>The programs that it takes do not see the packets.</summary>
    public const string Unseen = "unseen";

    /// <summary>The endpoint's row does not say that there is a limit.</summary>
    public const string Unflagged = "unflagged";

    /// <summary>The container's device cannot be looked at.</summary>
    public const string Unknown = "unknown";
}
