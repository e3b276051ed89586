using System.Reflection;
using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Native;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;
using Dataplane.Benchmarks.Suites;
using Dataplane.Bpf;

namespace Dataplane.Benchmarks.Gates;

/// <summary>
/// What a packet costs in a program, in times of <see cref="ReferenceProgram"/>, which runs in turns with it. Of each the smallest of many short runs
/// is taken: a neighbour makes a run longer, never shorter.
/// </summary>
internal static class RelativePaths
{
    private const double Tolerance = 0.25;
    private const int Rounds = 12;
    private const uint Repeat = 20_000;

    // Where the same packet can be run again: a single run on cold caches has no smallest.
    private static readonly string[] s_paths =
    [
        nameof(PacketPath.FastL2), nameof(PacketPath.FastL2V6), nameof(PacketPath.FastL3), nameof(PacketPath.FastL3V6), nameof(PacketPath.FastOut),
        nameof(PacketPath.ToPodForwarded), nameof(PacketPath.ToUplinkHost), nameof(PacketPath.FromUplinkHost), nameof(PacketPath.Candidate),
    ];

    /// <summary>A row a path.</summary>
    public static IReadOnlyList<ResultRow> Measure()
    {
        MethodInfo[] paths = [.. s_paths.Select(p => typeof(PacketPath).GetMethod(p)!)];
        double[] least = [.. paths.Select(_ => double.MaxValue)];
        double reference = double.MaxValue;
        byte[] packet = new byte[64];
        using BpfProgram program = ReferenceProgram.Load();
        var suite = new PacketPath();
        try
        {
            suite.Setup();
            for (int round = 0; round < Rounds; round++)
            {
                for (int i = 0; i < paths.Length; i++)
                {
                    reference = Math.Min(reference, program.TestRun(packet, [], [], Repeat).DurationNs);
                    var measured = (Measured)paths[i].Invoke(suite, null)!;
                    least[i] = Math.Min(least[i], measured.Nanoseconds / measured.Operations);
                }
            }
        }
        finally
        {
            suite.Cleanup();
        }

        return
        [
            .. paths.Select((path, i) =>
                ResultRow.Create(GateSuite.Name, $"{path.GetCustomAttribute<BenchmarkCategoryAttribute>()!.Categories[0]}, in times of the reference program", Side.Ours, Unit.Times, [least[i] / reference]) with
                {
                    Tolerance = Tolerance,
                    // Another kernel's JIT and helpers cost another program more than the reference program.
                    IsOfThisKernel = true,
                }),
        ];
    }
}
