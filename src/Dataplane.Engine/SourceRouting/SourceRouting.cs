using System.Net;
using System.Net.Sockets;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// Routing by source: packets from an interface's address use a table of their own, so that they leave by this interface whatever the main table says. What is
/// done is read from the namespace itself, its rules lead to the tables: there is no record beside it, and an ADD that is killed can be undone at any point.
/// </summary>
public static class SourceRouting
{
    private const uint FirstTable = 100;

    /// <summary>Adds rules, and moves the interface's routes to their tables; or leaves everything as it was.</summary>
    /// <param name="request">What for.</param>
    /// <exception cref="NodeException">It could not be done, in the reference's words.</exception>
    public static void Add(SourceRoutingRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        using NetworkNamespace pod = PodNamespace.Open(request.NetnsPath);
        pod.Lock();
        using RtnlSocket rtnl = RtnlSocket.Open(pod);
        LinkInfo link = rtnl.FindLink(request.IfName) ?? throw new NodeException($"Cannot find network interface {request.IfName}: Link not found");
        List<IPAddress> addresses = [];
        foreach (PlannedAddress address in request.Addresses)
        {
            addresses.Add(address.Address);
        }

        Undo(rtnl, link.Index, addresses, request.Table);
        try
        {
            if (request.Table != 0)
            {
                AddRules(rtnl, request);
            }
            else
            {
                Move(rtnl, link.Index, request);
            }
        }
        catch
        {
            Undo(rtnl, link.Index, addresses, request.Table);
            throw;
        }
    }

    /// <summary>Removes the rules of the interface's addresses, and gives the main table its routes back. Nothing to remove is success.</summary>
    /// <param name="netnsPath">CNI_NETNS; may be empty or lead nowhere.</param>
    /// <param name="ifName">The interface; may be gone, and its addresses with it.</param>
    /// <param name="table">The configured table; 0: the interface's own.</param>
    public static void Remove(string netnsPath, string ifName, int table)
    {
        using NetworkNamespace? pod = PodNamespace.TryOpen(netnsPath);
        if (pod is null)
        {
            return;
        }

        pod.Lock();
        using RtnlSocket rtnl = RtnlSocket.Open(pod);
        if (rtnl.FindLink(ifName) is not { } link)
        {
            return;
        }

        List<IPAddress> addresses = [];
        foreach (AddressInfo address in rtnl.DumpAddresses(link.Index))
        {
            addresses.Add(address.Address);
        }

        Undo(rtnl, link.Index, addresses, table);
    }

    /// <summary>Throws unless every address has its rule.</summary>
    /// <param name="request">As at ADD.</param>
    /// <exception cref="NodeException">The first that has none.</exception>
    public static void Check(SourceRoutingRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        using NetworkNamespace pod = PodNamespace.Open(request.NetnsPath);
        using RtnlSocket rtnl = RtnlSocket.Open(pod);
        List<RuleInfo> rules = rtnl.DumpRules();
        foreach (PlannedAddress address in request.Addresses)
        {
            if (!rules.Exists(rule => IsOf(rule, address.Address, request.Table)))
            {
                throw new NodeException($"packets from {address.Address} are not routed by a table of their own: the rule is gone; detach and attach the container again");
            }
        }
    }

    private static void AddRules(RtnlSocket rtnl, SourceRoutingRequest request)
    {
        RtnlBatch batch = rtnl.Batch();
        List<Func<string>> errors = [];
        foreach (PlannedAddress address in request.Addresses)
        {
            batch.AddRule(address.Address, (uint)request.Table);
            errors.Add(static () => "Failed to add rule");
        }

        ContainerInterface.Send(rtnl, batch, errors);
    }

    private static void Move(RtnlSocket rtnl, int ifIndex, SourceRoutingRequest request)
    {
        List<RouteInfo> routes = LinkRoutes.Of(rtnl, ifIndex, LinkRoutes.Main);
        // Those of addresses that the result does not name get into no table: taken out of the main one they would be nowhere.
        routes.RemoveAll(route => !LinkRoutes.AreFor(route, request.Addresses));
        HashSet<uint> used = UsedTables(rtnl);
        uint table = FirstTable;
        RtnlBatch batch = rtnl.Batch();
        List<Func<string>> errors = [];
        foreach (PlannedAddress address in request.Addresses)
        {
            Interruption.ThrowIfRequested();
            while (!used.Add(table))
            {
                table++;
            }

            batch.AddRule(address.Address, table);
            errors.Add(static () => "Failed to add rule");
            AddDefault(batch, errors, ifIndex, (int)table, address);
            foreach (RouteInfo route in routes)
            {
                if (LinkRoutes.IsFor(route, address))
                {
                    batch.AddRoute(LinkRoutes.In(route, (int)table, RouteConflict.Replace));
                    errors.Add(static () => "Failed to readd route");
                }
            }
        }

        ContainerInterface.Send(rtnl, batch, errors);
        // Only now, when every table is whole: a gateway is looked for in the main table as well.
        RemoveFromMain(rtnl, routes, request);
    }

