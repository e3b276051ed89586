using Dataplane.Bpf;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// The programs deliver to a container by the hardware address and the MTU that are in its endpoint's row. Who changes them on the container's end of a veth
/// changes the row as well, else packets would come to nobody.
/// </summary>
internal static class TunedEndpoint
{
    private const string Veth = "veth";

    /// <summary>Makes the row say what the device is. A device without a row has none to change.</summary>
    /// <param name="changed">What was changed of the device.</param>
    /// <param name="pod">The container's namespace.</param>
    /// <param name="rtnl">A socket of it.</param>
    /// <param name="name">The device.</param>
    public static void Follow(LinkSettings changed, NetworkNamespace pod, RtnlSocket rtnl, string name)
    {
        if ((changed.Mac is null && changed.Mtu is null) || rtnl.FindLink(name) is not { Kind: Veth, PeerIndex: > 0, PeerNetnsId: { } peers } link)
        {
            return;
        }

        using Node node = Node.Open();
        if (rtnl.NamespaceId(node.HostNamespace) != peers || node.TryPinned() is not { } programs)
        {
            return;
        }

        // A device of the host with the peer's number is the peer only if it says so too.
        if (node.Rtnl.FindLink(link.PeerIndex) is { Kind: Veth } host && host.PeerIndex == link.Index && node.Rtnl.NamespaceId(pod) == host.PeerNetnsId)
        {
            new EndpointTable(programs, node.Run).SetDevice(host.Index, link.Mac, link.Mtu);
        }
    }
}
