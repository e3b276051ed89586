using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// What thousands of containers beside it, on bridges of their own, cost ADD and DEL of the chain. A suite of its own, and the last one: some of what a kernel keeps per device is
/// one list for all namespaces, and would slow down the other suites' containers too.
/// </summary>
public class ChainGrowth : CellSuite
{
    private readonly Dictionary<int, (NodeBed Node, Chain Chain)> _beds = [];

    [GlobalSetup]
    public void Setup()
    {
        NodeBeds.Dispose();
        foreach (int beside in (int[])[0, Scale.Most])
        {
            var node = new NodeBed(Side.Ours, beside, isApart: true);
            _beds.Add(beside, (node, new Chain(node.Bed, ChainKind.Limited, "comes-and-goes", node.Free, "eth0", (8081, "tcp"))));
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach ((NodeBed node, _) in _beds.Values)
        {
            node.Dispose();
        }
    }

    public override IEnumerable<Cell> Cells()
    {
        string kind = ChainKind.Limited.Name;
        string addAlone = $"ADD {kind}, alone on its node", delAlone = $"DEL {kind}, alone on its node";
        yield return new Cell(addAlone, new(Side.Ours), () => new Measured(1, _beds[0].Chain.Add())) { Curve = $"ADD {kind}, to thousands" };
        yield return new Cell(delAlone, new(Side.Ours), () => new Measured(1, _beds[0].Chain.Del())) { Curve = $"DEL {kind}, to thousands" };
        int most = Scale.Most;
        yield return new Cell($"ADD {kind}, beside {most}", new(Side.Ours) { Than = addAlone, AimTimes = 1.2 }, () => new Measured(1, _beds[most].Chain.Add()))
        {
            Curve = $"ADD {kind}, to thousands", Beside = most,
        };
        yield return new Cell($"DEL {kind}, beside {most}", new(Side.Ours) { Than = delAlone }, () => new Measured(1, _beds[most].Chain.Del()))
        {
            Curve = $"DEL {kind}, to thousands", Beside = most,
        };
    }
}
