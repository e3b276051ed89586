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
    private static readonly ChainKind[] s_kinds = [ChainKind.Limited, ChainKind.OnePlugin];
    private readonly List<NodeBed> _nodes = [];
    private readonly Dictionary<(ChainKind, int), Chain> _chains = [];

    [GlobalSetup]
    public void Setup()
    {
        NodeBeds.Dispose();
        foreach (int beside in (int[])[0, Scale.Most])
        {
            var node = new NodeBed(Side.Ours, beside, isApart: true);
            _nodes.Add(node);
            foreach (ChainKind kind in s_kinds)
            {
                _chains.Add((kind, beside), new Chain(node.Bed, kind, $"comes-and-goes-{_chains.Count}", node.Free, "eth0", (8081, "tcp")));
            }
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (NodeBed node in _nodes)
        {
            node.Dispose();
        }
    }

    public override IEnumerable<Cell> Cells()
    {
        foreach (ChainKind kind in s_kinds)
        {
            foreach (int beside in (int[])[0, Scale.Most])
            {
                string where = beside == 0 ? "alone on its node" : $"with {beside} on other bridges";
                yield return new Cell($"ADD {kind.Name}, {where}", new(Side.Ours) { Than = beside == 0 ? string.Empty : $"ADD {kind.Name}, alone on its node", AimTimes = beside == 0 ? 0 : 1.2 },
                    () => new Measured(1, _chains[(kind, beside)].Add()))
                {
                    Curve = $"ADD {kind.Name}, to thousands", Beside = beside,
                };
                yield return new Cell($"DEL {kind.Name}, {where}", new(Side.Ours) { Than = beside == 0 ? string.Empty : $"DEL {kind.Name}, alone on its node" },
                    () => new Measured(1, _chains[(kind, beside)].Del()))
                {
                    Curve = $"DEL {kind.Name}, to thousands", Beside = beside,
                };
            }
        }
    }
}
