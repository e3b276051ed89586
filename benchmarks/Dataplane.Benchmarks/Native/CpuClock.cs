using System.Globalization;

namespace Dataplane.Benchmarks.Native;

/// <summary>
/// How long the machine's CPUs were busy, all together, whoever used them. Not the time of the processes: what the kernel carries in soft interrupts it charges to
/// whom it interrupted, or to ksoftirqd. Time that the hypervisor stole is in neither.
/// </summary>
internal static class CpuClock
{
    // USER_HZ: what proc(5) calls a tick is a hundredth of a second on every architecture that we build for.
    private const double TickNanoseconds = 1e7;

    /// <summary>Nanoseconds since the boot.</summary>
    public static double Busy()
    {
        // cpu user nice system idle iowait irq softirq steal …
        using StreamReader stat = File.OpenText("/proc/stat");
        string[] words = stat.ReadLine()!.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double ticks = 0;
        foreach (int i in (ReadOnlySpan<int>)[1, 2, 3, 6, 7])
        {
            ticks += long.Parse(words[i], CultureInfo.InvariantCulture);
        }

        return ticks * TickNanoseconds;
    }
}
