using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tables;

/// <summary>The columns of <c>dpctl bandwidth</c>.</summary>
internal static class BandwidthTable
{
    /// <summary>The columns, left to right.</summary>
    public static IReadOnlyList<Column<BandwidthRow>> Columns { get; } =
    [
        new("DEVICE", r => Cells.Device(r.Device, r.Ifindex)),
        new("CONTAINER", r => Cells.Container(r.ContainerId)),
        new("IFNAME", r => r.Ifname),
        new("DIRECTION", r => r.Direction),
        new("RATE", r => $"{BitCount.Text(r.RateBits)}bit/s") { RightAligned = true },
        new("BURST", r => $"{BitCount.Text(r.BurstBits)}bit") { RightAligned = true },
        new("ENGINE", r => r.Engine),
        new("STATE", r => r.State) { Style = r => Style(r.State) },
        new("PASSED", r => Humanize.Bytes(r.PassedBytes)) { RightAligned = true },
        new("PACKETS", r => $"{r.PassedPackets}") { RightAligned = true },
        new("DELAYED", r => $"{r.Delayed}") { RightAligned = true },
        new("MARKED", r => $"{r.Marked}") { RightAligned = true },
        new("DROPPED", r => $"{r.Dropped}") { RightAligned = true },
        new("GUARDED", r => $"{r.Guarded}") { RightAligned = true, Style = r => r.Guarded > 0 ? CellStyle.Attention : CellStyle.Plain },
        new("BACKLOG", r => r.BacklogPackets == 0 ? string.Empty : $"{Humanize.Bytes(r.BacklogBytes)} ({Humanize.Count((long)r.BacklogPackets, "packet")})") { RightAligned = true },
        new("EXCEPT", r => string.Join(",", r.UnshapedSubnets)),
        new("ONLY", r => string.Join(",", r.ShapedSubnets)),
    ];

    private static CellStyle Style(string state) => state switch
    {
        LimitStateNames.Kept => CellStyle.Good,
        LimitStateNames.Dead or LimitStateNames.Unknown => CellStyle.Attention,
        _ => CellStyle.Bad,
    };
}
