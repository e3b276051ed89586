using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// What thousands of containers beside it, on bridges of their own, cost ADD and DEL of the chain. A suite of its own, and the last one: some of what a kernel keeps per device is
/// one list for all namespaces, and would slow down the other suites' containers too. So "alone on its node" is not alone on its machine: it is measured in turns with the
/// thousands, and the rows "before there are others" tell what the same node takes without them.
/// </summary>
public class ChainGrowth : CellSuite
{
    private static readonly ChainKind[] s_kinds = [ChainKind.Limited, ChainKind.OnePlugin];
    private readonly List<NodeBed> _nodes = [];
    private readonly Dictionary<(ChainKind, int), Chain> _chains = [];
    private readonly Dictionary<ChainKind, (Queue<double> Adds, Queue<double> Dels)> _before = [];

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
                var chain = new Chain(node.Bed, kind, $"comes-and-goes-{_chains.Count}", node.Free, "eth0", (8081, "tcp"));
                _chains.Add((kind, beside), chain);
                if (beside == 0)
                {
                    _before.Add(kind, Alone(chain));
                }
            }
        }
    }

    // Not in turns with anything: the others cannot be taken away and brought back each round.
    private static (Queue<double> Adds, Queue<double> Dels) Alone(Chain chain)
    {
        Suite suite = SuiteTable.All.Single(s => s.Type == typeof(ChainGrowth));
        (Queue<double> adds, Queue<double> dels) = ([], []);
        for (int round = -suite.Warmups; round < suite.Rounds; round++)
        {
            adds.Enqueue(chain.Add());
            dels.Enqueue(chain.Del());
        }

        return (adds, dels);
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
            yield return new Cell($"ADD {kind.Name}, before there are others", new(Side.Ours), () => new Measured(1, _before[kind].Adds.Dequeue()));
            yield return new Cell($"DEL {kind.Name}, before there are others", new(Side.Ours), () => new Measured(1, _before[kind].Dels.Dequeue()));
            foreach (int beside in (int[])[0, Scale.Most])
            {
                string where = beside == 0 ? "alone on its node" : $"with {beside} on other bridges";
                // An ADD of 7 ms was promised, and that it stays one beside ten thousand.
                RowAttribute add = beside == 0 ? new(Side.Ours) : new(Side.Ours) { Than = $"ADD {kind.Name}, alone on its node", AimTimes = 1.2, AimNanoseconds = 7e6 };
                yield return new Cell($"ADD {kind.Name}, {where}", add, () => new Measured(1, _chains[(kind, beside)].Add()))
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
