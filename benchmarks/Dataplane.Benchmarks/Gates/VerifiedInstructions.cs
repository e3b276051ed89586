using System.Globalization;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Native;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;
using Dataplane.Bpf;
using Dataplane.Netlink;

namespace Dataplane.Benchmarks.Gates;

/// <summary>How many instructions the verifier walked through for each program: what loading costs, and how near a program is to the million that are allowed.</summary>
internal static class VerifiedInstructions
{
    private const double Tolerance = 0.1;

    /// <summary>A row a program.</summary>
    public static IEnumerable<ResultRow> Measure()
    {
        using var bed = new Bed(Side.Ours);
        using NetworkNamespace host = NetworkNamespace.Open(bed.Host);
        using NodePrograms programs = NodePrograms.Ensure(host.Cookie, new NodeOptions());
        foreach (string pin in Directory.EnumerateFiles($"{NodePrograms.Directory(host.Cookie)}/programs").Order(StringComparer.Ordinal))
        {
            using BpfProgram program = BpfProgram.TryOpenPinned(pin)!;
            double count = double.Parse(ReferenceProgram.Info(program.Fd, "verified_insns"), CultureInfo.InvariantCulture);
            yield return ResultRow.Create(GateSuite.Name, $"verified instructions, {Path.GetFileName(pin)}", Side.Ours, Unit.Count, [count]) with
            {
                Tolerance = Tolerance,
                IsOfThisKernel = true,
            };
        }
    }
}
