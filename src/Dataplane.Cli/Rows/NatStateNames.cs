namespace Dataplane.Cli.Rows;

/// <summary>Words for what <c>enum dp_nat_state</c> has seen, and one more.</summary>
internal static class NatStateNames
{
    /// <summary>Nobody answered yet.</summary>
    public const string New = "new";

    /// <summary>Packets of both directions were seen.</summary>
    public const string Replied = "replied";

    /// <summary>One side has ended its half of a TCP connection.</summary>
    public const string Closing = "closing";

    /// <summary>Both have, or one has reset it.</summary>
    public const string Closed = "closed";

    /// <summary>An endpoint of it was detached: the programs treat the row as absent, the sweep removes it.</summary>
    public const string Dead = "dead";

    /// <summary>All of them, for the command line.</summary>
    public static IReadOnlyList<string> All { get; } = [New, Replied, Closing, Closed, Dead];
}
