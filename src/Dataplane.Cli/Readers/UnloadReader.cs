using Dataplane.Bpf;
using Dataplane.Cli.Rows;
using Dataplane.Engine;

namespace Dataplane.Cli.Readers;

/// <summary>What the engine unloaded, as a report.</summary>
internal static class UnloadReader
{
    /// <summary>Unloads a node, unless a container is attached.</summary>
    public static UnloadReport Unload(NodeView node, ILog log)
    {
        UnloadedNode unloaded = node.With(engine => NodeUnload.Run(engine, log));
        return new UnloadReport
        {
            Node = node.Cookie,
            Present = unloaded.WasThere,
            Unloaded = unloaded.IsUnloaded,
            Attached = [.. unloaded.Attached.Select(a => new AttachedRow(a.ContainerId, a.IfName, a.Network, a.Plugin, a.Device, a.IsBusy))],
            Uplinks = unloaded.Uplinks,
            SocketPrograms = unloaded.Pins.Links,
            Programs = unloaded.Pins.Programs,
            Maps = unloaded.Pins.Maps,
            Records = unloaded.Records,
            PinDirectory = NodePrograms.NodeDirectory(node.Cookie),
            RunDirectory = node.Run.Path,
        };
    }
}
