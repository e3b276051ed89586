using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// CHECK: an attachment is as its ADD left it. One that has a record, because we made it, also runs the node's programs and has
/// its rows; one of the reference plugins' is not expected to.
/// </summary>
public static class AttachmentCheck
{
    /// <summary>Checks a container on a bridge.</summary>
    /// <param name="node">The node.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="bridge">The bridge as reported.</param>
    /// <param name="container">The container's interface as reported.</param>
    /// <param name="hosts">The other host interfaces that were reported.</param>
    /// <param name="plan">Addresses and routes that were reported.</param>
    /// <exception cref="NodeException">What is not as it was.</exception>
    public static void Bridge(
        Node node, BridgeRequest config, ExpectedInterface bridge, ExpectedInterface container, IReadOnlyList<ExpectedInterface> hosts, AddressPlan plan)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(bridge);
        ArgumentNullException.ThrowIfNull(container);
        ArgumentNullException.ThrowIfNull(hosts);
        ArgumentNullException.ThrowIfNull(plan);
        LinkInfo master = RequireBridge(node, config, bridge);
        using NetworkNamespace pod = PodNamespace.Open(config.NetnsPath);
        using RtnlSocket rtnl = RtnlSocket.Open(pod);
        LinkInfo link = ContainerCheck.RequireVeth(rtnl, container);
        LinkInfo port = FindPort(node, hosts, master, link)
            ?? throw new NodeException($"CNI veth created for bridge {config.Bridge} was not found");
        ContainerCheck.RequireAddresses(rtnl, link, plan);
        ContainerCheck.RequireRoutes(rtnl, plan);
        RequirePrograms(node, config.Id, port, link, config.Options);
    }

    /// <summary>Checks a container on a veth of its own.</summary>
    /// <param name="node">The node.</param>
    /// <param name="id">The attachment.</param>
    /// <param name="netnsPath">The container's namespace.</param>
    /// <param name="container">Its interface as reported.</param>
    /// <param name="plan">Addresses and routes that were reported.</param>
    /// <param name="options">How the programs are to treat it.</param>
    /// <exception cref="NodeException">What is not as it was.</exception>
    public static void Ptp(Node node, AttachmentId id, string netnsPath, ExpectedInterface container, AddressPlan plan, EndpointOptions options)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(container);
        ArgumentNullException.ThrowIfNull(plan);
        using NetworkNamespace pod = PodNamespace.Open(netnsPath);
        using RtnlSocket rtnl = RtnlSocket.Open(pod);
        LinkInfo link = ContainerCheck.RequireVeth(rtnl, container);
        ContainerCheck.RequireAddresses(rtnl, link, plan);
        ContainerCheck.RequireRoutes(rtnl, plan);
        RequirePrograms(node, id, node.Rtnl.FindLink(link.PeerIndex), link, options);
    }

    private static LinkInfo RequireBridge(Node node, BridgeRequest config, ExpectedInterface bridge)
    {
        LinkInfo link = node.Rtnl.FindLink(config.Bridge) ?? throw new NodeException($"Bridge interface {config.Bridge} not found");
        if (link.Kind != "bridge")
        {
            throw new NodeException($"Interface {config.Bridge} does not have link type of bridge");
        }

        if (bridge.Mac.Length > 0 && !bridge.Mac.Equals(link.Mac.ToString(), StringComparison.OrdinalIgnoreCase))
        {
            throw new NodeException($"Bridge interface {config.Bridge} Mac doesn't match: {bridge.Mac}");
        }

        return link.IsPromiscuous == config.Promiscuous
            ? link
            : throw new NodeException($"Bridge interface {config.Bridge} configured promiscMode {config.Promiscuous} doesn't match current state: {link.IsPromiscuous}");
    }

    private static LinkInfo? FindPort(Node node, IReadOnlyList<ExpectedInterface> hosts, LinkInfo bridge, LinkInfo container)
    {
        foreach (ExpectedInterface host in hosts)
        {
            if (node.Rtnl.FindLink(host.Name) is { Kind: "veth" } link
                && link.PeerIndex == container.Index
                && container.PeerIndex == link.Index
                && link.MasterIndex == bridge.Index
                && (host.Mac.Length == 0 || host.Mac.Equals(link.Mac.ToString(), StringComparison.OrdinalIgnoreCase)))
            {
                return link;
            }
        }

        return null;
    }

    private static void RequirePrograms(Node node, AttachmentId id, LinkInfo? host, LinkInfo container, EndpointOptions options)
    {
        if (host is null || node.Run.ReadRecord(id.FileName) is not { IsComplete: true } record)
        {
            return;
        }

        if (node.TryPinned() is not { } programs)
        {
            throw new NodeException("the node's programs are not pinned any more; the next ADD loads them");
        }

        EndpointFilters.Verify(node.Rtnl, host.Index, host.Name, programs);
        // The reference's tuning behind us may have given the device the address and MTU that it was just found to have as reported: it knows of no row.
        var table = new EndpointTable(programs, node.Run);
        table.SetDevice(host.Index, container.Mac, container.Mtu);
        table.Verify(record, container.Mac, options);
        if (options.Masquerade is not null)
        {
            Uplinks.Verify(node);
        }
    }
}
