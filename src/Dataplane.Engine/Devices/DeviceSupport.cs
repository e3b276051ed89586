using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Whether containers can be attached by a device of one end: what STATUS asks.</summary>
public static class DeviceSupport
{
    /// <summary>Throws unless the kernel has the kind, and the host the master.</summary>
    /// <param name="node">The node.</param>
    /// <param name="kind">"macvlan".</param>
    /// <param name="master">The device it would sit on; null: none, or one that only the container can have.</param>
    /// <exception cref="NodeException">One sentence.</exception>
    public static void Verify(Node node, string kind, MasterChoice? master)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (!node.Rtnl.SupportsKind(kind))
        {
            throw new NodeException($"the kernel has no devices of the kind \"{kind}\" (module {kind})");
        }

        if (master is { InContainer: false })
        {
            _ = MasterDevice.Find(node.Rtnl, master);
        }
    }
}
