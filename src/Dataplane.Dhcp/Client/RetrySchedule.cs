using Dataplane.Interop;

namespace Dataplane.Dhcp;

/// <summary>When a question without an answer is asked again: four times after two seconds, then after four, eight and so on; each a second more or less.</summary>
/// <param name="longestMs">What the time does not grow beyond.</param>
/// <param name="jitter">Milliseconds to add, between -1000 and 1000; null: random ones.</param>
public sealed class RetrySchedule(long longestMs, Func<long>? jitter = null)
{
    private const int FastRetries = 4;
    private const long FastMs = 2000;
    private const long FirstMs = 4000;
    private readonly Func<long> _jitter = jitter ?? RandomJitter;
    private long _slowMs = FirstMs;
    private int _asked;

    /// <summary>How long to wait for the answer to the question that was just asked.</summary>
    public long NextMs()
    {
        if (_asked++ < FastRetries)
        {
            return FastMs + _jitter();
        }

        long wait = Math.Max(Math.Min(_slowMs, longestMs), FastMs);
        _slowMs = Math.Min(_slowMs * 2, Math.Max(longestMs, FirstMs));
        return wait + _jitter();
    }

    private static long RandomJitter()
    {
        Span<byte> bytes = stackalloc byte[2];
        KernelRandom.Fill(bytes);
        return (BitConverter.ToUInt16(bytes) % 2001) - 1000;
    }
}
