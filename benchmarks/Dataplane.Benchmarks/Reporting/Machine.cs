using System.Globalization;

namespace Dataplane.Benchmarks.Reporting;

/// <summary>Where the figures come from; every row says it, so that a row can be quoted alone.</summary>
internal static class Machine
{
    /// <summary>"AMD EPYC 7R13 Processor, 2 CPUs, 8 GB".</summary>
    public static string Description { get; } = Describe();

    /// <summary>"6.1.0-28-amd64".</summary>
    public static string Kernel { get; } = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();

    /// <summary>The package version of the reference plugins.</summary>
    public static string ReferenceVersion { get; } = "containernetworking-plugins " + (Command.TryRead("dpkg-query", "-W", "-f", "${Version}", "containernetworking-plugins") ?? "of unknown version");

    /// <summary>The commit of the tree; "unknown" outside of a checkout.</summary>
    public static string Commit { get; } = Command.TryRead("git", "-c", "safe.directory=*", "rev-parse", "--short", "HEAD") ?? "unknown";

    /// <summary>When the run began, in whole seconds.</summary>
    public static DateTimeOffset Started { get; } = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    /// <summary>Our version and the commit.</summary>
    public static string OurVersion { get; } = $"dataplane {typeof(Engine.AttachmentRecord).Assembly.GetName().Version!.ToString(3)} ({Commit})";

    /// <summary>The version behind a row.</summary>
    public static string Version(Side side) => side switch
    {
        Side.Reference or Side.ReferenceLegacy => ReferenceVersion,
        Side.Direct => $"Linux {Kernel}",
        _ => OurVersion,
    };

    private static string Describe()
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "CPU of unknown model";
        string memory = File.ReadLines("/proc/meminfo").First(l => l.StartsWith("MemTotal", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return string.Create(CultureInfo.InvariantCulture, $"{model}, {Environment.ProcessorCount} CPUs, {double.Parse(memory, CultureInfo.InvariantCulture) / 1e6:0} GB");
    }
}
