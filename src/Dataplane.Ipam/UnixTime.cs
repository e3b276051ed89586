namespace Dataplane.Ipam;

/// <summary>Times as files carry them: nanoseconds since the epoch.</summary>
internal static class UnixTime
{
    internal const long Second = 1_000_000_000;

    internal static long Now => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * 100;
}
