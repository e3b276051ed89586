using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Native;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// ADD and DEL of bridge with host-local, as a runtime waits for them: whole processes, started inside the node.
/// The floor is the kernel's part alone: the same netlink requests and map rows from one warm process, no lease, no journal.
/// </summary>
public class AddLatency
{
    private const string Add = "ADD bridge+host-local";
    private const string Del = "DEL bridge+host-local";

    private readonly Attachment _reference = new(Side.Reference);
    private readonly Attachment _ours = new(Side.Ours);
    private readonly KernelWork _floor = new();

    [GlobalSetup]
    public void Setup()
    {
        _reference.Setup();
        _ours.Setup();
        _floor.Setup();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _reference.Dispose();
        _ours.Dispose();
        _floor.Dispose();
    }

    [Benchmark, BenchmarkCategory(Add), Row(Side.Reference)]
    public Measured ReferenceAdd() => _reference.Add();

    [Benchmark, BenchmarkCategory(Add), Row(Side.Ours, AimNanoseconds = 5e6, AimRatio = 2.2)]
    public Measured OursAdd() => _ours.Add();

    [Benchmark, BenchmarkCategory(Add), Row(Side.Floor)]
    public Measured FloorAdd() => Time(_floor.Attach);

    [Benchmark, BenchmarkCategory(Del), Row(Side.Reference)]
    public Measured ReferenceDel() => _reference.Del();

    [Benchmark, BenchmarkCategory(Del), Row(Side.Ours)]
    public Measured OursDel() => _ours.Del();

    [Benchmark, BenchmarkCategory(Del), Row(Side.Floor)]
    public Measured FloorDel() => Time(_floor.Detach);

    private static Measured Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return new Measured(1, Stopwatch.GetElapsedTime(start).TotalNanoseconds);
    }

    /// <summary>One container that is attached and detached, beside one that stays: the bridge is there, as on a node at work.</summary>
    private sealed class Attachment(Side side) : IDisposable
    {
        private Bed? _bed;
        private Child? _add;
        private Child? _del;

        public void Setup()
        {
            _bed = new Bed(side);
            string configuration = _bed.Configuration("10.88.0.0/16");
            string stays = _bed.Add("stays");
            string pod = _bed.Add("pod");
            _bed.Run(_bed.Bridge("ADD", "stays", stays, configuration));
            _add = _bed.Bridge("ADD", "comes-and-goes", pod, configuration);
            _del = _bed.Bridge("DEL", "comes-and-goes", pod, configuration);
        }

        public Measured Add() => new(1, _bed!.Run(_add!));

        public Measured Del() => new(1, _bed!.Run(_del!));

        public void Dispose() => _bed?.Dispose();
    }
}
