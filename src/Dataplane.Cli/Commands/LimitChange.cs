using Dataplane.Cli.Output;
using Dataplane.Engine;

namespace Dataplane.Cli.Commands;

/// <summary>What is asked of one direction's limit.</summary>
/// <param name="Direction">"ingress", "egress".</param>
/// <param name="Rate">Bits a second; 0: no limit; null: as it is.</param>
/// <param name="Burst">Bits; 0: what suits the rate; null: the same, or as it is when the rate stays.</param>
internal sealed record LimitChange(string Direction, ulong? Rate, ulong? Burst)
{
    // Below a byte a second there is no rate; the kernel's buckets count bytes in 32 bits.
    private const ulong LeastRate = 8;
    private const ulong LargestBurst = uint.MaxValue * 8UL;

    // Of a second: what a burst that is not given holds.
    private const ulong UsualBurst = 10;

    /// <summary>Nothing is asked.</summary>
    public bool IsNone => Rate is null && Burst is null;

    /// <summary>Checks what can be checked without the node.</summary>
    /// <exception cref="CommandFailure">It is no limit.</exception>
    public static LimitChange Create(string direction, ulong? rate, ulong? burst) => (rate, burst) switch
    {
        (> 0 and < LeastRate, _) => throw new CommandFailure(ExitStatus.Usage, $"--{direction}-rate {rate} is less than a byte a second: the least is {LeastRate}"),
        (0, > 0) => throw new CommandFailure(ExitStatus.Usage, $"--{direction}-burst is of a limit that --{direction}-rate removes: leave one of them out"),
        (_, >= LargestBurst) => throw new CommandFailure(ExitStatus.Usage, $"--{direction}-burst cannot be more than 4 GiB ({BitCount.Text(LargestBurst)}bit)"),
        _ => new LimitChange(direction, rate, burst),
    };

    /// <summary>The limit that is wanted; null: none.</summary>
    /// <param name="present">The one that is there.</param>
    /// <exception cref="CommandFailure">A burst alone, and there is no limit that it could be of.</exception>
    public BandwidthLimit? Of(BandwidthLimit? present)
    {
        if (IsNone)
        {
            return present;
        }

        if ((Rate ?? present?.Rate) is not { } rate)
        {
            throw new CommandFailure(ExitStatus.Usage, $"there is no {Direction} limit that --{Direction}-burst could be of: give --{Direction}-rate as well");
        }

        // An old burst might be more than a second of the new rate.
        return rate == 0 ? null : new BandwidthLimit(rate, Burst is { } burst and > 0 ? burst : Math.Clamp(rate / UsualBurst, LeastRate, LargestBurst - 1));
    }
}
