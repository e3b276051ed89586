using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>CHECK of an interface without a host end.</summary>
public static class DeviceCheck
{
    /// <summary>Checks one of any kind.</summary>
    /// <param name="netnsPath">The container's namespace.</param>
    /// <param name="container">The interface as reported.</param>
    /// <param name="plan">Addresses and routes that were reported.</param>
    /// <exception cref="NodeException">What is not as it was.</exception>
    public static void Any(string netnsPath, ExpectedInterface container, AddressPlan plan)
    {
        ArgumentNullException.ThrowIfNull(container);
        ArgumentNullException.ThrowIfNull(plan);
        using NetworkNamespace pod = PodNamespace.Open(netnsPath);
        using RtnlSocket rtnl = RtnlSocket.Open(pod);
        LinkInfo link = ContainerCheck.RequireLink(rtnl, container, null, "");
        ContainerCheck.RequireAddresses(rtnl, link, plan);
        ContainerCheck.RequireRoutes(rtnl, plan);
    }

    /// <summary>Checks it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="request">What the ADD was asked for.</param>
    /// <param name="container">The interface as reported.</param>
    /// <param name="plan">Addresses and routes that were reported.</param>
    /// <param name="checksRoutes">Whether the routes are looked for.</param>
    /// <param name="matches">Throws what the kind has that is not as configured.</param>
    /// <exception cref="NodeException">What is not as it was.</exception>
    public static void Run(
        Node node, DeviceRequest request, ExpectedInterface container, AddressPlan plan, bool checksRoutes, Action<LinkInfo> matches)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(container);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(matches);
        using NetworkNamespace pod = PodNamespace.Open(request.NetnsPath);
        using RtnlSocket rtnl = RtnlSocket.Open(pod);
        LinkInfo? master = MasterDevice.For(request, node, rtnl);
        LinkInfo link = ContainerCheck.RequireLink(rtnl, container, request.Kind, request.Kind);
        if (master is not null && link.PeerIndex != master.Index)
        {
            throw new NodeException($"Error: Container {request.Kind} {link.Name} is not on the master {master.Name}");
        }

        matches(link);
        ContainerCheck.RequireAddresses(rtnl, link, plan);
        if (checksRoutes)
        {
            ContainerCheck.RequireRoutes(rtnl, plan);
        }
    }
}
