using System.Net;
using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// The host end of a container's veth, and its endpoint. A main plugin of ours has made both and written them down. Behind
/// another one the veth is found from inside the container, and gets an endpoint and the filters for as long as a plugin behind it
/// needs them.
/// </summary>
internal sealed class PodTarget
{
    private const string Veth = "veth";
    private const string Bridge = "bridge";

    // Addresses that nobody has: only a default route leads there.
    private static readonly IPAddress s_anywhere4 = new([128, 66, 0, 1]);
    private static readonly IPAddress s_anywhere6 = new([0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    private readonly Node _node;
    private readonly LinkInfo? _host;
    private readonly LinkInfo? _pod;
    private readonly List<PlannedAddress> _addresses = [];

    private PodTarget(Node node, int ifIndex)
    {
        _node = node;
        IfIndex = ifIndex;
    }

    private PodTarget(Node node, LinkInfo host, LinkInfo pod, List<PlannedAddress> addresses)
        : this(node, host.Index)
    {
        _host = host;
        _pod = pod;
        _addresses = addresses;
    }

    /// <summary>Interface index of the host end.</summary>
    public int IfIndex { get; }

    /// <summary>Whether another main plugin than ours has made the veth.</summary>
    public bool IsForeign => _host is not null;

    /// <summary>Finds it; nothing is changed.</summary>
    /// <param name="node">The node.</param>
    /// <param name="programs">Its programs.</param>
    /// <param name="id">The container's interface.</param>
    /// <param name="netnsPath">The container's namespace, CNI_NETNS.</param>
    /// <param name="failure">What cannot be done to an interface that is no veth: "host ports cannot lead to".</param>
    /// <exception cref="NodeException">The interface is no veth with its other end on this node.</exception>
    public static PodTarget Find(Node node, NodePrograms programs, AttachmentId id, string netnsPath, string failure) =>
        FindRecorded(node, programs, id, netnsPath) is { } ifIndex ? new PodTarget(node, ifIndex) : FindInside(node, id.IfName, netnsPath, failure);

    /// <summary>The endpoint, made now where there is none.</summary>
    /// <exception cref="NodeException">It could not be made, or the container is being detached.</exception>
    public FlowSide Ensure(NodePrograms programs, AttachmentId id, Journal journal)
    {
        if (programs.Endpoints.TryLookup((uint)IfIndex, out Endpoint row))
        {
            if (_host is not null)
            {
                SharedEndpoint.Join(_node, row.Generation, IfIndex, journal);
            }

            return new FlowSide { Ifindex = (uint)IfIndex, Generation = row.Generation };
        }

        if (_host is null || _pod is null)
        {
            throw new NodeException($"{id} is being detached");
        }

        LinkInfo? bridge = _host.MasterIndex != 0 && _node.Rtnl.FindLink(_host.MasterIndex) is { Kind: Bridge } master ? master : null;
        EndpointFilters.RequireUnused(_node.Rtnl, IfIndex, _host.Name);
        if (bridge is not null)
        {
            Uplinks.MarkForeignDomain(_node, bridge.Index);
        }

        journal.Write(AttachmentStep.Filters(IfIndex));
        // Others may have programs on this device that a short cut would pass by: its packets stay in the stack, host ports aside.
        new EndpointTable(programs, _node.Run).Add(
            new EndpointSpec(
                id, IfIndex, bridge?.Index ?? IfIndex, bridge is not null, _pod.Mtu, _pod.Mac, Gateway(bridge), _addresses,
                new EndpointOptions { FastPathOff = true }),
            journal);
        RtnlBatch batch = _node.Rtnl.Batch();
        EndpointFilters.Attach(batch, IfIndex, programs);
        try
        {
            _node.Rtnl.Send(batch);
        }
        catch (NetlinkException e)
        {
            throw new NodeException($"failed to attach the node's programs to \"{_host.Name}\": {Kernel.Reason(e)}", e);
        }

        return programs.Endpoints.TryLookup((uint)IfIndex, out row)
            ? new FlowSide { Ifindex = (uint)IfIndex, Generation = row.Generation }
            : throw new NodeException($"the endpoint of {id} is gone");
    }

    /// <summary>Says of a bridge that routes for the container that it is no way out of the node.</summary>
    public void MarkDomain(NodePrograms programs)
    {
        if (programs.Endpoints.TryLookup((uint)IfIndex, out Endpoint row) && row.Domain != (uint)IfIndex
            && ((ReadOnlySpan<byte>)row.GatewayMac).ContainsAnyExcept((byte)0))
        {
            Uplinks.MarkDomain(_node, (int)row.Domain);
        }
    }

    // A bridge by which the node itself leaves is not what containers on it route by: their gateway is further out.
    private MacAddress? Gateway(LinkInfo? bridge)
    {
        if (bridge is null)
        {
            return _host!.Mac;
        }

        foreach (IPAddress anywhere in (ReadOnlySpan<IPAddress>)[s_anywhere4, s_anywhere6])
        {
            if (_node.Rtnl.GetRoute(new RouteQuery { Destination = anywhere }, out _)?.OutIfIndex == bridge.Index)
            {
                return null;
            }
        }

        return bridge.Mac;
    }

    // The container's namespace need not be entered: what the main plugin wrote down is checked against the maps.
    private static int? FindRecorded(Node node, NodePrograms programs, AttachmentId id, string netnsPath) =>
        node.Run.ReadRecord(id.FileName) is { IsComplete: true } record
        && record.NetnsPath == netnsPath
        && record.Find(StepKind.Endpoint) is { } step
        && programs.Endpoints.TryLookup((uint)step.Index, out Endpoint row)
        && row.Generation == step.Generation
        && node.Rtnl.HasLink(step.Index)
            ? step.Index
            : null;

    private static PodTarget FindInside(Node node, string name, string netnsPath, string failure)
    {
        using NetworkNamespace pod = PodNamespace.Open(netnsPath);
        using RtnlSocket inside = RtnlSocket.Open(pod);
        LinkInfo link = inside.FindLink(name)
            ?? throw new NodeException($"the container has no interface \"{name}\": the main plugin before this one makes it");
        if (link.Kind != Veth)
        {
            throw new NodeException(
                $"{failure} \"{name}\", which is {(link.Kind.Length > 0 ? $"of the kind {link.Kind}" : "a device of its own")}: they need a veth, as bridge and ptp make it");
        }

        LinkInfo? host = link.PeerIndex != 0 && inside.NamespaceId(node.HostNamespace) is { } id && id == link.PeerNetnsId
            ? node.Rtnl.FindLink(link.PeerIndex)
            : null;
        if (host is not { Kind: Veth } || host.PeerIndex != link.Index)
        {
            throw new NodeException($"{failure} \"{name}\": the other end of its veth is not on this host");
        }

        List<PlannedAddress> addresses = [];
        foreach (AddressInfo address in inside.DumpAddresses(link.Index))
        {
            if (!address.Address.IsIPv6LinkLocal)
            {
                addresses.Add(new PlannedAddress(address.Address, address.PrefixLength, null));
            }
        }

        return new PodTarget(node, host, link, addresses);
    }
}
