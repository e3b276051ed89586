using System.Text.RegularExpressions;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;

namespace Dataplane.Benchmarks.Gates;

/// <summary>System calls of a chain's ADD and DEL with all their processes, counted by strace: it needs ptrace alone, which every machine and CI has.</summary>
internal static partial class SystemCalls
{
    private const double Tolerance = 0.05;
    private const int Runs = 3;
    private static readonly ChainKind[] s_kinds = [ChainKind.Bridge, ChainKind.Limited];

    /// <summary>Rows of both sides; the reference's are for comparison, no gate.</summary>
    public static IEnumerable<ResultRow> Measure() => ((Side[])[Side.Reference, Side.Ours]).SelectMany(Measure);

    private static IEnumerable<ResultRow> Measure(Side side)
    {
        using var bed = new Bed(side);
        _ = bed.AddOutside();
        // The bridge and the programs are there, as on a node at work.
        new Chain(bed, ChainKind.Limited, "stays", bed.Add("stays"), "eth0", (8080, "tcp")).Add();
        string pod = bed.Add("pod");
        string trace = Path.Combine(bed.Leases, "trace");
        bed.Through = ["/usr/bin/strace", "-f", "-qq", "-A", "-e", "signal=none", "-o", trace];
        foreach (ChainKind kind in s_kinds)
        {
            var chain = new Chain(bed, kind, "comes-and-goes", pod, "eth0", (8081, "tcp"));
            double[] add = new double[Runs], del = new double[Runs];
            for (int run = 0; run < Runs; run++)
            {
                add[run] = Count(trace, () => chain.Add());
                del[run] = Count(trace, () => chain.Del());
            }

            yield return Row($"system calls, ADD {kind.Name}", side, add);
            yield return Row($"system calls, DEL {kind.Name}", side, del);
        }
    }

    // The smallest: a call that is interrupted, or waits for a lock once more, is no work of the plugin.
    private static ResultRow Row(string figure, Side side, double[] counts) =>
        ResultRow.Create(GateSuite.Name, figure, side, Unit.Count, [counts.Min()]) with
        {
            Tolerance = side == Side.Ours ? Tolerance : null,
            // What a kernel lacks is asked for by other calls, or not at all: without sch_fq there is another shaper.
            IsOfThisKernel = true,
        };

    private static int Count(string trace, Action action)
    {
        File.Delete(trace);
        action();
        // A call that another thread's interrupted has a second line, which begins with "<... ".
        return File.ReadLines(trace).Count(l => CallLine().IsMatch(l));
    }

    [GeneratedRegex(@"^\d+ +\w+\(")]
    private static partial Regex CallLine();
}
