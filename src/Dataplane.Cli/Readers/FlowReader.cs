using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Readers;

/// <summary>Maps "flows4" and "flows6".</summary>
internal static class FlowReader
{
    /// <summary>The flows that match, most recently used first.</summary>
    public static List<FlowRow> Read(NodeView node, FlowFilter filter)
    {
        NodePrograms programs = node.Programs!;
        FlowContext context = FlowContext.Of(node);
        var rows = new List<FlowRow>();
        foreach ((Flow4Key key, Flow flow) in programs.Flows4.Entries())
        {
            Add(FlowConversion.Row(key, flow, context));
        }

        foreach ((Flow6Key key, Flow flow) in programs.Flows6.Entries())
        {
            Add(FlowConversion.Row(key, flow, context));
        }

        AsAnswered(node, rows, context);
        rows.Sort(static (a, b) => (a.IdleSeconds, a.AgeSeconds).CompareTo((b.IdleSeconds, b.AgeSeconds)));
        return rows;

        void Add(FlowRow row)
        {
            if (filter.Matches(row))
            {
                rows.Add(row);
            }
        }
    }

    /// <summary>Removes the flows that match; their next packets take the stack.</summary>
    /// <returns>How many were there to remove.</returns>
    public static int Flush(NodeView node, FlowFilter filter)
    {
        FlowContext context = FlowContext.Of(node);
        return Flush(node.Programs!.Flows4, (key, flow) => filter.Matches(FlowConversion.Row(key, flow, context)))
            + Flush(node.Programs.Flows6, (key, flow) => filter.Matches(FlowConversion.Row(key, flow, context)));
    }

    // Keys first: removing while walking a hash makes the walk start over.
    private static int Flush<TKey>(BpfMap<TKey, Flow> map, Func<TKey, Flow, bool> matches)
        where TKey : unmanaged
    {
        List<TKey> keys = [.. map.Entries().Where(e => matches(e.Key, e.Value)).Select(e => e.Key)];
        return keys.Count(key => map.Delete(key));
    }

    // Flows are keyed by the pod's own tuple; who answers from outside knows the node's.
    private static void AsAnswered(NodeView node, List<FlowRow> rows, FlowContext context)
    {
        if (!rows.Exists(r => r.DestinationDevice.Uplink))
        {
            return;
        }

        Dictionary<(string, FlowTuple), FlowTuple> outside = [];
        foreach (NatConnection connection in NatReader.Connections(node, context).Where(c => c.Kind == NatKindNames.Masquerade && c.State != NatStateNames.Dead))
        {
            outside[(connection.Protocol, connection.Inside)] = connection.Outside;
        }

        for (int i = 0; i < rows.Count; i++)
        {
            if (outside.TryGetValue((rows[i].Protocol, rows[i].Original), out FlowTuple? translated))
            {
                rows[i] = rows[i] with { Reply = translated.Mirrored() };
            }
        }
    }
}
