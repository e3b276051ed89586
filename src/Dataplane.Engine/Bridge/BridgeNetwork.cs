using System.Net.Sockets;
using Dataplane.Bpf;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Attaches containers to a bridge.</summary>
/// <param name="node">The node.</param>
/// <param name="log">What is told.</param>
public sealed class BridgeNetwork(Node node, ILog log)
{
    // RFC 2863, as IFLA_OPERSTATE numbers them.
    private static readonly string[] OperStates = ["unknown", "not-present", "down", "lower-layer-down", "testing", "dormant", "up"];

    /// <summary>The name of the plugin in records.</summary>
    public const string Plugin = "bridge";

    /// <summary>Attaches a container, or leaves nothing but the bridge behind.</summary>
    /// <param name="request">The container and its network.</param>
    /// <param name="addresses">Its addresses' source; null for a container without any.</param>
    /// <param name="more">What else belongs to the attachment, once the container can be reached; its steps go into the same journal.</param>
    /// <exception cref="NodeException">It could not be attached.</exception>
    public PendingAttachment<BridgeAttachment> Add(BridgeRequest request, IAddressSource? addresses, Action<Journal>? more = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        NodePrograms programs = node.Programs;
        LinkInfo bridge = BridgeDevice.Ensure(node, request);
        using NetworkNamespace pod = PodNamespace.Open(request.NetnsPath);
        var record = new AttachmentRecord { Id = request.Id, Network = request.Network, Plugin = request.Plugin, NetnsPath = request.NetnsPath };
        return new Attachments(node, log).Add(record, addresses, journal =>
        {
            BridgeAttachment made = Attach(request, addresses, journal, programs, bridge, pod);
            more?.Invoke(journal);
            return made;
        });
    }

    private BridgeAttachment Attach(
        BridgeRequest request, IAddressSource? addresses, Journal journal, NodePrograms programs, LinkInfo bridge, NetworkNamespace pod)
    {
        VethPair pair = VethPair.Create(node, journal, request.Id.IfName, pod, request.Mtu, request.Mac, bridge.Index);
        PreparePort(request, programs, pair);

        AddressPlan plan = addresses is null ? new AddressPlan() : AddressLease.Take(journal, addresses);
        // Its address may have followed the new port's.
        bridge = node.Rtnl.FindLink(bridge.Index) ?? throw new NodeException($"failed to lookup bridge \"{request.Bridge}\": it is gone");
        LinkInfo? gateway = null;
        if (request.IsGateway && plan.Addresses.Count > 0)
        {
            gateway = request.Vlan == 0 ? bridge : BridgeGateway.EnsureVlanDevice(node, bridge, request);
            Uplinks.MarkDomain(node, gateway.Index);
            BridgeGateway.EnsureAddresses(node, gateway, request, plan);
            Forward(plan);
        }

        if (gateway is not null || request.Options.Masquerade is not null)
        {
            Uplinks.KeepForAdd(node, pair.HostIndex, gateway?.Index ?? 0, plan, request.Options, log);
        }

        int domain = (gateway ?? bridge).Index;
        new EndpointTable(programs, node.Run).Add(
            new EndpointSpec(request.Id, pair.HostIndex, domain, IsBridged: true, pair.Mtu, pair.PeerMac, gateway?.Mac, plan.Addresses, request.Options), journal);

        using RtnlSocket podRtnl = ConfigureContainer(request, pod, pair, plan, out int podIndex, out UnsolicitedAdvertisement? advertisement);
        using (advertisement)
        {
            if (!request.DisableContainerInterface)
            {
                AwaitPort(pair);
                Readiness.AwaitLink(podRtnl, podIndex);
                Announcement.Send(podRtnl, podIndex, pair.PeerMac, plan, advertisement);
            }
        }

        if (gateway is not null)
        {
            Readiness.AwaitBridge(node.Rtnl, gateway.Index);
            Announcement.SetNeighbours(node.Rtnl, gateway.Index, pair.PeerMac, plan);
        }

        log.Debug($"{request.Id}: {pair.HostName} on {bridge.Name}");
        bool vlanGateway = request.IsGateway && request.Vlan != 0 && gateway is not null;
        return new BridgeAttachment(bridge.Mac, pair.HostName, pair.HostMac, pair.PeerMac, vlanGateway ? gateway!.Name : null, vlanGateway ? gateway!.Mac : default);
    }

