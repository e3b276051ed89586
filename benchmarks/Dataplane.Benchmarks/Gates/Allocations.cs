using System.Reflection;
using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Benchmarks.Results;
using Dataplane.Benchmarks.Suites;

namespace Dataplane.Benchmarks.Gates;

/// <summary>
/// Bytes that the operations of <see cref="Micro"/> allocate. BenchmarkDotNet's MemoryDiagnoser tells them too, but as a mean, with a share of what a pool or a
/// list once grew by. The project is compiled once and for all (no tiers), so a hundred calls are as good as a million.
/// </summary>
internal static class Allocations
{
    private const int Warmups = 50;
    private const int Calls = 100;

    /// <summary>A row an operation.</summary>
    public static IEnumerable<ResultRow> Measure()
    {
        var micro = new Micro();
        try
        {
            micro.Setup();
            foreach (MethodInfo method in typeof(Micro).GetMethods().Where(m => m.GetCustomAttribute<BenchmarkAttribute>() is not null))
            {
                string figure = method.GetCustomAttribute<BenchmarkCategoryAttribute>()!.Categories[0];
                yield return ResultRow.Create(nameof(Micro), figure + ", allocated", Side.Ours, Unit.Bytes, [Bytes(method.CreateDelegate<Func<object?>>(micro))]) with
                {
                    BesidesOf = figure,
                    Tolerance = 0,
                };
            }
        }
        finally
        {
            micro.Cleanup();
        }
    }

    private static double Bytes(Func<object?> operation)
    {
        for (int i = 0; i < Warmups; i++)
        {
            operation();
        }

        // A list that grows, a pool that is filled: the median is what a call allocates by itself.
        long[] bytes = new long[Calls];
        for (int i = 0; i < Calls; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            operation();
            bytes[i] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Array.Sort(bytes);
        return bytes[Calls / 2];
    }
}
