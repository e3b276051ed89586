using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// What thousands of containers beside it, on bridges of their own, cost ADD and DEL of the chain. A suite of its own, and the last one: some of what a kernel keeps per device is
/// one list for all namespaces, and would slow down the other suites' containers too. So "alone on its node" is not alone on its machine: it is measured in turns with the
/// thousands, and the rows "before there are others" tell what the same node takes without them. The floor's rows tell how much of the difference is the kernel's.
/// </summary>
public class ChainGrowth : CellSuite
{
    private const string Before = "before there are others";
    private static readonly ChainKind[] s_kinds = [ChainKind.Limited, ChainKind.OnePlugin];
    private readonly List<NodeBed> _nodes = [];
    private readonly Dictionary<(ChainKind, int), Chain> _chains = [];
    private readonly Dictionary<string, Queue<double>> _before = [];
    private readonly KernelWork _kernel = new(dualStack: false);
    private ClsactWork? _clsact;

    private static string Others => $"with {Scale.Most} on other bridges";

    [GlobalSetup]
    public void Setup()
    {
        NodeBeds.Dispose();
        DyingNamespaces.AwaitEnd();
        _kernel.Setup();
        _clsact = new ClsactWork();
        _clsact.Setup();
        MeasureBefore(KernelParts());
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
                    MeasureBefore([($"ADD {kind.Name}", chain.Add), ($"DEL {kind.Name}", chain.Del)]);
                }
            }
        }
    }

    /// <summary>What the kernel is asked for by any ADD, and the part of it that grows with what is on the machine.</summary>
    private (string Figure, Func<double> Measure)[] KernelParts() =>
    [
        ("the kernel's part of an ADD", () => Time(_kernel.Attach)),
        ("the kernel's part of a DEL", () => Time(_kernel.Detach)),
        ("a clsact for a veth", () => _clsact!.Add()),
    ];

    // Not in turns with anything else: the others cannot be taken away and brought back each round.
    private void MeasureBefore((string Figure, Func<double> Measure)[] parts)
    {
        Suite suite = SuiteTable.All.Single(s => s.Type == typeof(ChainGrowth));
        for (int round = -suite.Warmups; round < suite.Rounds; round++)
        {
            foreach ((string figure, Func<double> measure) in parts)
            {
                if (!_before.TryGetValue(figure, out Queue<double>? values))
                {
                    _before.Add(figure, values = new Queue<double>());
                }

                values.Enqueue(measure());
            }
        }
    }

    private Cell BeforeOthers(string figure, Side side) => new($"{figure}, {Before}", new(side), () => new Measured(1, _before[figure].Dequeue()));

    [GlobalCleanup]
    public void Cleanup()
    {
        _kernel.Dispose();
        _clsact?.Dispose();
        foreach (NodeBed node in _nodes)
        {
            node.Dispose();
        }
    }

    public override IEnumerable<Cell> Cells()
    {
        foreach ((string figure, Func<double> measure) in KernelParts())
        {
            yield return BeforeOthers(figure, Side.Floor);
            yield return new Cell($"{figure}, {Others}", new(Side.Floor), () => new Measured(1, measure()));
        }

        foreach (ChainKind kind in s_kinds)
        {
            yield return BeforeOthers($"ADD {kind.Name}", Side.Ours);
            yield return BeforeOthers($"DEL {kind.Name}", Side.Ours);
            foreach (int beside in (int[])[0, Scale.Most])
            {
                string where = beside == 0 ? "alone on its node" : Others;
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

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }
}
