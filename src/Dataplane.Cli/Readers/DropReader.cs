using Dataplane.Abi;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Readers;

/// <summary>The counters of drops, joined with map "last_drops".</summary>
internal static class DropReader
{
    private const string Prefix = "Drop";

    /// <summary>Every reason, in the order of the enum.</summary>
    public static List<DropSummary> Read(NodeView node)
    {
        ulong now = FlowContext.MonotonicNow;
        return
        [
            .. Enum.GetValues<CounterIndex>().Where(i => i.ToString().StartsWith(Prefix, StringComparison.Ordinal)).Select(index =>
            {
                Counter sum = node.Programs!.Counters.Read(index);
                DroppedPacket? last = node.Programs.LastDrops.TryLookup((uint)index, out DropRow drop) ? Packet(drop, now, node.DeviceNames) : null;
                return new DropSummary(CounterNames.Name(index), CounterNames.Meaning(index), sum.Packets, sum.Bytes, last);
            }),
        ];
    }

    /// <summary>The packet of a row; null: none yet.</summary>
    public static DroppedPacket? Packet(in DropRow drop, ulong now, IReadOnlyDictionary<uint, string> deviceNames) => drop.Time == 0
        ? null
        : new DroppedPacket(
            Conversion.Seconds(drop.Time, now),
            drop.Protocol == 0 ? string.Empty : Conversion.Protocol(drop.Protocol),
            Conversion.Tuple(drop.Source, drop.SourcePort, drop.Destination, drop.DestinationPort),
            deviceNames.GetValueOrDefault(drop.Ifindex, string.Empty),
            drop.Ifindex,
            drop.Length);
}
