using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>What CHECK looks at inside a container, with the reference's texts.</summary>
public static class ContainerCheck
{
    /// <summary>Throws unless a path is a network namespace.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="NodeException">"failed to open netns …".</exception>
    public static void RequireNamespace(string path) => PodNamespace.Open(path).Dispose();

    /// <summary>The container's link, when it is the veth that was reported.</summary>
    internal static LinkInfo RequireVeth(RtnlSocket pod, ExpectedInterface container) => RequireLink(pod, container, "veth", "veth/p2p");

    /// <summary>The container's link, when it is the one that was reported.</summary>
    /// <param name="pod">A socket of the container's namespace.</param>
    /// <param name="container">The interface as reported.</param>
    /// <param name="kind">The kernel's name for its kind; null: any.</param>
    /// <param name="type">What the reference calls the kind.</param>
    internal static LinkInfo RequireLink(RtnlSocket pod, ExpectedInterface container, string? kind, string type)
    {
        if (container.Name.Length == 0)
        {
            throw new NodeException("Container interface name missing in prevResult: ");
        }

        LinkInfo link = pod.FindLink(container.Name)
            ?? throw new NodeException($"Container Interface name in prevResult: {container.Name} not found");
        if (kind is not null && link.Kind != kind)
        {
            throw new NodeException($"Error: Container interface {container.Name} not of type {type}");
        }

        if (container.Mac.Length > 0 && !container.Mac.Equals(link.Mac.ToString(), StringComparison.OrdinalIgnoreCase))
        {
            throw new NodeException($"Interface {container.Name} Mac {container.Mac} doesn't match container Mac: {link.Mac}");
        }

        return link;
    }

    /// <summary>Throws unless every address is on the link and its subnet is routed.</summary>
    internal static void RequireAddresses(RtnlSocket pod, LinkInfo link, AddressPlan plan)
    {
        List<AddressInfo> present = pod.DumpAddresses(link.Index);
        List<RouteInfo> routes = pod.DumpRoutes();
        foreach (PlannedAddress expected in plan.Addresses)
        {
            if (!present.Exists(a => a.PrefixLength == expected.PrefixLength && a.Address.Equals(expected.Address)))
            {
                throw new NodeException($"Failed to match addr {expected} on interface {link.Name}");
            }

            System.Net.IPAddress subnet = Subnet.Network(expected.Address, expected.PrefixLength);
            if (!routes.Exists(r => r.PrefixLength == expected.PrefixLength && r.Destination.Equals(subnet)))
            {
                throw new NodeException($"Failed to find Gateway {expected.Gateway} for interface {link.Name}");
            }
        }
    }

    /// <summary>Throws unless every route is there: by its destination and, unless it is a default route, its gateway.</summary>
    internal static void RequireRoutes(RtnlSocket pod, AddressPlan plan)
    {
        List<RouteInfo> routes = pod.DumpRoutes();
        foreach (PlannedRoute expected in plan.Routes)
        {
            // The reference looks in the main table only; a route that was put elsewhere is looked for there.
            bool found = routes.Exists(r =>
                r.PrefixLength == expected.PrefixLength && r.Destination.Equals(expected.Destination)
                && (expected.PrefixLength == 0 || IsOnLink(expected) || expected.Gateway!.Equals(r.Gateway))
                && (expected.Table is not { } table || r.Table == table));
            if (!found)
            {
                throw new NodeException($"Expected Route {{{expected.Destination}/{expected.PrefixLength} {expected.Gateway}}} not found in routing table");
            }
        }
    }

    // 0.0.0.0 is how dhcp, as the reference, says that there is no gateway between; the kernel has none then.
    private static bool IsOnLink(PlannedRoute route) => route.Gateway is null || route.Gateway.Equals(System.Net.IPAddress.Any);
}