    private void PreparePort(BridgeRequest request, NodePrograms programs, VethPair pair)
    {
        BridgePort.DisableIpv6(pair.HostName);
        try
        {
            RtnlBatch batch = node.Rtnl.Batch();
            BridgePort.Configure(
                batch, node, pair.HostIndex, request.Hairpin, request.PortIsolation, request.Vlan, request.VlanTrunk, request.PreserveDefaultVlan);
            EndpointFilters.Attach(batch, pair.HostIndex, programs);
            batch.SetLinkUp(pair.HostIndex);
            node.Rtnl.Send(batch);
        }
        catch (NetlinkException e)
        {
            throw new NodeException($"failed to set up bridge port \"{pair.HostName}\": {e.Request}: {Kernel.Reason(e)}", e);
        }
    }

    private void Forward(AddressPlan plan)
    {
        foreach (AddressFamily family in (ReadOnlySpan<AddressFamily>)[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            if (plan.Has(family))
            {
                Forwarding.Enable(node, family, "failed to enable forwarding: ", log);
            }
        }
    }

    private static RtnlSocket ConfigureContainer(
        BridgeRequest request, NetworkNamespace pod, VethPair pair, AddressPlan plan, out int podIndex, out UnsolicitedAdvertisement? advertisement)
    {
        string ifName = request.Id.IfName;
        Interruption.ThrowIfRequested();
        using NetworkNamespace.Scope inside = pod.Enter();
        RtnlSocket rtnl = RtnlSocket.Open();
        try
        {
            advertisement = null;
            podIndex = (rtnl.FindLink(ifName) ?? throw new NodeException($"failed to lookup \"{ifName}\": it is gone")).Index;
            if (plan.Addresses.Count > 0)
            {
                PrepareAddresses(request, ifName, plan);
                advertisement = UnsolicitedAdvertisement.TryOpen(plan);
            }

            if (!request.DisableContainerInterface)
            {
                RtnlBatch batch = rtnl.Batch();
                List<Func<string>> errors = [];
                ContainerInterface.Configure(batch, errors, podIndex, ifName, plan, request.EnableDad);
                ContainerInterface.Send(rtnl, batch, errors);
            }

            return rtnl;
        }
        catch
        {
            rtnl.Dispose();
            throw;
        }
    }

    private static void PrepareAddresses(BridgeRequest request, string ifName, AddressPlan plan)
    {
        if (request.EnableDad)
        {
            ContainerInterface.TrySysctl("1", "net", "ipv6", "conf", ifName, "enhanced_dad");
            ContainerInterface.TrySysctl("1", "net", "ipv6", "conf", ifName, "accept_dad");
        }
        else
        {
            ContainerInterface.TrySysctl("0", "net", "ipv6", "conf", ifName, "accept_dad");
        }

        ContainerInterface.TrySysctl("1", "net", "ipv4", "conf", ifName, "arp_notify");
        if (plan.Has(AddressFamily.InterNetworkV6))
        {
            ContainerInterface.PrepareIPv6(ifName);
        }
    }

    private void AwaitPort(VethPair pair)
    {
        if (!node.Rtnl.WaitOperUp(pair.HostIndex, Readiness.LinkTimeoutMs))
        {
            LinkInfo? port = node.Rtnl.FindLink(pair.HostIndex);
            throw new NodeException($"bridge port in error state: {(port is null ? "not found" : OperStates[Math.Min(port.OperState, OperStates.Length - 1)])}");
        }
    }
}
