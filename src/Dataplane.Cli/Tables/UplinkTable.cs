using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tables;

/// <summary>The columns of <c>dpctl uplinks</c>.</summary>
internal static class UplinkTable
{
    /// <summary>The columns, left to right.</summary>
    public static IReadOnlyList<Column<UplinkRow>> Columns { get; } =
    [
        new("DEVICE", r => Cells.Device(r.Device, r.Ifindex)) { Style = r => r.Device.Length == 0 ? CellStyle.Bad : CellStyle.Plain },
        new("IFINDEX", r => $"{r.Ifindex}") { RightAligned = true },
        new("ROLE", r => r.Role),
        new("HOOK", r => r.Hook) { Style = r => r.Hook.Length > 0 ? CellStyle.Good : CellStyle.Bad },
        new("SOURCE4", r => r.Source4),
        new("SOURCE6", r => r.Source6),
        new("LAYER", r => r.L3 ? "l3" : "l2"),
        new("GEN", r => $"{r.Generation}") { RightAligned = true },
        new("REASON", r => r.Reason),
    ];
}
