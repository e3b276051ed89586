using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tables;

/// <summary>The columns of <c>dpctl hostports</c>.</summary>
internal static class HostPortTable
{
    /// <summary>The columns, left to right.</summary>
    public static IReadOnlyList<Column<HostPortMapping>> Columns { get; } =
    [
        new("HOST", r => $"{FlowTuple.Side(r.HostAddress, r.HostPort)}/{r.Protocol}") { StaysWhole = true },
        new("POD", r => FlowTuple.Side(r.PodAddress, r.PodPort)) { StaysWhole = true },
        new("STATE", r => r.State) { Style = r => r.State == HostPortStateNames.Alive ? CellStyle.Good : CellStyle.Attention },
        new("CONTAINER", r => Cells.Container(r.ContainerId)),
        new("IFNAME", r => r.Ifname),
        new("DEVICE", r => Cells.Device(r.Device, r.Ifindex)),
        new("CONDITIONS", r => string.Join(", ", r.Conditions)),
        new("FLAGS", r => string.Join(",", r.Flags)),
    ];
}
