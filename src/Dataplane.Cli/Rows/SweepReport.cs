namespace Dataplane.Cli.Rows;

/// <summary>What clears expired connections, and what it did.</summary>
/// <param name="LastRunSeconds">Seconds since it last ran; null: it never did.</param>
/// <param name="Visited">Connections looked at since the programs were loaded.</param>
/// <param name="Expired">Connections cleared.</param>
/// <param name="Waiting">Connections that are in its queue.</param>
internal sealed record SweepReport(double? LastRunSeconds, ulong Visited, ulong Expired, int Waiting);
