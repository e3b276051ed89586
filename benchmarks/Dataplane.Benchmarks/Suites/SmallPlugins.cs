using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Native;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// ADD of the plugins that do little, where the start of a process is most of it, and that start alone; and of a whole chain by cnitool, as a person or a script calls it.
/// </summary>
public class SmallPlugins : CellSuite
{
    private const string Start = "start of a process";
    private readonly Dictionary<Side, SmallPluginsBed> _beds = [];
    private readonly Child _empty = new([Path.GetFullPath("build/bench/empty")], [], string.Empty);
    private readonly Child _nothing = new([Path.GetFullPath("build/bench/nothing")], [], string.Empty);

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (SmallPluginsBed bed in _beds.Values)
        {
            bed.Dispose();
        }
    }

    public override IEnumerable<Cell> Cells()
    {
        foreach (Side side in (Side[])[Side.Reference, Side.Ours])
        {
            RowAttribute small = side == Side.Ours ? new(side) { AimNanoseconds = 3e6 } : new(side);
            RowAttribute chain = side == Side.Ours ? new(side) { AimRatio = 10 } : new(side);
            yield return new Cell(Start, new(side), () => At(side).Version());
            yield return new Cell("ADD loopback", small, () => At(side).Loopback());
            yield return new Cell("ADD static", small, () => At(side).Static());
            yield return new Cell("ADD tuning", small, () => At(side).Tuning());
            yield return new Cell("cnitool add bridge(ipMasq)+portmap+bandwidth", chain, () => At(side).Tool()) { Every = side == Side.Ours ? 1 : Mode.IsQuick ? 4 : 3 };
        }

        yield return new Cell(Start, new(Side.Floor), () => new Measured(1, _empty.Run()));
        yield return new Cell($"{Start}, without libc", new(Side.Floor), () => new Measured(1, _nothing.Run()));
    }

    private SmallPluginsBed At(Side side)
    {
        if (!_beds.TryGetValue(side, out SmallPluginsBed? bed))
        {
            _beds.Add(side, bed = new SmallPluginsBed(side));
        }

        return bed;
    }
}
