using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>
/// Milliseconds since the machine started (CLOCK_BOOTTIME): nobody sets it, it goes on while the machine sleeps, and every process of
/// a boot sees the same.
/// </summary>
public static unsafe partial class BootClock
{
    private const int CLOCK_BOOTTIME = 7;

    /// <summary>The time.</summary>
    public static long Now
    {
        get
        {
            DirectoryCalls.Timespec time;
            return clock_gettime(CLOCK_BOOTTIME, &time) == 0
                ? (time.tv_sec * 1000L) + (time.tv_nsec / 1_000_000)
                : throw new LinuxException("clock_gettime", "CLOCK_BOOTTIME", Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_gettime(int clockid, DirectoryCalls.Timespec* tp);
}
