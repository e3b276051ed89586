using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tables;

/// <summary>The columns of <c>dpctl endpoints</c>.</summary>
internal static class EndpointTable
{
    /// <summary>The columns, left to right.</summary>
    public static IReadOnlyList<Column<EndpointRow>> Columns { get; } =
    [
        new("DEVICE", r => r.Device.Length == 0 ? "gone" : r.Device) { Style = r => r.Device.Length == 0 ? CellStyle.Bad : CellStyle.Plain },
        new("IFINDEX", r => $"{r.Ifindex}") { RightAligned = true },
        new("CONTAINER", r => Cells.Container(r.ContainerId)) { Style = r => r.ContainerId.Length == 0 ? CellStyle.Attention : CellStyle.Plain },
        new("IFNAME", r => r.Ifname),
        new("NETWORK", r => r.Network),
        new("ADDRESSES", r => string.Join(",", r.Addresses)),
        new("MAC", r => r.Mac),
        new("MODE", r => r.Mode),
        new("DOMAIN", r => r.Domain.Length == 0 ? $"gone ({r.DomainIfindex})" : r.Domain),
        new("FLAGS", r => string.Join(",", r.Flags)),
        new("GEN", r => $"{r.Generation}") { RightAligned = true },
    ];
}
