using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tables;

/// <summary>The columns of <c>dpctl counters</c>.</summary>
internal static class CounterTable
{
    /// <summary>The columns, left to right.</summary>
    public static IReadOnlyList<Column<CounterRow>> Columns { get; } =
    [
        new("COUNTER", r => r.Name) { Style = NameStyle, StaysWhole = true },
        new("PACKETS", r => $"{r.Packets}") { RightAligned = true, StaysWhole = true },
        new("BYTES", r => Humanize.Bytes(r.Bytes)) { RightAligned = true, StaysWhole = true },
        new("MEANING", r => r.Meaning),
    ];

    private static CellStyle NameStyle(CounterRow row) => row.Packets == 0 ? CellStyle.Faint
        : row.Name.StartsWith("fast_", StringComparison.Ordinal) ? CellStyle.Good
        : row.Name.StartsWith("drop_", StringComparison.Ordinal) ? CellStyle.Bad
        : CellStyle.Plain;
}
