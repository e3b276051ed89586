namespace Dataplane.Cli.Rows;

/// <summary>The words for <c>enum dp_flow_state</c>, and one more.</summary>
internal static class FlowStateNames
{
    /// <summary>Seen, not proven: takes the stack.</summary>
    public const string Candidate = "candidate";

    /// <summary>Proven: leaves the stack out.</summary>
    public const string Fast = "fast";

    /// <summary>Somebody translates it: takes the stack for good.</summary>
    public const string Slow = "slow";

    /// <summary>We translate it ourselves on its way out of the pod, see <c>dpctl nat</c>: leaves the stack out.</summary>
    public const string HostPort = "hostport";

    /// <summary>An endpoint of it was detached: the programs treat the row as absent, the map forgets it in time.</summary>
    public const string Dead = "dead";

    /// <summary>All of them, for the command line.</summary>
    public static IReadOnlyList<string> All { get; } = [Candidate, Fast, Slow, HostPort, Dead];
}
