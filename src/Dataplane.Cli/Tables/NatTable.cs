using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tables;

/// <summary>The columns of <c>dpctl nat</c>.</summary>
internal static class NatTable
{
    /// <summary>The columns, left to right.</summary>
    public static IReadOnlyList<Column<NatConnection>> Columns { get; } =
    [
        new("PROTO", r => r.Protocol),
        new("KIND", r => r.Kind),
        new("STATE", r => r.Halves == 2 ? r.State : $"{r.State} (half)") { Style = StateStyle },
        new("INSIDE", r => r.Inside.ToString()),
        new("OUTSIDE", r => r.Outside.ToString()),
        new("CONTAINER", r => Cells.Container(r.ContainerId)),
        new("IFNAME", r => r.Ifname),
        new("IDLE", r => Humanize.Duration(r.IdleSeconds)) { RightAligned = true },
        new("TCP", r => string.Join(",", r.Tcp)),
    ];

    private static CellStyle StateStyle(NatConnection row) => row.State switch
    {
        NatStateNames.Replied => CellStyle.Good,
        NatStateNames.Closed or NatStateNames.Dead => CellStyle.Faint,
        _ => CellStyle.Plain,
    };
}
