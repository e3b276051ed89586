using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// A hundred containers that start at once, and end at once: the time until the last of them is done, the time of each, and how many failed. Of ours none may.
/// </summary>
public class AddBurst : CellSuite
{
    private readonly Dictionary<Side, BurstBed> _beds = [];

    [GlobalSetup]
    public void Setup()
    {
        foreach (Side side in Sides())
        {
            _beds.Add(side, new BurstBed(side, ChainKind.Limited));
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (BurstBed bed in _beds.Values)
        {
            bed.Dispose();
        }
    }

    public override IEnumerable<Cell> Cells()
    {
        foreach (Side side in Sides())
        {
            int every = side == Side.Ours ? 1 : Mode.IsQuick ? 4 : 3;
            double aim = side == Side.Ours ? 10 : 0;
            yield return new Cell($"{BurstBed.Containers} ADDs at once, {ChainKind.Limited.Name}", new(side) { AimRatio = aim }, () => Checked(side, _beds[side].Add())) { Every = every };
            yield return new Cell($"{BurstBed.Containers} DELs at once, {ChainKind.Limited.Name}", new(side), () => Checked(side, _beds[side].Del())) { Every = every };
        }
    }

    private Measured Checked(Side side, Measured measured)
    {
        if (side == Side.Ours)
        {
            foreach (string failure in _beds[side].Failures)
            {
                Failures.Add($"{nameof(AddBurst)}: {failure}");
            }
        }

        return measured;
    }

    private static IEnumerable<Side> Sides() =>
        Mode.IsQuick || Iptables.LegacyMissing is not null ? [Side.Reference, Side.Ours] : [Side.Reference, Side.ReferenceLegacy, Side.Ours];
}
