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
        new("DEVICES", r => $"{Device(r.SourceDevice)} -> {Device(r.DestinationDevice)}"),
        new("AGE", r => Humanize.Duration(r.AgeSeconds)) { RightAligned = true },
        new("IDLE", r => Humanize.Duration(r.IdleSeconds)) { RightAligned = true },
        new("TCP", r => string.Join(",", r.Tcp)),
    ];

    private static CellStyle StateStyle(FlowRow row) => row.State switch
    {
        FlowStateNames.Fast => CellStyle.Good,
        FlowStateNames.Slow => CellStyle.Attention,
        FlowStateNames.Dead => CellStyle.Faint,
        _ => CellStyle.Plain,
    };

    private static string Device(FlowDevice side) =>
        side.Ifindex == 0 ? "?" : side.Device.Length == 0 ? $"gone ({side.Ifindex})" : side.Device;
}
