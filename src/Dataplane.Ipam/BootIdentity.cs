using System.Globalization;
using System.Text;
using Dataplane.Interop;

namespace Dataplane.Ipam;

/// <summary>
/// Which boot of the machine this is. No network namespace outlives a boot, so a lease written in an earlier one has no holder.
/// </summary>
/// <param name="id">The kernel's boot id.</param>
/// <param name="earliestStart">A time surely before this boot's first lease, nanoseconds since the epoch; null when there is no evidence.</param>
public sealed class BootIdentity(string id, Func<long?> earliestStart)
{
    // Clocks are stepped, so a file must be this much older than the boot to count as older.
    private const long Margin = 60_000_000_000;

    /// <summary>The kernel's boot id, <c>/proc/sys/kernel/random/boot_id</c>.</summary>
    public string Id { get; } = id;

    /// <summary>
    /// A time, in nanoseconds since the epoch, surely before anything that was written in this boot; null when there is no evidence.
    /// It is the earlier of two: now minus the uptime, which a clock stepped back cannot make too late, and the birth of <c>/run</c>,
    /// which a clock stepped forward after boot (a machine without a battery-backed clock) cannot make too late.
    /// </summary>
    public long? EarliestStart => earliestStart();

    /// <summary>The boot the process runs in.</summary>
    /// <exception cref="LinuxException">/proc is not there.</exception>
    public static BootIdentity ReadCurrent() => new(ReadText("/proc/sys/kernel/random", "boot_id"), FindEarliestStart);

    private static long? FindEarliestStart()
    {
        using DirectoryFd? run = DirectoryFd.TryOpen("/run");
        if (run?.Status().Born is not { } born)
            return null;
        string uptime = ReadText("/proc", "uptime");
        double seconds = double.Parse(uptime.AsSpan(0, uptime.IndexOf(' ')), CultureInfo.InvariantCulture);
        long booted = UnixTime.Now - (long)(seconds * 1e9);
        return Math.Min(born, booted) - Margin;
    }

    private static string ReadText(string directory, string name)
    {
        using DirectoryFd parent = DirectoryFd.TryOpen(directory) ?? throw new LinuxException("open", directory, 2);
        Span<byte> text = stackalloc byte[64];
        int length = parent.Read(name, text);
        return length < 0 ? throw new LinuxException("open", $"{directory}/{name}", 2) : Encoding.ASCII.GetString(text[..length]).Trim();
    }
}
