namespace Dataplane.Cni;

/// <summary>One attachment of a container, as GC's list of valid ones names it.</summary>
/// <param name="ContainerId">The container.</param>
/// <param name="IfName">The interface's name inside it.</param>
public readonly record struct CniAttachment(string ContainerId, string IfName);
