using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// What 5000 containers beside it cost ADD and DEL of the chain of <see cref="ChainLatency"/>. A suite of its own: some of what a
/// kernel keeps per device is one list for all namespaces, and would slow down the other suite's containers too.
/// </summary>
public class ChainGrowth
{
    private const string Add1 = "ADD bridge(ipMasq)+portmap, alone on its node";
    private const string Del1 = "DEL bridge(ipMasq)+portmap, alone on its node";
    private const string Add5000 = "ADD bridge(ipMasq)+portmap, beside 5000";
    private const string Del5000 = "DEL bridge(ipMasq)+portmap, beside 5000";

    private readonly ChainBed _alone = new(Side.Ours);
    private readonly ChainBed _beside = new(Side.Ours);

    [GlobalSetup]
    public void Setup()
    {
        _alone.Setup(beside: 0);
        _beside.Setup(beside: 5000);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _alone.Dispose();
        _beside.Dispose();
    }

    [Benchmark, BenchmarkCategory(Add1), Row(Side.Ours)]
    public Measured Add() => _alone.Add();

    [Benchmark, BenchmarkCategory(Del1), Row(Side.Ours)]
    public Measured Del() => _alone.Del();

    [Benchmark, BenchmarkCategory(Add5000), Row(Side.Ours, Than = Add1, AimTimes = 1.2)]
    public Measured AddBeside() => _beside.Add();

    [Benchmark, BenchmarkCategory(Del5000), Row(Side.Ours, Than = Del1)]
    public Measured DelBeside() => _beside.Del();
}