    private static void RemoveFromMain(RtnlSocket rtnl, List<RouteInfo> routes, SourceRoutingRequest request)
    {
        RtnlBatch batch = rtnl.Batch();
        List<Func<string>> errors = [];
        foreach (RouteInfo route in routes)
        {
            if (!request.SourceHints || route.Gateway is not null)
            {
                batch.DeleteRoute(LinkRoutes.In(route, LinkRoutes.Main, RouteConflict.Fail));
                errors.Add(static () => "Failed to delete route");
            }
            else if (SourceFor(route, request.Addresses) is { } source && !source.Equals(route.Source))
            {
                // Not replaced: the first route to the destination may be another device's.
                batch.DeleteRoute(LinkRoutes.In(route, LinkRoutes.Main, RouteConflict.Fail));
                errors.Add(static () => "Failed to delete route");
                batch.AddRoute(LinkRoutes.In(route with { Source = source }, LinkRoutes.Main, RouteConflict.Prepend));
                errors.Add(static () => "Failed to set the source of a route");
            }
        }

        ContainerInterface.Send(rtnl, batch, errors);
    }

    // An earlier plugin may have taken it away for another interface's.
    private static void AddDefault(RtnlBatch batch, List<Func<string>> errors, int ifIndex, int table, PlannedAddress address)
    {
        if (address.Gateway is { } gateway)
        {
            batch.AddRoute(new RouteSpec
            {
                Destination = gateway.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any,
                PrefixLength = 0,
                Gateway = gateway,
                OutIfIndex = ifIndex,
                Table = table,
            });
            errors.Add(() => $"Failed to add default route to {gateway}");
        }
    }

    private static IPAddress? SourceFor(RouteInfo route, IReadOnlyList<PlannedAddress> addresses)
    {
        foreach (PlannedAddress address in addresses)
        {
            if (route.PrefixLength == address.PrefixLength && LinkRoutes.IsIn(route.Destination, address))
            {
                return address.Address;
            }
        }

        return null;
    }

    private static HashSet<uint> UsedTables(RtnlSocket rtnl)
    {
        HashSet<uint> used = [];
        foreach (RuleInfo rule in rtnl.DumpRules())
        {
            used.Add(rule.Table);
        }

        foreach (RouteInfo route in rtnl.DumpRoutes())
        {
            used.Add(route.Table);
        }

        return used;
    }

    private static bool IsOf(RuleInfo rule, IPAddress address, int table) =>
        address.Equals(rule.Source) && rule.SourceLength == address.GetAddressBytes().Length * 8
        && (table != 0 ? rule.Table == (uint)table : rule.Table >= FirstTable && rule.Table is < 252 or > 255);

    // Routes come back before what leads to their copies goes: at no moment are they nowhere.
    private static void Undo(RtnlSocket rtnl, int ifIndex, List<IPAddress> addresses, int table)
    {
        List<RuleInfo> rules = rtnl.DumpRules();
        rules.RemoveAll(rule => !addresses.Exists(address => IsOf(rule, address, table)));
        foreach (RuleInfo rule in rules)
        {
            List<RouteInfo> routes = rtnl.DumpRoutes();
            // A configured table is somebody else's.
            List<RouteInfo> moved = table != 0 ? [] : LinkRoutes.Of(rtnl, ifIndex, rule.Table);
            RtnlBatch batch = rtnl.Batch();
            List<Func<string>> errors = [];
            foreach (RouteInfo route in moved)
            {
                if (LinkRoutes.BackInMain(route, routes) is { } back)
                {
                    batch.AddRoute(back);
                    errors.Add(static () => "Failed to give the main table its route back");
                }
            }

            // The kernel goes on after a request that fails: what cannot be given back must not be deleted by the same batch.
            ContainerInterface.Send(rtnl, batch, errors);
            batch = rtnl.Batch();
            errors.Clear();
            foreach (RouteInfo route in moved)
            {
                batch.DeleteRoute(LinkRoutes.In(route, (int)rule.Table, RouteConflict.Fail));
                errors.Add(static () => "Failed to delete route");
            }

            batch.DeleteRule(rule);
            errors.Add(static () => "Failed to delete rule");
            ContainerInterface.Send(rtnl, batch, errors);
        }
    }
}
