using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Whether containers can be attached by a device of one end: what STATUS asks.</summary>
public static class DeviceSupport
{
    /// <summary>Throws unless the kernel has the kind.</summary>
    /// <param name="node">The node.</param>
    /// <param name="kind">"macvlan".</param>
    /// <exception cref="NodeException">One sentence.</exception>
    public static void Verify(Node node, string kind)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (!node.Rtnl.SupportsKind(kind))
        {
            throw new NodeException($"the kernel has no devices of the kind \"{kind}\" (module {kind})");
        }
    }

    /// <summary>Throws unless the host has the master, and it is up.</summary>
    /// <param name="node">The node.</param>
    /// <param name="master">The device that containers' devices sit on.</param>
    /// <exception cref="NodeException">One sentence.</exception>
    public static void VerifyMaster(Node node, MasterChoice master)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (MasterDevice.Find(node.Rtnl, master) is { IsUp: false } link)
        {
            throw new NodeException($"master \"{link.Name}\" is down");
        }
    }
}
