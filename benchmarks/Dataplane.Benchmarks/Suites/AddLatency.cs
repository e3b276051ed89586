using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// ADD and DEL of each chain, as a runtime waits for them: whole processes, started inside the node, one container that comes and goes beside others that stay.
/// The floor is the kernel's part alone: the same netlink requests and map rows from one warm process, no lease, no journal.
/// </summary>
public class AddLatency : CellSuite
{
    private static readonly ChainKind[] s_kinds =
    [
        ChainKind.Bridge, ChainKind.Masqueraded, ChainKind.Mapped, ChainKind.Limited, ChainKind.OnePlugin, ChainKind.DualStack, ChainKind.PointToPoint,
        ChainKind.Macvlan,
    ];

    private readonly Dictionary<(ChainKind, Side, int), Chain> _chains = [];
    private readonly Dictionary<ChainKind, KernelWork> _floors = [];

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (KernelWork floor in _floors.Values)
        {
            floor.Dispose();
        }
    }

    public override IEnumerable<Cell> Cells()
    {
        foreach (int beside in Scale.Beside)
        {
            foreach (ChainKind kind in s_kinds)
            {
                // With --quick, what few containers cost is shown for the whole chain, and for the part of it that writes no rules.
                if (Mode.IsQuick && beside > 0 && kind != ChainKind.Bridge && !kind.Bandwidth)
                {
                    continue;
                }

                foreach (Cell cell in Pair(kind, beside))
                {
                    yield return cell;
                }
            }
        }
    }

    private IEnumerable<Cell> Pair(ChainKind kind, int beside)
    {
        string others = beside == 0 ? string.Empty : $", beside {beside}";
        string add = $"ADD {kind.Name}{others}", del = $"DEL {kind.Name}{others}";
        bool whole = kind.Bandwidth;
        foreach (Side side in Sides(beside))
        {
            // The reference's chains take twenty times as long as ours, and vary as little.
            int every = side == Side.Ours || kind == ChainKind.Bridge ? 1 : Mode.IsQuick ? 4 : 3;
            RowAttribute promised = side != Side.Ours ? new(side)
                : kind == ChainKind.Bridge ? new(side) { AimNanoseconds = 5e6, AimRatio = 2.2 }
                : kind == ChainKind.Macvlan ? new(side) { AimRatio = 2 }
                : whole ? new(side) { AimNanoseconds = 7e6, AimRatio = beside == 0 ? 10 : 20 }
                : new(side);
            yield return new Cell(add, promised, () => new Measured(1, At(kind, side, beside).Add())) { Every = every, Curve = $"ADD {kind.Name}", Beside = beside };
            yield return new Cell(del, side == Side.Ours && whole ? new(side) { AimNanoseconds = 25e6 } : new(side), () => new Measured(1, At(kind, side, beside).Del()))
            {
                Every = every, Curve = $"DEL {kind.Name}", Beside = beside,
            };
        }

        if (beside == 0 && (kind == ChainKind.Bridge || kind == ChainKind.DualStack))
        {
            // On the same curves: a row's ratios are to the rows of the same parameters.
            yield return new Cell(add, new(Side.Floor), () => Time(Floor(kind).Attach)) { Curve = $"ADD {kind.Name}", Beside = beside };
            yield return new Cell(del, new(Side.Floor), () => Time(Floor(kind).Detach)) { Curve = $"DEL {kind.Name}", Beside = beside };
        }
    }

    private static IEnumerable<Side> Sides(int beside)
    {
        yield return Side.Reference;
        if (Iptables.LegacyMissing is null && !(Mode.IsQuick && beside > 0))
        {
            yield return Side.ReferenceLegacy;
        }

        yield return Side.Ours;
    }

    private Chain At(ChainKind kind, Side side, int beside)
    {
        if (!_chains.TryGetValue((kind, side, beside), out Chain? chain))
        {
            NodeBed node = NodeBeds.Get(side, beside);
            if (kind.Network != ChainKind.Bridge.Network)
            {
                // The network is there, as on a node at work.
                new Chain(node.Bed, kind, $"stays-{kind.Network}", node.Bed.Add($"stays-{kind.Network}"), "eth0").Add();
            }

            chain = new Chain(node.Bed, kind, $"comes-and-goes-{_chains.Count}", node.Free, "eth0", (8081, "tcp"));
            _chains.Add((kind, side, beside), chain);
        }

        return chain;
    }

    private KernelWork Floor(ChainKind kind)
    {
        if (!_floors.TryGetValue(kind, out KernelWork? floor))
        {
            _floors.Add(kind, floor = new KernelWork(dualStack: kind == ChainKind.DualStack));
            floor.Setup();
        }

        return floor;
    }

    private static Measured Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return new Measured(1, Stopwatch.GetElapsedTime(start).TotalNanoseconds);
    }
}
