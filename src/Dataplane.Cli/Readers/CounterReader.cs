using Dataplane.Abi;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Readers;

/// <summary>Map "counters", summed over the CPUs.</summary>
internal static class CounterReader
{
    /// <summary>Every counter, in the order of the enum.</summary>
    public static List<CounterRow> Read(NodeView node) =>
    [
        .. Enum.GetValues<CounterIndex>().Select(index =>
        {
            Counter sum = node.Programs!.Counters.Read(index);
            return new CounterRow(CounterNames.Name(index), CounterNames.Meaning(index), sum.Packets, sum.Bytes);
        }),
    ];
}
