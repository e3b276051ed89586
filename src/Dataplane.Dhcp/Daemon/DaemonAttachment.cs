namespace Dataplane.Dhcp;

/// <summary>An interface of a container.</summary>
/// <param name="ContainerId">The container.</param>
/// <param name="IfName">The interface.</param>
public sealed record DaemonAttachment(string ContainerId, string IfName);
