namespace Dataplane.Netlink;

/// <summary>
/// The packet scheduler's unit of time, 64 ns: PSCHED_SHIFT of net/pkt_sched.h, which /proc/net/psched has shown since
/// Linux 2.6.31 on every machine, so that nothing has to be read.
/// </summary>
internal static class SchedulerTicks
{
    private const ulong NanosecondsPerTick = 64;
    private const ulong TicksPerSecond = 1_000_000_000 / NanosecondsPerTick;

    /// <summary>How long bytes take at a rate.</summary>
    public static uint Of(ulong rate, uint bytes) =>
        rate == 0 ? 0 : (uint)Math.Min(bytes * TicksPerSecond / rate, uint.MaxValue);

    /// <summary>Bytes that pass in a time.</summary>
    public static uint Bytes(ulong rate, uint ticks)
    {
        UInt128 bytes = (((UInt128)ticks * rate) + (TicksPerSecond / 2)) / TicksPerSecond;
        return (uint)UInt128.Min(bytes, uint.MaxValue);
    }

    /// <summary>Whether a burst at a rate is what a dump shows, but for the kernel's rounding.</summary>
    public static bool IsAbout(ulong rate, uint burst, uint dumped)
    {
        // The 32 bits of the dump are 274 seconds: what is longer shows as anything.
        if (Of(rate, burst) == uint.MaxValue)
        {
            return true;
        }

        uint difference = burst > dumped ? burst - dumped : dumped - burst;
        return difference <= Math.Max(burst / 1000, (rate / TicksPerSecond) + 1);
    }
}
