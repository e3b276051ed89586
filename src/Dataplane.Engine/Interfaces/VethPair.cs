using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>A veth pair: one end on the host, the other born in the container's namespace under its final name.</summary>
/// <param name="HostName">Of the host end.</param>
/// <param name="HostIndex">Interface index of the host end.</param>
/// <param name="HostMac">Of the host end.</param>
/// <param name="PeerMac">Of the container's end.</param>
/// <param name="Mtu">Of both ends.</param>
internal sealed record VethPair(string HostName, int HostIndex, MacAddress HostMac, MacAddress PeerMac, int Mtu)
{
    private const int NameAttempts = 10;

    /// <summary>Makes the pair, both ends down.</summary>
    /// <param name="node">The node.</param>
    /// <param name="journal">Where the pair is announced; null for a device that stays.</param>
    /// <param name="peerName">Of the container's end.</param>
    /// <param name="pod">The container's namespace.</param>
    /// <param name="mtu">Of both ends; 0 leaves it to the kernel.</param>
    /// <param name="mac">Of the container's end; null for a random one.</param>
    /// <param name="master">Interface index of the bridge the host end is a port of, or null.</param>
    /// <exception cref="NodeException">It could not be made.</exception>
    public static VethPair Create(Node node, Journal? journal, string peerName, NetworkNamespace pod, int mtu, MacAddress? mac, int? master)
    {
        MacAddress peerMac = mac ?? InterfaceNames.RandomMac();
        MacAddress hostMac = InterfaceNames.RandomMac();
        for (int attempt = 1; ; attempt++)
        {
            string hostName = InterfaceNames.RandomVeth();
            AttachmentStep step = AttachmentStep.Veth(hostName, hostMac.ToString());
            journal?.Write(step);
            try
            {
                RtnlBatch batch = node.Rtnl.Batch();
                batch.CreateVeth(new VethSpec
                {
                    HostName = hostName,
                    HostMac = hostMac,
                    HostMtu = mtu,
                    MasterIndex = master,
                    PeerName = peerName,
                    PeerNamespace = pod.Handle,
                    PeerMac = peerMac,
                    PeerMtu = mtu,
                });
                node.Rtnl.Send(batch);
            }
            catch (NetlinkException e)
            {
                journal?.Retract(step);
                if (e.Errno != Errno.EEXIST)
                {
                    throw new NodeException($"failed to make veth pair: {Kernel.Reason(e)}", e);
                }

                // Either name may be the one that is taken.
                if (HasLink(pod, peerName))
                {
                    throw new NodeException($"container veth name (\"{peerName}\") peer provided (\"{hostName}\") already exists", e);
                }

                if (attempt == NameAttempts)
                {
                    throw new NodeException("failed to find a unique veth name", e);
                }

                continue;
            }

            LinkInfo host = node.Rtnl.FindLink(hostName) ?? throw new NodeException($"failed to lookup \"{hostName}\": it is gone");
            return new VethPair(hostName, host.Index, hostMac, peerMac, host.Mtu);
        }
    }

    private static bool HasLink(NetworkNamespace pod, string name)
    {
        using RtnlSocket rtnl = RtnlSocket.Open(pod);
        return rtnl.FindLink(name) is not null;
    }
}
