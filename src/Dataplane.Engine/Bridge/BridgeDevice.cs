using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>The bridge itself: made on first use, then left alone but for what the configuration asks of it every time.</summary>
internal static class BridgeDevice
{
    private const string Kind = "bridge";

    /// <summary>Finds or makes the bridge, up and with its settings.</summary>
    /// <exception cref="NodeException">"failed to create bridge …".</exception>
    public static LinkInfo Ensure(Node node, BridgeRequest request)
    {
        try
        {
            LinkInfo? bridge = node.Rtnl.FindLink(request.Bridge);
            if (bridge is null)
            {
                // Many first containers at once: one of them makes it, whole, before the others look.
                using LockedFile creation = node.Run.Lock($"bridge-{request.Bridge}");
                bridge = node.Rtnl.FindLink(request.Bridge) ?? Create(node, request);
            }

            if (bridge.Kind != Kind)
            {
                throw new NodeException($"\"{request.Bridge}\" already exists but is not a bridge");
            }

            return Settle(node, bridge, request);
        }
        catch (Exception e) when (e is NodeException or NetlinkException)
        {
            string reason = e is NetlinkException ? $"could not add \"{request.Bridge}\": {Kernel.Reason(e)}" : e.Message;
            throw new NodeException($"failed to create bridge \"{request.Bridge}\": {reason}", e);
        }
    }

    private static LinkInfo Create(Node node, BridgeRequest request)
    {
        // An address given at creation stays: one that the kernel takes from the ports changes with them.
        RtnlBatch batch = node.Rtnl.Batch();
        batch.CreateBridge(request.Bridge, request.Mtu, request.VlanFiltering, InterfaceNames.RandomMac());
        try
        {
            node.Rtnl.Send(batch);
        }
        catch (NetlinkException e) when (e.Errno == Errno.EEXIST)
        {
            // Made meanwhile by something that knows nothing of the lock.
        }

        return node.Rtnl.FindLink(request.Bridge) ?? throw new NodeException($"could not lookup \"{request.Bridge}\": it is gone");
    }

    private static LinkInfo Settle(Node node, LinkInfo bridge, BridgeRequest request)
    {
        if (bridge.AcceptRa is not (null or 0))
        {
            ContainerInterface.TrySysctl("0", "net", "ipv6", "conf", bridge.Name, "accept_ra");
        }

        bool promiscuous = !request.Promiscuous || bridge.IsPromiscuous;
        if (bridge.IsUp && promiscuous)
        {
            return bridge;
        }

        RtnlBatch batch = node.Rtnl.Batch();
        if (!promiscuous)
        {
            batch.SetPromisc(bridge.Index, true);
        }

        batch.SetLinkUp(bridge.Index);
        node.Rtnl.Send(batch);
        return bridge;
    }
}
