namespace Dataplane.Cli.Rows;

/// <summary>One counter, summed over all CPUs.</summary>
/// <param name="Name">As in <c>enum dp_counter_index</c>, without prefix and in lower case: "fast_l2".</param>
/// <param name="Meaning">One sentence.</param>
/// <param name="Packets">Packets since the programs of this node were first loaded.</param>
/// <param name="Bytes">Their bytes, Ethernet header included.</param>
internal sealed record CounterRow(string Name, string Meaning, ulong Packets, ulong Bytes);
