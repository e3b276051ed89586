using System.Net;
using System.Net.Sockets;
using Dataplane.Bpf;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Attaches containers by a veth each, with the host as the router of all their traffic.</summary>
/// <param name="node">The node.</param>
/// <param name="log">What is told.</param>
public sealed class PtpNetwork(Node node, ILog log)
{
    private const int ScopeHost = 254;
    private const int ScopeLink = 253;

    // Matches any in a deletion.
    private const int ScopeNowhere = 255;

    /// <summary>The name of the plugin in records.</summary>
    public const string Plugin = "ptp";

    /// <summary>Attaches a container, or leaves nothing behind.</summary>
    /// <param name="request">The container and its network.</param>
    /// <param name="addresses">Its addresses' source.</param>
    /// <param name="more">What else belongs to the attachment, once the container can be reached; its steps go into the same journal.</param>
    /// <exception cref="NodeException">It could not be attached.</exception>
    public PendingAttachment<PtpAttachment> Add(PtpRequest request, IAddressSource addresses, Action<Journal>? more = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        NodePrograms programs = node.Programs;
        var record = new AttachmentRecord { Id = request.Id, Network = request.Network, Plugin = request.Plugin, NetnsPath = request.NetnsPath };
        return new Attachments(node, log).Add(record, addresses, journal =>
        {
            PtpAttachment made = Attach(request, addresses, journal, programs);
            more?.Invoke(journal);
            return made;
        });
    }

    private PtpAttachment Attach(PtpRequest request, IAddressSource addresses, Journal journal, NodePrograms programs)
    {
        AddressPlan plan = AddressLease.Take(journal, addresses);
        foreach (AddressFamily family in (ReadOnlySpan<AddressFamily>)[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            if (plan.Has(family))
            {
                Forwarding.Enable(node, family, "Could not enable IP forwarding: ", log);
            }
        }

        using NetworkNamespace pod = PodNamespace.Open(request.NetnsPath);
        VethPair pair = VethPair.Create(node, journal, request.Id.IfName, pod, request.Mtu, request.Mac, null);
        PrepareHostEnd(programs, pair);
        Uplinks.KeepForAdd(node, pair.HostIndex, pair.HostIndex, plan, request.Options, log);
        new EndpointTable(programs, node.Run).Add(
            new EndpointSpec(request.Id, pair.HostIndex, pair.HostIndex, IsBridged: false, pair.Mtu, pair.PeerMac, pair.HostMac, plan.Addresses, request.Options),
            journal);
        ConfigureContainer(request, pod, plan);
        ConfigureHost(pair, plan);
        Readiness.AwaitLink(node.Rtnl, pair.HostIndex);
        Announcement.SetNeighbours(node.Rtnl, pair.HostIndex, pair.PeerMac, plan);
        log.Debug($"{request.Id}: {pair.HostName}");
        return new PtpAttachment(pair.HostName, pair.HostMac, pair.PeerMac);
    }

    private void PrepareHostEnd(NodePrograms programs, VethPair pair)
    {
        try
        {
            RtnlBatch batch = node.Rtnl.Batch();
            EndpointFilters.Attach(batch, pair.HostIndex, programs);
            batch.SetLinkUp(pair.HostIndex);
            node.Rtnl.Send(batch);
        }
        catch (NetlinkException e)
        {
            throw new NodeException($"failed to set up \"{pair.HostName}\": {e.Request}: {Kernel.Reason(e)}", e);
        }

        ContainerInterface.TrySysctl("0", "net", "ipv6", "conf", pair.HostName, "accept_ra");
    }

    private static void ConfigureContainer(PtpRequest request, NetworkNamespace pod, AddressPlan plan)
    {
        string ifName = request.Id.IfName;
        Interruption.ThrowIfRequested();
        using NetworkNamespace.Scope inside = pod.Enter();
        using RtnlSocket rtnl = RtnlSocket.Open();
        int ifIndex = (rtnl.FindLink(ifName) ?? throw new NodeException($"failed to look up \"{ifName}\": it is gone")).Index;
        if (plan.Has(AddressFamily.InterNetworkV6))
        {
            ContainerInterface.PrepareIPv6(ifName);
        }

        RtnlBatch batch = rtnl.Batch();
        List<Func<string>> errors = [];
        ContainerInterface.Configure(batch, errors, ifIndex, ifName, plan, detectDuplicates: false);
        foreach (PlannedAddress address in plan.Addresses)
        {
            RouteThroughHost(batch, errors, ifIndex, ifName, address);
        }

        ContainerInterface.Send(rtnl, batch, errors);
        Readiness.AwaitLink(rtnl, ifIndex);
    }

    /// <summary>The subnet is not on this link: its route goes to the gateway, which alone is, so that all traffic passes the host.</summary>
    private static void RouteThroughHost(RtnlBatch batch, List<Func<string>> errors, int ifIndex, string ifName, PlannedAddress address)
    {
        IPAddress gateway = address.Gateway!;
        IPAddress subnet = Subnet.Network(address.Address, address.PrefixLength);
        batch.DeleteRoute(new RouteSpec { Destination = subnet, PrefixLength = address.PrefixLength, OutIfIndex = ifIndex, Scope = ScopeNowhere });
        errors.Add(() => $"failed to delete route '{subnet}/{address.PrefixLength} dev {ifName}'");
        batch.AddRoute(new RouteSpec
        {
            Destination = gateway,
            PrefixLength = Subnet.Bits(gateway),
            OutIfIndex = ifIndex,
            Scope = ScopeLink,
            Source = address.Address,
            Conflict = RouteConflict.Fail,
        });
        errors.Add(() => $"failed to add route '{gateway}/{Subnet.Bits(gateway)} dev {ifName} src {address.Address}'");
        batch.AddRoute(new RouteSpec
        {
            Destination = subnet,
            PrefixLength = address.PrefixLength,
            Gateway = gateway,
            OutIfIndex = ifIndex,
            Source = address.Address,
            Conflict = RouteConflict.Fail,
        });
        errors.Add(() => $"failed to add route '{subnet}/{address.PrefixLength} via {gateway} dev {ifName} src {address.Address}'");
    }

    private void ConfigureHost(VethPair pair, AddressPlan plan)
    {
        foreach (PlannedAddress address in plan.Addresses)
        {
            IPAddress gateway = address.Gateway!;
            RtnlBatch batch = node.Rtnl.Batch();
            List<Func<string>> errors = [];
            batch.AddAddress(pair.HostIndex, gateway, Subnet.Bits(gateway), noDad: gateway.AddressFamily == AddressFamily.InterNetworkV6);
            errors.Add(() => $"failed to add IP addr ({gateway}/{Subnet.Bits(gateway)}) to veth");
            ContainerInterface.Send(node.Rtnl, batch, errors);

            batch = node.Rtnl.Batch();
            batch.AddRoute(new RouteSpec
            {
                Destination = address.Address,
                PrefixLength = Subnet.Bits(address.Address),
                OutIfIndex = pair.HostIndex,
                Scope = ScopeHost,
                Conflict = RouteConflict.Fail,
            });
            try
            {
                node.Rtnl.Send(batch);
            }
            catch (NetlinkException e) when (e.Errno == Errno.EEXIST)
            {
                // Two addresses of one container on one veth.
            }
            catch (NetlinkException e)
            {
                throw new NodeException($"failed to add route on host: {Kernel.Reason(e)}", e);
            }
        }
    }
}
