using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// One TCP stream by iperf3, nanoseconds a gibibyte: a masqueraded pod to the outside, the outside to its host port, beside 300 other containers with mappings.
/// </summary>
public class NatThroughput
{
    private const string Out = "TCP bulk, pod to outside";
    private const string In = "TCP bulk, outside to hostPort";

    [GlobalSetup]
    public void Setup() => _ = (NatBeds.Reference, NatBeds.Ours);

    [Benchmark, BenchmarkCategory(Out), Row(Side.Reference)]
    public Measured ReferenceOut() => NatBeds.Reference.Stream(Direction.Out);

    [Benchmark, BenchmarkCategory(Out), Row(Side.Ours, AimRatio = 1.15)]
    public Measured OursOut() => NatBeds.Ours.Stream(Direction.Out);

    [Benchmark, BenchmarkCategory(In), Row(Side.Reference)]
    public Measured ReferenceIn() => NatBeds.Reference.Stream(Direction.In);

    [Benchmark, BenchmarkCategory(In), Row(Side.Ours, AimRatio = 1.15)]
    public Measured OursIn() => NatBeds.Ours.Stream(Direction.In);
}
