using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// ADD and DEL of the chain bridge with ipMasq, host-local and portmap with one mapping, on a node with an uplink: alone, beside 200 containers
/// that have the same. The containers beside are attached by the plugins themselves.
/// </summary>
public class ChainLatency
{
    private const string Add1 = "ADD bridge(ipMasq)+portmap, alone";
    private const string Del1 = "DEL bridge(ipMasq)+portmap, alone";
    private const string Add200 = "ADD bridge(ipMasq)+portmap, beside 200";
    private const string Del200 = "DEL bridge(ipMasq)+portmap, beside 200";

    private readonly ChainBed _reference1 = new(Side.Reference);
    private readonly ChainBed _ours1 = new(Side.Ours);
    private readonly ChainBed _reference200 = new(Side.Reference);
    private readonly ChainBed _ours200 = new(Side.Ours);

    [GlobalSetup]
    public void Setup()
    {
        _reference1.Setup(beside: 0);
        _ours1.Setup(beside: 0);
        _reference200.Setup(beside: 200);
        _ours200.Setup(beside: 200);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (ChainBed bed in (ChainBed[])[_reference1, _ours1, _reference200, _ours200])
        {
            bed.Dispose();
        }
    }

    [Benchmark, BenchmarkCategory(Add1), Row(Side.Reference)]
    public Measured ReferenceAdd1() => _reference1.Add();

    [Benchmark, BenchmarkCategory(Add1), Row(Side.Ours, AimRatio = 10)]
    public Measured OursAdd1() => _ours1.Add();

    [Benchmark, BenchmarkCategory(Del1), Row(Side.Reference)]
    public Measured ReferenceDel1() => _reference1.Del();

    [Benchmark, BenchmarkCategory(Del1), Row(Side.Ours)]
    public Measured OursDel1() => _ours1.Del();

    [Benchmark, BenchmarkCategory(Add200), Row(Side.Reference)]
    public Measured ReferenceAdd200() => _reference200.Add();

    [Benchmark, BenchmarkCategory(Add200), Row(Side.Ours, AimRatio = 20)]
    public Measured OursAdd200() => _ours200.Add();

    [Benchmark, BenchmarkCategory(Del200), Row(Side.Reference)]
    public Measured ReferenceDel200() => _reference200.Del();

    [Benchmark, BenchmarkCategory(Del200), Row(Side.Ours)]
    public Measured OursDel200() => _ours200.Del();
}
