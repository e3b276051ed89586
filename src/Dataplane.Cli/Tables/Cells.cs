using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tables;

/// <summary>Cells that several tables share.</summary>
internal static class Cells
{
    /// <summary>Container ids are 64 hex digits; the first 12 are what every tool shows. JSON has the whole.</summary>
    public static string Container(string containerId) => containerId.Length > 24 ? containerId[..12] : containerId;

    /// <summary>A device, or what is left of it.</summary>
    public static string Device(string name, uint ifindex) => name.Length == 0 ? $"gone ({ifindex})" : name;

    /// <summary>The device behind a side of a flow.</summary>
    public static string Device(FlowDevice side) => side.Ifindex == 0 ? "?" : Device(side.Device, side.Ifindex);
}
