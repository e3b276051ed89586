using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tables;

/// <summary>The columns of <c>dpctl flows</c>.</summary>
internal static class FlowTable
{
    /// <summary>The columns, left to right.</summary>
    public static IReadOnlyList<Column<FlowRow>> Columns { get; } =
    [
        new("PROTO", r => r.Protocol),
        new("STATE", r => r.State) { Style = StateStyle },
        new("ORIGINAL", r => r.Original.ToString()),
        new("REPLY", r => r.Reply.ToString()) { Style = r => r.Reply == r.Original.Mirrored() ? CellStyle.Faint : CellStyle.Plain },
        new("DEVICES", r => $"{Cells.Device(r.SourceDevice)} -> {Cells.Device(r.DestinationDevice)}"),
        new("UPLINK", r => r.SourceDevice.Uplink ? "source" : r.DestinationDevice.Uplink ? "destination" : ""),
        new("AGE", r => Humanize.Duration(r.AgeSeconds)) { RightAligned = true },
        new("IDLE", r => Humanize.Duration(r.IdleSeconds)) { RightAligned = true },
        new("TCP", r => string.Join(",", r.Tcp)),
    ];

    private static CellStyle StateStyle(FlowRow row) => row.State switch
    {
        FlowStateNames.Fast or FlowStateNames.HostPort => CellStyle.Good,
        FlowStateNames.Slow => CellStyle.Attention,
        FlowStateNames.Dead => CellStyle.Faint,
        _ => CellStyle.Plain,
    };
}
