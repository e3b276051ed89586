namespace Dataplane.Cli.Rows;

/// <summary>Packets that were dropped for one reason.</summary>
/// <param name="Reason">The counter's name: "drop_nat_ports".</param>
/// <param name="Meaning">One sentence.</param>
/// <param name="Packets">How many, of all CPUs.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Last">The last of them; null: none yet.</param>
internal sealed record DropSummary(string Reason, string Meaning, ulong Packets, ulong Bytes, DroppedPacket? Last);
