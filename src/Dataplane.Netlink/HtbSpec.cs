namespace Dataplane.Netlink;

/// <summary>
/// A root htb 1: with the one class 1:1, tc-htb(8). Packets go to the class; those with the qdisc's own handle as
/// skb->priority, <see cref="Exempt"/>, pass at once.
/// </summary>
/// <param name="Rate">Bytes a second that the class sends; it borrows nothing.</param>
/// <param name="Burst">Bytes that it may send at once.</param>
/// <param name="Limit">Bytes that may wait in its queue, a bfifo.</param>
public sealed record HtbSpec(ulong Rate, uint Burst, uint Limit)
{
    /// <summary>skb->priority of what is not limited: 1:0.</summary>
    public const uint Exempt = 0x0001_0000;

    /// <summary>Whether a dump shows these parameters, as <see cref="TbfSpec.IsAbout"/>.</summary>
    /// <param name="dumped">What the kernel told.</param>
    /// <returns>True when it is the same class and queue.</returns>
    public bool IsAbout(HtbSpec dumped)
    {
        ArgumentNullException.ThrowIfNull(dumped);
        return Rate == dumped.Rate && Limit == dumped.Limit && SchedulerTicks.IsAbout(Rate, Burst, dumped.Burst);
    }
}
