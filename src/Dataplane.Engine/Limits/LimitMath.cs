using Dataplane.Abi;

namespace Dataplane.Engine;

/// <summary>From what the configuration says to what the programs and the kernel take. Nothing here looks at the node.</summary>
public static class LimitMath
{
    // The kernel's HTB sends what has its own handle, 1:0, as priority past all classes.
    private const uint HtbDirect = 0x0001_0000;
    private const ulong BitsPerByte = 8;
    private const ulong Second = 1_000_000_000;
    private const ulong LongestTime = 4 * Second;
    private const ulong LeastBurst = 16 * 1024;
    private const ulong LeastBurstTime = Second / 200;
    private const ulong Latency = Second / 40;
    private const ulong SenderLatency = Second / 4;
    private const ulong MarkTime = Second / 200;
    private const ulong EthernetHeader = 14;

    /// <summary>Bytes a second; a rate below 8 bits a second is one byte.</summary>
    /// <param name="limit">The limit.</param>
    public static ulong Rate(BandwidthLimit limit)
    {
        ArgumentNullException.ThrowIfNull(limit);
        return Math.Max(1, limit.Rate / BitsPerByte);
    }

    /// <summary>
    /// Bytes. More than a second of the rate is no burst but no limit at all (Kubernetes gives 2^31 always): that becomes 100 ms. At
    /// least what timers and frames need.
    /// </summary>
    /// <param name="limit">The limit.</param>
    /// <param name="mtu">Of the device, bytes of layer 3.</param>
    public static ulong Burst(BandwidthLimit limit, int mtu)
    {
        ulong rate = Rate(limit), burst = limit.Burst / BitsPerByte;
        if (burst > rate)
        {
            burst = rate / 10;
        }

        return Math.Max(Math.Max(burst, LeastBurst), Math.Max(Bytes(rate, LeastBurstTime), 2 * Frame(mtu)));
    }

    /// <summary>The row of the map "limits".</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="mtu">Of the device, bytes of layer 3.</param>
    /// <param name="direction">The way it is for.</param>
    /// <param name="flags">Who counts, and for which peers.</param>
    /// <param name="generation">The endpoint's.</param>
    public static LimitRow Row(BandwidthLimit limit, int mtu, LimitDirection direction, LimitFlags flags, uint generation)
    {
        ulong rate = Rate(limit), burst = Burst(limit, mtu), frame = Frame(mtu);
        // What the pod sends waits in its sockets' buffers: they bound the queue. What it gets has no sender here that could be held up.
        ulong horizon = direction == LimitDirection.Ingress ? Latency : SenderLatency;
        bool bySubnet = (flags & (LimitFlags.Unshaped | LimitFlags.Shaped)) != 0;
        return new LimitRow
        {
            Rate = rate,
            Burst = burst,
            Idle = (uint)Math.Min(Time(rate, burst), LongestTime),
            Horizon = (uint)Math.Min(Math.Max(horizon, Time(rate, 4 * frame)), LongestTime),
            Mark = (uint)Math.Min(Math.Max(MarkTime, Time(rate, 2 * frame)), LongestTime),
            Flags = flags,
            Generation = generation,
            Priority = bySubnet && (flags & LimitFlags.Edt) == 0 ? HtbDirect : 0,
        };
    }

    private static ulong Frame(int mtu) => (ulong)mtu + EthernetHeader;

    /// <summary>Nanoseconds that bytes take.</summary>
    private static ulong Time(ulong rate, ulong bytes) => Clamp((UInt128)bytes * Second / rate);

    /// <summary>Bytes that leave in some nanoseconds.</summary>
    private static ulong Bytes(ulong rate, ulong time) => Clamp((UInt128)rate * time / Second);

    private static ulong Clamp(UInt128 value) => value > ulong.MaxValue ? ulong.MaxValue : (ulong)value;
}
