using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>ADD and DEL of bandwidth alone, with a rate both ways, for a container that bridge has attached before and detaches after, unmeasured.</summary>
public class BandwidthLatency
{
    private const string Add = "ADD bandwidth";
    private const string Del = "DEL bandwidth";
    private const long Rate = 100_000_000;

    private readonly LimitBed _reference = new(Side.Reference, Rate);
    private readonly LimitBed _ours = new(Side.Ours, Rate);

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

    [Benchmark, BenchmarkCategory(Add), Row(Side.Reference)]
    public Measured ReferenceAdd() => _reference.Add();

    [Benchmark, BenchmarkCategory(Add), Row(Side.Ours, AimNanoseconds = 3e6)]
    public Measured OursAdd() => _ours.Add();

    [Benchmark, BenchmarkCategory(Del), Row(Side.Reference)]
    public Measured ReferenceDel() => _reference.Del();

    [Benchmark, BenchmarkCategory(Del), Row(Side.Ours)]
    public Measured OursDel() => _ours.Del();
}
