using System.Globalization;

namespace Dataplane.Cli.Output;

/// <summary>Figures as people read them; JSON always carries the plain number.</summary>
internal static class Humanize
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>"312 B", "1.5 KiB", "2.0 GiB": powers of 1024, one digit after the point.</summary>
    public static string Bytes(ulong bytes)
    {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit == 0 ? $"{bytes} B" : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units[unit]}");
    }

    /// <summary>"0s", "42s", "3m07s", "5h12m", "9d04h": two units at most.</summary>
    public static string Duration(double seconds)
    {
        var span = TimeSpan.FromSeconds(Math.Max(0, Math.Floor(seconds)));
        return span switch
        {
            { TotalSeconds: < 60 } => $"{span.Seconds}s",
            { TotalMinutes: < 60 } => $"{span.Minutes}m{span.Seconds:00}s",
            { TotalHours: < 24 } => $"{span.Hours}h{span.Minutes:00}m",
            _ => $"{(int)span.TotalDays}d{span.Hours:00}h",
        };
    }

    /// <summary>"3 endpoints", "1 endpoint".</summary>
    public static string Count(long count, string noun, string? plural = null) =>
        count == 1 ? $"1 {noun}" : $"{count} {plural ?? noun + "s"}";
}
