using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// What of a limit one TCP stream gets, as payload at its receiver: with a neighbour and with the outside, from the container and to it. The limit is of whole frames:
/// of full ones 0.956 is payload.
/// </summary>
public class LimitGoodput : CellSuite
{
    private const long Megabit = 1_000_000;
    private static readonly Side[] s_sides = [Side.Reference, Side.Ours];
    private readonly Dictionary<(Side, long), LimitBed> _beds = [];

    private static long[] Rates => Mode.IsQuick ? [20, 1000] : [20, 100, 1000];

    [GlobalSetup]
    public void Setup()
    {
        foreach (Side side in s_sides)
        {
            foreach (long rate in Rates)
            {
                var bed = new LimitBed(side, rate * Megabit);
                bed.Setup();
                bed.Add();
                _beds.Add((side, rate), bed);
            }
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (LimitBed bed in _beds.Values)
        {
            bed.Dispose();
        }
    }

    public override IEnumerable<Cell> Cells()
    {
        foreach (long rate in Rates)
        {
            foreach ((bool remote, bool reverse) in ((bool, bool)[])[(false, false), (false, true), (true, false), (true, true)])
            {
                string what = $"TCP under a limit of {rate} Mbit/s, {(remote ? "outside" : "neighbour")}, {(reverse ? "to" : "from")} the container";
                foreach (Side side in s_sides)
                {
                    RowAttribute row = side == Side.Ours ? new(side) { AimLeast = 0.92, AimMost = 1.03 } : new(side);
                    yield return new Cell(what, row, () => _beds[(side, rate)].Goodput(remote, reverse)) { Unit = Unit.Ratio.Name };
                }
            }
        }
    }
}
