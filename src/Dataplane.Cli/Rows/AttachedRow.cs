namespace Dataplane.Cli.Rows;

/// <summary>A container that is in the way of <c>dpctl unload</c>.</summary>
/// <param name="ContainerId">Empty: only its device is known.</param>
/// <param name="Ifname">The interface in the container.</param>
/// <param name="Network">The network.</param>
/// <param name="Plugin">Who attached it.</param>
/// <param name="Device">The host end of its veth; empty: it has none.</param>
/// <param name="Busy">An ADD or a DEL of it is under way.</param>
internal sealed record AttachedRow(string ContainerId, string Ifname, string Network, string Plugin, string Device, bool Busy);
