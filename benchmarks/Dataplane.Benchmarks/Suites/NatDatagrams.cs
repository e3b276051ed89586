using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// Datagrams of 18 bytes in batches of 64, counted where they arrive: a masqueraded pod to the outside, the outside to its host port, beside 300 other containers with mappings.
/// </summary>
public class NatDatagrams
{
    private const string Out = "small UDP, pod to outside";
    private const string In = "small UDP, outside to hostPort";

    [GlobalSetup]
    public void Setup() => _ = (NatBeds.Reference, NatBeds.Ours);

    [Benchmark, BenchmarkCategory(Out), Row(Side.Reference)]
    public Measured ReferenceOut() => NatBeds.Reference.Datagrams(Direction.Out);

    [Benchmark, BenchmarkCategory(Out), Row(Side.Ours, AimRatio = 1.4)]
    public Measured OursOut() => NatBeds.Ours.Datagrams(Direction.Out);

    [Benchmark, BenchmarkCategory(In), Row(Side.Reference)]
    public Measured ReferenceIn() => NatBeds.Reference.Datagrams(Direction.In);

    [Benchmark, BenchmarkCategory(In), Row(Side.Ours, AimRatio = 1.4)]
    public Measured OursIn() => NatBeds.Ours.Datagrams(Direction.In);
}
