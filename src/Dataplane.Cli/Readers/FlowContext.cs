using System.Diagnostics;
using Dataplane.Abi;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Readers;

/// <summary>What a flow's row means at one moment: the clock, the devices, who is attached.</summary>
/// <param name="Now">Nanoseconds of CLOCK_MONOTONIC.</param>
/// <param name="DeviceNames">By ifindex.</param>
/// <param name="Generations">Of the attached endpoints, by ifindex.</param>
/// <param name="Uplinks">Generations of the uplinks, by ifindex.</param>
internal sealed record FlowContext(
    ulong Now, IReadOnlyDictionary<uint, string> DeviceNames, IReadOnlyDictionary<uint, uint> Generations, IReadOnlyDictionary<uint, uint> Uplinks)
{
    /// <summary>The clock the programs write their times with (bpf_ktime_get_ns), which on Linux is Stopwatch's.</summary>
    public static ulong MonotonicNow => (ulong)(Stopwatch.GetTimestamp() * (1_000_000_000 / Stopwatch.Frequency));

    /// <summary>The node as it is.</summary>
    public static FlowContext Of(NodeView node) => new(
        MonotonicNow,
        node.DeviceNames,
        node.Endpoints.ToDictionary(e => e.Key, e => e.Value.Generation),
        node.Devices.Where(d => d.Value.Flags.HasFlag(DeviceFlags.Uplink)).ToDictionary(d => d.Key, d => d.Value.Generation));

    /// <summary>Whether the endpoint or uplink behind a side is as it was when it was learnt; an unknown side, and the host, say nothing.</summary>
    public bool IsAlive(FlowSide side, bool uplink = false) =>
        side.Ifindex is 0 or (uint)NatScope.Host
        || ((uplink ? Uplinks : Generations).TryGetValue(side.Ifindex, out uint generation) && generation == side.Generation);

    /// <summary>The device behind a side.</summary>
    public FlowDevice Device(FlowSide side, bool uplink = false) =>
        new(IsAlive(side, uplink) ? DeviceNames.GetValueOrDefault(side.Ifindex, string.Empty) : string.Empty, side.Ifindex, side.Generation, uplink);
}
