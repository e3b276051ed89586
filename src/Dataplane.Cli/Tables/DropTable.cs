using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tables;

/// <summary>The columns of <c>dpctl drops</c>.</summary>
internal static class DropTable
{
    /// <summary>The columns, left to right.</summary>
    public static IReadOnlyList<Column<DropSummary>> Columns { get; } =
    [
        new("REASON", r => r.Reason) { Style = r => r.Packets == 0 ? CellStyle.Faint : CellStyle.Bad, StaysWhole = true },
        new("PACKETS", r => $"{r.Packets}") { RightAligned = true, StaysWhole = true },
        new("BYTES", r => Humanize.Bytes(r.Bytes)) { RightAligned = true, StaysWhole = true },
        new("LAST", r => r.Last is { } last ? $"{Humanize.Duration(last.AgoSeconds)} ago" : "") { RightAligned = true, StaysWhole = true },
        new("PACKET", r => r.Last is { } last ? Packet(last) : ""),
        new("MEANING", r => r.Meaning),
    ];

    private static string Packet(DroppedPacket packet) =>
        $"{packet.Protocol} {packet.Tuple} on {Cells.Device(packet.Device, packet.Ifindex)}, {packet.Length} bytes".TrimStart();
}
