using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// How long a small datagram and its answer take while one TCP stream fills the same limit, of 100 Mbit/s: the stream leaves the limited container, or comes to it.
/// The median and the 99th percentile are of the same round trips.
/// </summary>
public class LatencyUnderLimit
{
    private const string Sent50 = "round trip beside a stream from the container, p50";
    private const string Sent99 = "round trip beside a stream from the container, p99";
    private const string Got50 = "round trip beside a stream to the container, p50";
    private const string Got99 = "round trip beside a stream to the container, p99";
    private const long Rate = 100_000_000;
    private const double Aim = 10e6;

    private readonly LimitBed _reference = new(Side.Reference, Rate);
    private readonly LimitBed _ours = new(Side.Ours, Rate);

    [GlobalSetup]
    public void Setup()
    {
        foreach (LimitBed bed in (LimitBed[])[_reference, _ours])
        {
            bed.Setup();
            bed.Add();
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _reference.Dispose();
        _ours.Dispose();
    }

    [Benchmark, BenchmarkCategory(Sent50), Row(Side.Reference)]
    public Measured ReferenceSent50() => _reference.RoundTrip(reverse: false);

    [Benchmark, BenchmarkCategory(Sent50), Row(Side.Ours, AimNanoseconds = Aim)]
    public Measured OursSent50() => _ours.RoundTrip(reverse: false);

    [Benchmark, BenchmarkCategory(Sent99), Row(Side.Reference)]
    public Measured ReferenceSent99() => _reference.Worst;

    [Benchmark, BenchmarkCategory(Sent99), Row(Side.Ours)]
    public Measured OursSent99() => _ours.Worst;

    [Benchmark, BenchmarkCategory(Got50), Row(Side.Reference)]
    public Measured ReferenceGot50() => _reference.RoundTrip(reverse: true);

    [Benchmark, BenchmarkCategory(Got50), Row(Side.Ours, AimNanoseconds = Aim)]
    public Measured OursGot50() => _ours.RoundTrip(reverse: true);

    [Benchmark, BenchmarkCategory(Got99), Row(Side.Reference)]
    public Measured ReferenceGot99() => _reference.Worst;

    [Benchmark, BenchmarkCategory(Got99), Row(Side.Ours)]
    public Measured OursGot99() => _ours.Worst;
}
