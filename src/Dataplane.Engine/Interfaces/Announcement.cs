using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Makes a reused address work at once: neighbours that know it under the hardware address of its last owner are told of the new one.</summary>
internal static class Announcement
{
    private const ushort NudReachable = 2;

    /// <summary>
    /// Announces the container's addresses from its own interface, which forwards by now: what the kernel announced when it came up was
    /// lost while the port was not forwarding yet.
    /// </summary>
    /// <param name="rtnl">A socket of the container's namespace.</param>
    /// <param name="ifIndex">Of its interface.</param>
    /// <param name="mac">Of its interface.</param>
    /// <param name="plan">Its addresses.</param>
    /// <param name="advertisement">What announces the IPv6 ones, or null.</param>
    public static void Send(RtnlSocket rtnl, int ifIndex, MacAddress mac, AddressPlan plan, UnsolicitedAdvertisement? advertisement)
    {
        if (plan.Has(System.Net.Sockets.AddressFamily.InterNetwork))
        {
            // With arp_notify the kernel sends a gratuitous ARP when the hardware address is set, be it to what it is. A packet socket
            // could send it as well, but closing one waits for an RCU grace period: some 10 ms.
            RtnlBatch batch = rtnl.Batch();
            batch.SetMac(ifIndex, mac);
            try
            {
                rtnl.Send(batch);
            }
            catch (NetlinkException)
            {
                // The interface works without: a stale neighbour entry expires by itself.
            }
        }

        advertisement?.Send(ifIndex, mac);
    }

    /// <summary>Enters the container's addresses into the host's own neighbour table.</summary>
    /// <param name="rtnl">A socket of the host's namespace.</param>
    /// <param name="ifIndex">Of the device the host reaches them on.</param>
    /// <param name="mac">Of the container's interface.</param>
    /// <param name="plan">Its addresses.</param>
    public static void SetNeighbours(RtnlSocket rtnl, int ifIndex, MacAddress mac, AddressPlan plan)
    {
        RtnlBatch batch = rtnl.Batch();
        foreach (PlannedAddress address in plan.Addresses)
        {
            batch.ReplaceNeighbour(ifIndex, address.Address, mac, NudReachable);
        }

        try
        {
            rtnl.Send(batch);
        }
        catch (NetlinkException)
        {
            // The table is full, or the address is not on this link: the kernel asks when it needs to.
        }
    }
}
