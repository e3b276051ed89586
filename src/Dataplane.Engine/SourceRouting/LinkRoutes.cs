using System.Net;
using System.Net.Sockets;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Routes of one device, as they are moved from table to table.</summary>
internal static class LinkRoutes
{
    /// <summary>The main table.</summary>
    public const int Main = 254;

    private const byte Unicast = 1;

    /// <summary>The device's routes in a table, those first that need no gateway: the others can be added only after them.</summary>
    /// <param name="rtnl">The namespace's socket.</param>
    /// <param name="ifIndex">The device.</param>
    /// <param name="table">The table.</param>
    public static List<RouteInfo> Of(RtnlSocket rtnl, int ifIndex, uint table)
    {
        List<RouteInfo> routes = [];
        List<RouteInfo> all = rtnl.DumpRoutes(ifindex: ifIndex);
        foreach (bool direct in (ReadOnlySpan<bool>)[true, false])
        {
            foreach (RouteInfo route in all)
            {
                if (route.Table == table && route.Type == Unicast && !IsOfTheLink(route) && route.Gateway is null == direct)
                {
                    routes.Add(route);
                }
            }
        }

        return routes;
    }

    /// <summary>The route in another table.</summary>
    /// <param name="route">The route.</param>
    /// <param name="table">The table.</param>
    /// <param name="conflict">What if there is one.</param>
    public static RouteSpec In(RouteInfo route, int table, RouteConflict conflict) => new()
    {
        Destination = route.Destination,
        PrefixLength = route.PrefixLength,
        Gateway = route.Gateway,
        OutIfIndex = route.OutIfIndex,
        Source = route.Source,
        Priority = (int)route.Priority,
        Table = table,
        Scope = route.Scope,
        Protocol = route.Protocol,
        Mtu = route.Mtu,
        AdvMss = route.AdvMss,
        Conflict = conflict,
    };

    /// <summary>
    /// The route for the main table again, behind what others have there: NLM_F_REPLACE would take the first route to the destination away, whose device's it may be.
    /// </summary>
    /// <param name="route">The route.</param>
    /// <param name="routes">The namespace's.</param>
    /// <returns>Null when it is there; or when another device has one to that destination by a gateway of IPv6, with which the kernel would make it one of two paths.</returns>
    public static RouteSpec? BackInMain(RouteInfo route, List<RouteInfo> routes)
    {
        foreach (RouteInfo there in routes)
        {
            if (there.Table != Main || !there.Destination.Equals(route.Destination) || there.PrefixLength != route.PrefixLength || there.Priority != route.Priority)
            {
                continue;
            }

            if (there.OutIfIndex == route.OutIfIndex ? Equals(there.Gateway, route.Gateway) : route.Gateway?.AddressFamily == AddressFamily.InterNetworkV6)
            {
                return null;
            }
        }

        return In(route, Main, RouteConflict.Append);
    }

    /// <summary>Whether packets from an address are to take a route: it says so by its source or gateway, or has neither.</summary>
    /// <param name="route">The route.</param>
    /// <param name="address">The address.</param>
    public static bool IsFor(RouteInfo route, PlannedAddress address) =>
        route.Destination.AddressFamily == address.Address.AddressFamily
        && ((route.Source is null && route.Gateway is null) || IsIn(route.Source, address) || IsIn(route.Gateway, address));

    /// <summary>Whether packets from one of several addresses are to take a route.</summary>
    /// <param name="route">The route.</param>
    /// <param name="addresses">The addresses.</param>
    public static bool AreFor(RouteInfo route, IReadOnlyList<PlannedAddress> addresses)
    {
        foreach (PlannedAddress address in addresses)
        {
            if (IsFor(route, address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether an address, if there is one, is in another's subnet.</summary>
    /// <param name="candidate">The address.</param>
    /// <param name="address">The other.</param>
    public static bool IsIn(IPAddress? candidate, PlannedAddress address) =>
        candidate is not null && Subnet.Contains(address.Address, address.PrefixLength, candidate);

    // Link-local and multicast destinations of IPv6: neighbours are found by them whatever table an address uses.
    private static bool IsOfTheLink(RouteInfo route) =>
        route.Destination.AddressFamily == AddressFamily.InterNetworkV6 && (route.Destination.IsIPv6LinkLocal || route.Destination.IsIPv6Multicast);
}
