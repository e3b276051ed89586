using System.Diagnostics;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Beds;

/// <summary>A node on which a hundred containers start at once: a thread and a namespace each, which runs the chain's plugins one after the other.</summary>
internal sealed class BurstBed : IDisposable
{
    private const int StackSize = 256 * 1024;
    private const int FirstPort = 12000;

    /// <summary>How many start.</summary>
    public const int Containers = 100;

    private readonly Bed _bed;
    private readonly Chain[] _chains;

    /// <param name="side">Whose plugins.</param>
    /// <param name="kind">The chain.</param>
    public BurstBed(Side side, ChainKind kind)
    {
        _bed = new Bed(side);
        _ = _bed.AddOutside();
        // The bridge is there, as on a node at work.
        new Chain(_bed, kind, "stays", _bed.Add("stays"), "eth0", (8080, "tcp")).Add();
        _chains = [.. Enumerable.Range(0, Containers).Select(i => new Chain(_bed, kind, $"burst{i}", _bed.Add($"burst{i}"), "eth0", (FirstPort + i, "tcp")))];
    }

    /// <summary>What failed in the last <see cref="Add"/>.</summary>
    public IReadOnlyList<string> Failures { get; private set; } = [];

    /// <summary>All ADDs at once.</summary>
    /// <returns>The time until the last one was done; besides, each one's, and how many failed.</returns>
    public Measured Add() => AtOnce(static c => c.Add(), "each ADD");

    /// <summary>All DELs at once.</summary>
    public Measured Del() => AtOnce(static c => c.Del(), "each DEL");

    public void Dispose() => _bed.Dispose();

    private Measured AtOnce(Func<Chain, double> call, string each)
    {
        using var start = new ManualResetEventSlim();
        using var ready = new CountdownEvent(_chains.Length);
        double[] times = new double[_chains.Length];
        var failures = new List<string>();
        Thread[] threads =
        [
            .. _chains.Select((chain, i) => new Thread(() =>
            {
                ready.Signal();
                start.Wait();
                long begun = Stopwatch.GetTimestamp();
                try
                {
                    call(chain);
                }
                catch (InvalidOperationException e)
                {
                    lock (failures)
                    {
                        failures.Add(e.Message);
                    }
                }

                times[i] = Stopwatch.GetElapsedTime(begun).TotalNanoseconds;
            }, StackSize)),
        ];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        ready.Wait();
        long started = Stopwatch.GetTimestamp();
        start.Set();
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        double all = Stopwatch.GetElapsedTime(started).TotalNanoseconds;
        Failures = failures;
        return new Measured(1, all) { Besides = [new Besides(each, Unit.Time.Name, times), new Besides("failures", Unit.Count.Name, failures.Count)] };
    }
}
