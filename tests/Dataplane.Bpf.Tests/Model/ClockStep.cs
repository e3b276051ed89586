using FsCheck;
using FsCheck.Fluent;

namespace Dataplane.Bpf.Tests.Model;

/// <summary>One step of a walk through a limit's clock.</summary>
public abstract record ClockStep
{
    /// <summary>A flow, by number, sends; <see cref="Later"/>: nanoseconds after which it wants that to leave.</summary>
    public sealed record Sends(int Flow, uint Length, bool Ecn, ulong Later) : ClockStep;

    /// <summary>Time passes.</summary>
    public sealed record Sleeps(ulong Nanoseconds) : ClockStep;

    /// <summary>User space changes the rate.</summary>
    public sealed record Changes(ulong Rate) : ClockStep;

    /// <summary>Random walks; <paramref name="steady"/>: the rate stays, and nobody wants anything later.</summary>
    public static Arbitrary<ClockStep[]> Walks(int length, bool steady)
    {
        Gen<ClockStep> sends =
            from flow in Gen.Choose(0, 7)
            from size in Gen.Elements(100u, 100u, 577u, 1514u, 1514u, 3100u, 3101u, 9014u, 64_000u)
            from ecn in Gen.Elements(false, true)
            from later in steady ? Gen.Constant(0) : Gen.Frequency((10, Gen.Constant(0)), (1, Gen.Choose(1, 300)))
            select (ClockStep)new Sends(flow, size, ecn, (ulong)later * 1_000_000);
        Gen<ClockStep> sleeps = Gen.Elements<ulong>(1_000, 100_000, 1_514_000, 5_000_000, 20_000_000, 300_000_000, 3_000_000_000).Select(n => (ClockStep)new Sleeps(n));
        Gen<ClockStep> changes = Gen.Elements<ulong>(125_000, 1_000_000, 125_000_000).Select(r => (ClockStep)new Changes(r));
        Gen<ClockStep> step = Gen.Frequency((12, sends), (4, sleeps), (steady ? 0 : 1, changes));
        return Arb.From(step.ArrayOf(length), Shrunk);
    }

    private static IEnumerable<ClockStep[]> Shrunk(ClockStep[] walk)
    {
        for (int size = walk.Length / 2; size > 0; size /= 2)
        {
            for (int at = 0; at + size <= walk.Length; at += size)
            {
                yield return [.. walk[..at], .. walk[(at + size)..]];
            }
        }
    }
}
