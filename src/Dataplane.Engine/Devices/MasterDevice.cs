using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Finds the device that a container's device sits on.</summary>
internal static class MasterDevice
{
    private const uint MainTable = 254;
    private const byte Unicast = 1;

    /// <summary>The device that a request's is to sit on, with room for its MTU; null: it sits on none.</summary>
    /// <exception cref="NodeException">There is none, or it has no room.</exception>
    public static LinkInfo? For(DeviceRequest request, Node node, RtnlSocket pod)
    {
        if (request.Master is not { } choice)
        {
            return null;
        }

        LinkInfo master = Find(choice.InContainer ? pod : node.Rtnl, choice);
        return !request.MtuWithinMaster || (request.Mtu >= 0 && request.Mtu <= master.Mtu)
            ? master
            : throw new NodeException($"invalid MTU {request.Mtu}, must be [0, master MTU({master.Mtu})]");
    }

    /// <summary>The chosen device, or the one of the default route.</summary>
    /// <param name="rtnl">A socket of the namespace it is in.</param>
    /// <param name="choice">The choice.</param>
    /// <exception cref="NodeException">There is none.</exception>
    public static LinkInfo Find(RtnlSocket rtnl, MasterChoice choice)
    {
        if (choice.Name.Length > 0)
        {
            return rtnl.FindLink(choice.Name) ?? throw new NodeException($"failed to lookup master \"{choice.Name}\": Link not found");
        }

        foreach (RouteInfo route in rtnl.DumpRoutes())
        {
            // The kernel gives IPv4 first, and of equal prefixes the preferred route.
            if (route is { PrefixLength: 0, Table: MainTable, Type: Unicast, OutIfIndex: > 0 } && rtnl.FindLink(route.OutIfIndex) is { } link)
            {
                return link;
            }
        }

        throw new NodeException("no default route interface found");
    }
}
