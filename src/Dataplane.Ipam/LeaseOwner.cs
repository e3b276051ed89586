namespace Dataplane.Ipam;

/// <summary>Who holds an address: one interface of one container.</summary>
/// <param name="ContainerId">The container's id.</param>
/// <param name="IfName">The interface's name inside the container; empty in lease files written before interfaces were recorded.</param>
public readonly record struct LeaseOwner(string ContainerId, string IfName)
{
    /// <summary>Whether only the container is known, as in lease files of old versions.</summary>
    public bool IsLegacy => IfName.Length == 0;

    /// <summary><c>container/interface</c>, for messages.</summary>
    public override string ToString() => IsLegacy ? ContainerId : $"{ContainerId}/{IfName}";
}
