using System.Runtime.InteropServices;

namespace Dataplane.Bpf.Tests.Native;

/// <summary>Which CPU a thread runs on.</summary>
internal static partial class Affinity
{
    /// <summary>Pins the calling thread to one CPU of those it may use, by number modulo how many there are.</summary>
    public static void Pin(int number)
    {
        Span<ulong> allowed = stackalloc ulong[16];
        Assert.True(sched_getaffinity(0, (nuint)(allowed.Length * 8), allowed) > 0 || Marshal.GetLastPInvokeError() == 0);
        List<int> cpus = [];
        for (int cpu = 0; cpu < allowed.Length * 64; cpu++)
        {
            if ((allowed[cpu / 64] >> (cpu % 64) & 1) != 0)
            {
                cpus.Add(cpu);
            }
        }
        int chosen = cpus[number % cpus.Count];
        Span<ulong> one = stackalloc ulong[16];
        one.Clear();
        one[chosen / 64] = 1UL << (chosen % 64);
        Assert.Equal(0, sched_setaffinity(0, (nuint)(one.Length * 8), one));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sched_getaffinity(int pid, nuint size, Span<ulong> mask);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sched_setaffinity(int pid, nuint size, ReadOnlySpan<ulong> mask);
}
