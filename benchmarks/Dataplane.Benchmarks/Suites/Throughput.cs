using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>One TCP stream from pod to pod of one bridge, by iperf3: nanoseconds a gibibyte.</summary>
public class Throughput
{
    private readonly StreamBed _reference = new(Side.Reference);
    private readonly StreamBed _ours = new(Side.Ours);

    [GlobalSetup]
    public void Setup()
    {
        _reference.Setup();
        _ours.Setup();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _reference.Dispose();
        _ours.Dispose();
    }

    [Benchmark, BenchmarkCategory("TCP pod to pod"), Row(Side.Reference)]
    public Measured Reference() => _reference.Stream(netfilter: false);

    [Benchmark, BenchmarkCategory("TCP pod to pod"), Row(Side.Ours, AimRatio = 1.2)]
    public Measured Ours() => _ours.Stream(netfilter: false);
}
