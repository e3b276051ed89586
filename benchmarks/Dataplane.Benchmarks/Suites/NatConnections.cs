using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// TCP connections, each opened, answered by a byte and closed, by eight threads: a masqueraded pod to the outside, the outside to its host port, beside 300 other containers with mappings.
/// </summary>
public class NatConnections
{
    private const string Out = "new connections, pod to outside";
    private const string In = "new connections, outside to hostPort";

    [GlobalSetup]
    public void Setup() => _ = (NatBeds.Reference, NatBeds.Ours);

    [Benchmark, BenchmarkCategory(Out), Row(Side.Reference)]
    public Measured ReferenceOut() => NatBeds.Reference.Connections(Direction.Out);

    [Benchmark, BenchmarkCategory(Out), Row(Side.Ours, AimRatio = 1.4)]
    public Measured OursOut() => NatBeds.Ours.Connections(Direction.Out);

    [Benchmark, BenchmarkCategory(In), Row(Side.Reference)]
    public Measured ReferenceIn() => NatBeds.Reference.Connections(Direction.In);

    [Benchmark, BenchmarkCategory(In), Row(Side.Ours, AimRatio = 1.4)]
    public Measured OursIn() => NatBeds.Ours.Connections(Direction.In);
}
