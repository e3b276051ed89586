using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Readers;

/// <summary>Map "nat".</summary>
internal static class NatReader
{
    /// <summary>The connections that match, most recently used first.</summary>
    public static List<NatConnection> Read(NodeView node, NatFilter filter)
    {
        List<NatConnection> rows = [.. Connections(node, FlowContext.Of(node)).Where(filter.Matches)];
        rows.Sort(static (a, b) => a.IdleSeconds.CompareTo(b.IdleSeconds));
        return rows;
    }

    /// <summary>All of them, in no order.</summary>
    public static IEnumerable<NatConnection> Connections(NodeView node, FlowContext context) =>
        NatConversion.Pair(node.Programs!.Nat.Entries(), context, node.RecordOf).Select(p => p.Row);

    /// <summary>Removes the connections that match, both halves of each; a sweep finds their tickets void.</summary>
    /// <returns>How many connections were there to remove.</returns>
    public static int Flush(NodeView node, NatFilter filter)
    {
        BpfMap<NatKey, NatRow> nat = node.Programs!.Nat;
        int flushed = 0;
        foreach ((NatConnection row, List<NatKey> keys) in NatConversion.Pair(nat.Entries(), FlowContext.Of(node), node.RecordOf))
        {
            if (!filter.Matches(row))
            {
                continue;
            }

            bool removed = false;
            foreach (NatKey key in keys)
            {
                removed |= nat.Delete(key);
            }

            flushed += removed ? 1 : 0;
        }

        return flushed;
    }
}
