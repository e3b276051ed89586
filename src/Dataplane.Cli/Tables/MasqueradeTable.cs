using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tables;

/// <summary>The columns of <c>dpctl masquerade</c>.</summary>
internal static class MasqueradeTable
{
    /// <summary>The columns, left to right.</summary>
    public static IReadOnlyList<Column<MasqueradeRow>> Columns { get; } =
    [
        new("DEVICE", r => Cells.Device(r.Device, r.Ifindex)),
        new("CONTAINER", r => Cells.Container(r.ContainerId)),
        new("IFNAME", r => r.Ifname),
        new("NETWORK", r => r.Network),
        new("ADDRESSES", r => string.Join(",", r.Addresses)),
        new("MASQUERADE", r => r.Masqueraded ? "on" : "off") { Style = r => r.Masqueraded ? CellStyle.Good : CellStyle.Faint },
        new("PORTS", r => r.Masqueraded ? $"{r.PortMin}-{r.PortMax}" : ""),
        new("LINK-LOCAL", r => r.LinkLocal ? "yes" : "no"),
        new("EXCLUSIONS", r => string.Join(",", r.Exclusions)),
    ];

    /// <summary>What explain says.</summary>
    public static IEnumerable<(string Name, string Value, CellStyle Style)> Facts(MasqueradeReport report)
    {
        yield return ("pod", report.Endpoint.Length == 0 ? report.Pod : $"{report.Pod} behind {report.Endpoint}", CellStyle.Plain);
        yield return ("destination", report.Destination, CellStyle.Plain);
        yield return ("verdict", report.Verdict, report.Verdict == "masqueraded" ? CellStyle.Good : CellStyle.Plain);
        yield return ("reason", report.Reason, CellStyle.Plain);
        yield return ("device", report.Device, CellStyle.Plain);
        yield return ("route", report.Route.Length == 0 ? "" : $"{report.Route}{(report.Gateway.Length == 0 ? "" : $" by {report.Gateway}")}, table {report.Table}", CellStyle.Plain);
        yield return ("source", report.SourceAddress, CellStyle.Plain);
        yield return ("ports", report.PortMin == 0 ? "" : $"{report.PortMin}-{report.PortMax}", CellStyle.Plain);
        yield return ("exclusion", report.Exclusion, CellStyle.Plain);
    }
}
