using System.Net;
using System.Net.Sockets;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>The interface "lo" of a container. It has no record: there is nothing that could be left.</summary>
public static class Loopback
{
    /// <summary>The interface's name.</summary>
    public const string IfName = "lo";

    /// <summary>Brings it up.</summary>
    /// <param name="netnsPath">The container's network namespace.</param>
    /// <returns>Its first IPv4 and its first IPv6 address.</returns>
    /// <exception cref="NodeException">It has an address that is no loopback address, or the namespace cannot be entered.</exception>
    public static List<PlannedAddress> SetUp(string netnsPath)
    {
        using RtnlSocket rtnl = Open(netnsPath);
        int ifIndex = Find(rtnl).Index;
        RtnlBatch batch = rtnl.Batch();
        batch.SetLinkUp(ifIndex);
        rtnl.Send(batch);

        List<PlannedAddress> firsts = [];
        foreach (AddressFamily family in (ReadOnlySpan<AddressFamily>)[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            bool first = true;
            foreach (AddressInfo address in rtnl.DumpAddresses(ifIndex, family))
            {
                if (!IPAddress.IsLoopback(address.Address))
                {
                    throw new NodeException($"loopback interface found with non-loopback address \"{address.Address}\"");
                }

                if (first)
                {
                    firsts.Add(new PlannedAddress(address.Address, address.PrefixLength, null));
                    first = false;
                }
            }
        }

        return firsts;
    }

    /// <summary>Takes it down; a namespace that is gone is success.</summary>
    /// <param name="netnsPath">The container's network namespace; may be empty.</param>
    public static void SetDown(string netnsPath)
    {
        using NetworkNamespace? pod = PodNamespace.TryOpen(netnsPath);
        if (pod is null)
        {
            return;
        }

        using RtnlSocket rtnl = RtnlSocket.Open(pod);
        RtnlBatch batch = rtnl.Batch();
        batch.SetLinkDown(Find(rtnl).Index);
        rtnl.Send(batch);
    }

    /// <summary>Throws unless it is up.</summary>
    /// <param name="netnsPath">The container's network namespace.</param>
    /// <exception cref="NodeException">"loopback interface is down".</exception>
    public static void Check(string netnsPath)
    {
        using RtnlSocket rtnl = Open(netnsPath);
        if (!Find(rtnl).IsUp)
        {
            throw new NodeException("loopback interface is down");
        }
    }

    private static RtnlSocket Open(string netnsPath)
    {
        using NetworkNamespace pod = PodNamespace.Open(netnsPath);
        return RtnlSocket.Open(pod);
    }

    private static LinkInfo Find(RtnlSocket rtnl) => rtnl.FindLink(IfName) ?? throw new NodeException("the namespace has no interface \"lo\"");
}
