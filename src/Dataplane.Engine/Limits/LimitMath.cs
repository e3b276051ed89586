using Dataplane.Abi;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>From what the configuration says to what the programs and the kernel take. Nothing here looks at the node.</summary>
public static class LimitMath
{
    private const ulong BitsPerByte = 8;
    private const ulong Second = 1_000_000_000;
    private const ulong LongestTime = 4 * Second;
    private const ulong LeastBurst = 16 * 1024;
    private const ulong LeastBurstTime = Second / 200;
    private const ulong Latency = Second / 40;
    private const ulong SenderLatency = Second / 4;
    private const ulong MarkTime = Second / 200;
    private const ulong LargestPacket = 64 * 1024;
    private const ulong EthernetHeader = 14;
    private const ulong FewFrames = 2;
    private const ulong FramesOfQueue = 4;

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

        return Math.Max(Math.Max(burst, LeastBurst), Math.Max(Bytes(rate, LeastBurstTime), FewFrames * Frame(mtu)));
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
        // It comes in packets of up to 64 KiB, which are lost as a whole: behind one there has to be room for another, or bbr starts over and over.
        ulong horizon = direction == LimitDirection.Ingress ? Math.Clamp(Time(rate, LargestPacket), Latency, SenderLatency) : SenderLatency;
        bool bySubnet = (flags & (LimitFlags.Unshaped | LimitFlags.Shaped)) != 0;
        return new LimitRow
        {
            Rate = rate,
            Burst = burst,
            Idle = (uint)Math.Min(Time(rate, burst), LongestTime),
            Horizon = (uint)Math.Min(Math.Max(horizon, Time(rate, FramesOfQueue * frame)), LongestTime),
            Mark = (uint)Math.Min(Math.Max(MarkTime, Time(rate, FewFrames * frame)), LongestTime),
            Flags = flags,
            Generation = generation,
            Priority = bySubnet && (flags & LimitFlags.Edt) == 0 ? HtbSpec.Exempt : 0,
        };
    }

    /// <summary>The token bucket of a device.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="mtu">Of the device, bytes of layer 3.</param>
    public static TbfSpec Tbf(BandwidthLimit limit, int mtu) => new(Rate(limit), (uint)Math.Min(Burst(limit, mtu), uint.MaxValue), Queue(limit, mtu));

    /// <summary>The same for a device that some of whose packets are not limited.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="mtu">Of the device, bytes of layer 3.</param>
    public static HtbSpec Htb(BandwidthLimit limit, int mtu)
    {
        TbfSpec bucket = Tbf(limit, mtu);
        return new HtbSpec(bucket.Rate, bucket.Burst, bucket.Limit);
    }

    /// <summary>Bytes that may wait: a bucket's worth, and what leaves in 25 ms; as the reference plugin has it, but some frames at least.</summary>
    private static uint Queue(BandwidthLimit limit, int mtu)
    {
        ulong rate = Rate(limit);
        UInt128 bytes = (UInt128)Bytes(rate, Latency) + Burst(limit, mtu);
        return (uint)Math.Min(Math.Max(Clamp(bytes), FramesOfQueue * Frame(mtu)), uint.MaxValue);
    }

    private static ulong Frame(int mtu) => (ulong)mtu + EthernetHeader;

    /// <summary>Nanoseconds that bytes take.</summary>
    private static ulong Time(ulong rate, ulong bytes) => Clamp((UInt128)bytes * Second / rate);

    /// <summary>Bytes that leave in some nanoseconds.</summary>
    private static ulong Bytes(ulong rate, ulong time) => Clamp((UInt128)rate * time / Second);

    private static ulong Clamp(UInt128 value) => value > ulong.MaxValue ? ulong.MaxValue : (ulong)value;
}
