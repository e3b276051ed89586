using System.Diagnostics;
using Dataplane.Abi;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Readers;

/// <summary>What a flow's row means at one moment: the clock, the devices, who is attached.</summary>
/// <param name="Now">Nanoseconds of CLOCK_MONOTONIC.</param>
/// <param name="DeviceNames">By ifindex.</param>
/// <param name="Generations">Of the attached endpoints, by ifindex.</param>
internal sealed record FlowContext(ulong Now, IReadOnlyDictionary<uint, string> DeviceNames, IReadOnlyDictionary<uint, uint> Generations)
{
    /// <summary>The clock the programs write their times with (bpf_ktime_get_ns), which on Linux is Stopwatch's.</summary>
    public static ulong MonotonicNow => (ulong)(Stopwatch.GetTimestamp() * (1_000_000_000 / Stopwatch.Frequency));

    /// <summary>Whether the endpoint behind a side is attached as it was when it was learnt; an unknown side says nothing.</summary>
    public bool IsAlive(FlowSide side) =>
        side.Ifindex == 0 || (Generations.TryGetValue(side.Ifindex, out uint generation) && generation == side.Generation);

    /// <summary>The device behind a side.</summary>
    public FlowDevice Device(FlowSide side) =>
        new(IsAlive(side) ? DeviceNames.GetValueOrDefault(side.Ifindex, string.Empty) : string.Empty, side.Ifindex, side.Generation);
}
