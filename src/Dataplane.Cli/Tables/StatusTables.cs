using System.Globalization;
using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tables;

/// <summary>The three parts of <c>dpctl status</c>: facts, programs, maps.</summary>
internal static class StatusTables
{
    /// <summary>The columns of the programs.</summary>
    public static IReadOnlyList<Column<ProgramRow>> Programs { get; } =
    [
        new("PROGRAM", p => p.Name),
        new("ID", p => $"{p.Id}") { RightAligned = true },
        new("TAG", p => p.Tag),
        new("LOADED", p => p.LoadedAt.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
        new("THIS BUILD", p => p.ThisBuild ? "yes" : "no") { Style = p => p.ThisBuild ? CellStyle.Good : CellStyle.Attention },
        new("ON", p => Humanize.Count(p.AttachedTo, "device")),
    ];

    /// <summary>The columns of the maps.</summary>
    public static IReadOnlyList<Column<MapRow>> Maps { get; } =
    [
        new("MAP", m => m.Name),
        new("ID", m => $"{m.Id}") { RightAligned = true },
        new("TYPE", m => m.Type),
        new("ENTRIES", m => $"{m.Entries}") { RightAligned = true },
        new("MAX", m => $"{m.MaxEntries}") { RightAligned = true },
        // An LRU map is full by design: it forgets the oldest. A hash refuses.
        new("FILL", m => m.FillPercent.ToString("0.0'%'", CultureInfo.InvariantCulture))
        {
            RightAligned = true,
            Style = m => m.FillPercent >= 80 && m.Type != "lru_hash" ? CellStyle.Bad : CellStyle.Plain,
        },
    ];

    /// <summary>What is said once about the node.</summary>
    public static IEnumerable<(string Name, string Value, CellStyle Style)> Facts(StatusReport status)
    {
        bool sameBuild = status.Build == status.ExecutableBuild;
        yield return ("node", $"{status.Node}", CellStyle.Plain);
        yield return ("abi", $"v{status.Abi}", CellStyle.Plain);
        yield return ("build", $"{Short(status.Build)} ({(sameBuild ? "this dpctl's" : $"this dpctl has {Short(status.ExecutableBuild)}; the next ADD with its plugins replaces the programs")})",
            sameBuild ? CellStyle.Good : CellStyle.Attention);
        yield return ("pins", status.PinDirectory, CellStyle.Plain);
        yield return ("endpoints", $"{status.Endpoints}", CellStyle.Plain);
        yield return ("fast path", status.FastPath switch
        {
            "off" => "off: every endpoint's network configuration says \"fastPath\": \"off\"",
            "partly" => $"on, except for {Humanize.Count(status.FastPathOffEndpoints, "endpoint")} whose network configuration says \"fastPath\": \"off\"",
            _ => "on",
        }, status.FastPath == "on" ? CellStyle.Good : CellStyle.Attention);
        yield return ("uplinks", status.Uplinks.Count == 0
            ? "none carries our programs: traffic to the outside takes the node's own stack"
            : string.Join(", ", status.Uplinks), CellStyle.Plain);
        if (status.Bandwidth is { } bandwidth)
        {
            yield return ("bandwidth", Bandwidth(bandwidth), CellStyle.Plain);
        }

        if (status.Sweep is { } sweep)
        {
            yield return ("sweep", Sweep(sweep), sweep.LastRunSeconds is null && sweep.Waiting > 0 ? CellStyle.Attention : CellStyle.Plain);
        }
    }

    private static string Bandwidth(BandwidthSummary limits) => limits.Ingress + limits.Egress == 0
        ? $"no container is limited; {limits.Engine} would do it"
        : $"{Humanize.Count(limits.Ingress + limits.Egress, "limit")}, {limits.Ingress} towards containers and {limits.Egress} from them; "
            + $"{limits.Edt} by edt, {limits.Tbf} by tbf; new ones by {limits.Engine}";

    private static string Sweep(SweepReport sweep) =>
        $"{(sweep.LastRunSeconds is { } seconds ? $"last ran {Humanize.Duration(seconds)} ago" : "never ran")}, "
        + $"{Humanize.Count((long)sweep.Visited, "connection")} looked at, {sweep.Expired} cleared, {sweep.Waiting} waiting";

    private static string Short(string build) => build.Length > 12 ? build[..12] : build;
}
