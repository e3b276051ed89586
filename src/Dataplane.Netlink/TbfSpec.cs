namespace Dataplane.Netlink;

/// <summary>Parameters of a token bucket, tc-tbf(8).</summary>
/// <param name="Rate">Bytes a second, of frames with their Ethernet header.</param>
/// <param name="Burst">Bytes that the bucket holds. A frame (a segment of one, where it is segmented later) that is longer never fits.</param>
/// <param name="Limit">Bytes that may wait.</param>
public sealed record TbfSpec(ulong Rate, uint Burst, uint Limit)
{
    /// <summary>
    /// Whether a dump shows these parameters. The kernel keeps the burst as time: what it tells may be off by one part in a
    /// thousand, or by what passes in one tick of 64 ns.
    /// </summary>
    /// <param name="dumped">What the kernel told.</param>
    /// <returns>True when it is the same bucket.</returns>
    public bool IsAbout(TbfSpec dumped)
    {
        ArgumentNullException.ThrowIfNull(dumped);
        return Rate == dumped.Rate && Limit == dumped.Limit && SchedulerTicks.IsAbout(Rate, Burst, dumped.Burst);
    }
}
