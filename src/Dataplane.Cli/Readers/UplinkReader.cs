using Dataplane.Abi;
using Dataplane.Cli.Rows;
using Dataplane.Engine;

namespace Dataplane.Cli.Readers;

/// <summary>Map "devices", joined with the devices as they are.</summary>
internal static class UplinkReader
{
    /// <summary>Every device that is no container's, ordered by ifindex.</summary>
    public static List<UplinkRow> Read(NodeView node) => [.. node.With(Uplinks.List).Select(Row)];

    /// <summary>Looks for uplinks anew.</summary>
    /// <returns>What changed.</returns>
    public static UplinkRefreshReport Refresh(NodeView node, ILog log) => node.With(engine =>
    {
        string[] before = [.. Names(Uplinks.List(engine))];
        string[] after = [.. Names(Uplinks.Refresh(engine, log))];
        return new UplinkRefreshReport([.. after.Except(before)], [.. before.Except(after)], after);
    });

    /// <summary>One device.</summary>
    public static UplinkRow Row(UplinkDevice device)
    {
        DeviceFlags flags = device.Flags ?? DeviceFlags.None;
        return new UplinkRow
        {
            Device = device.Name,
            Ifindex = (uint)device.IfIndex,
            Role = device.IsUplink ? UplinkRoleNames.Uplink
                : flags.HasFlag(DeviceFlags.Domain) ? UplinkRoleNames.Domain
                : device.Flags is null ? UplinkRoleNames.Unknown : UplinkRoleNames.Other,
            ShouldBeUplink = device.ShouldBeUplink,
            Reason = device.Why,
            Source4 = device.Source4?.ToString() ?? string.Empty,
            Source6 = device.Source6?.ToString() ?? string.Empty,
            L3 = flags.HasFlag(DeviceFlags.L3),
            Hook = device.Hook,
            Generation = device.Generation,
        };
    }

    private static IEnumerable<string> Names(List<UplinkDevice> devices) =>
        devices.Where(d => d.IsUplink).Select(d => d.Name.Length > 0 ? d.Name : $"gone ({d.IfIndex})");
}
