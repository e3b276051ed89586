using System.Net.Sockets;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// A device on its way into a VRF, or out of it. The kernel takes it down and up again meanwhile, which costs it its routes and, unless keep_addr_on_down is set, its
/// IPv6 addresses: both are put back.
/// </summary>
internal static class VrfMember
{
    // RTPROT_KERNEL: those of the subnets, which come with the addresses.
    private const byte ByKernel = 2;
    private const byte LocalType = 2;
    private const byte ScopeLink = 253;

    // 10, 20, … 1280 ms: two and a half seconds, as the reference waits.
    private const int FirstWait = 10;
    private const int Waits = 8;

    /// <summary>Moves it.</summary>
    /// <param name="rtnl">The namespace's socket.</param>
    /// <param name="link">The device.</param>
    /// <param name="master">The VRF's index; 0: out of the one it is in.</param>
    /// <param name="from">The table its routes are in.</param>
    /// <param name="to">The table they go to.</param>
    /// <exception cref="NodeException">It could not be moved, or something not put back.</exception>
    public static void Move(RtnlSocket rtnl, LinkInfo link, int master, uint from, uint to)
    {
        List<RouteInfo> routes = LinkRoutes.Of(rtnl, link.Index, from);
        routes.RemoveAll(static route => route.Protocol == ByKernel);
        List<AddressInfo> addresses = GlobalAddresses(rtnl, link.Index);
        rtnl.Send(rtnl.Batch().SetMaster(link.Index, master));

        List<AddressInfo> kept = GlobalAddresses(rtnl, link.Index);
        RtnlBatch batch = rtnl.Batch();
        List<Func<string>> errors = [];
        foreach (AddressInfo address in addresses)
        {
            if (!kept.Exists(there => there.Address.Equals(address.Address)))
            {
                batch.AddAddress(link.Index, address.Address, address.PrefixLength, replace: true);
                errors.Add(() => $"could not restore address {address.Address}/{address.PrefixLength} to {link.Name}");
            }
        }

        ContainerInterface.Send(rtnl, batch, errors);
        AwaitLocalRoutes(rtnl, addresses, to);
        batch = rtnl.Batch();
        errors.Clear();
        List<RouteInfo> there = to == LinkRoutes.Main ? rtnl.DumpRoutes() : [];
        foreach (RouteInfo route in routes)
        {
            RouteSpec? moved = to == LinkRoutes.Main ? LinkRoutes.BackInMain(route, there) : LinkRoutes.In(route, (int)to, RouteConflict.Replace);
            if (moved is not null)
            {
                batch.AddRoute(moved);
                errors.Add(() => $"could not add route {route.Destination}/{route.PrefixLength} to table {to}");
            }
        }

        ContainerInterface.Send(rtnl, batch, errors);
    }

    private static List<AddressInfo> GlobalAddresses(RtnlSocket rtnl, int ifIndex)
    {
        List<AddressInfo> addresses = rtnl.DumpAddresses(ifIndex, AddressFamily.InterNetworkV6);
        addresses.RemoveAll(static address => address.Scope >= ScopeLink);
        return addresses;
    }

    // A route that names an address as its source is refused before the address is in the table. Without it after that time the route says what is wrong.
    private static void AwaitLocalRoutes(RtnlSocket rtnl, List<AddressInfo> addresses, uint table)
    {
        if (table == LinkRoutes.Main)
        {
            return;
        }

        int wait = FirstWait;
        for (int i = 0; i < Waits && !AreThere(rtnl, addresses, table); i++, wait *= 2)
        {
            Thread.Sleep(wait);
        }
    }

    private static bool AreThere(RtnlSocket rtnl, List<AddressInfo> addresses, uint table)
    {
        if (addresses.Count == 0)
        {
            return true;
        }

        List<RouteInfo> routes = rtnl.DumpRoutes(AddressFamily.InterNetworkV6);
        return addresses.TrueForAll(address => routes.Exists(route => route.Table == table && route.Type == LocalType && route.Destination.Equals(address.Address)));
    }
}
