using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// The same with br_netfilter: every bridged packet passes the (empty) hooks of iptables, as on a Kubernetes node.
/// </summary>
public class FilteredThroughput
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

    [Benchmark, BenchmarkCategory("TCP pod to pod, br_netfilter"), Row(Side.Reference)]
    public Measured Reference() => _reference.Stream(netfilter: true);

    [Benchmark, BenchmarkCategory("TCP pod to pod, br_netfilter"), Row(Side.Ours, AimRatio = 1.2)]
    public Measured Ours() => _ours.Stream(netfilter: true);
}
