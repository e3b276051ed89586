namespace Dataplane.Engine;

/// <summary>Somebody for whom the node's programs and records are still needed.</summary>
/// <param name="ContainerId">Empty: no record names it, its device has the programs.</param>
/// <param name="IfName">The interface's name in the container.</param>
/// <param name="Network">The network's name.</param>
/// <param name="Plugin">The plugin whose record it is.</param>
/// <param name="Device">The host end of its veth; empty where it has none.</param>
/// <param name="IsBusy">An ADD or a DEL of it is under way.</param>
public sealed record AttachedContainer(string ContainerId, string IfName, string Network, string Plugin, string Device, bool IsBusy);
