using System.Net;
using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// What containers may send and get, behind whatever main plugin: flags of the endpoint, which the programs look at, and where firewalld runs
/// the zone of its addresses. It keeps records of its own, beside the main plugin's.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="log">What is told.</param>
public sealed class Firewall(Node node, ILog log)
{
    /// <summary>The name of the plugin in records.</summary>
    public const string Plugin = "firewall";

    /// <summary>Whether firewalld runs: its name has an owner on the system's bus.</summary>
    /// <param name="busAddress">The bus; null: its usual place.</param>
    /// <param name="log">What is told: a bus that makes trouble.</param>
    public static bool IsFirewalldRunning(string? busAddress, ILog log) => FirewalldZones.IsRunning(busAddress, log);

    /// <summary>Sets it, or leaves nothing behind. What an earlier ADD of the same interface set is replaced.</summary>
    /// <param name="request">The container and what it may.</param>
    /// <returns>The flags of its endpoint; null when there is nothing to set: an interface whose packets the programs do not see.</returns>
    /// <exception cref="NodeException">It could not be set.</exception>
    public PendingAttachment<EndpointFlags>? Add(FirewallRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        // First: programs that were loaded without it are replaced then.
        ConnectionTracking.Load();
        NodePrograms programs = node.Programs;
        PodTarget? target = Find(request, programs);
        if (target is null && request.Zone is null)
        {
            Remove(request.Id);
            return null;
        }

        EndpointFlags flags = FirewallSteps.Flags(request);
        var record = new AttachmentRecord { Id = request.Id, Network = request.Network, Plugin = Plugin, NetnsPath = request.NetnsPath };
        return Records.Add(record, null, journal =>
        {
            if (target is not null)
            {
                SetFlags(programs, target, flags, request.Id, journal);
            }

            if (request.Zone is { } zone)
            {
                using var zones = FirewalldZones.Open(node.SystemBus);
                foreach (IPAddress address in request.Addresses)
                {
                    journal.Write(AttachmentStep.Zone(zone, address));
                    zones.Add(zone, address);
                }
            }

            log.Debug($"{request.Id}: {FirewallSteps.Words(flags)}{(request.Zone is null ? "" : ", zone " + request.Zone)}");
            return flags;
        });
    }

    /// <summary>Removes what a container's record says: neither its namespace nor its configuration is asked for. Nothing to remove is success.</summary>
    /// <param name="id">The container's interface.</param>
    public void Remove(AttachmentId id)
    {
        using Journal? journal = Journal.TryOpen(node.Run.Firewalls, id);
        if (journal is not null)
        {
            Undo.Run(node, journal, null, log);
            journal.Remove();
        }
    }

    /// <summary>Takes addresses out of a zone that a plugin before the node was switched has put them into; what fails is told.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="addresses">The addresses.</param>
    public void LeaveZone(string zone, IReadOnlyList<IPAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        foreach (IPAddress address in addresses)
        {
            FirewalldZones.Leave(node.SystemBus, zone, address, log);
        }
    }

    /// <summary>Throws unless a container is as its ADD left it. One without a record is the reference's, or there was nothing to set.</summary>
    /// <param name="request">The container and what it may.</param>
    /// <exception cref="NodeException">What is not as it was.</exception>
    public void Check(FirewallRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Zone is { } zone)
        {
            using var zones = FirewalldZones.Open(node.SystemBus);
            foreach (IPAddress address in request.Addresses)
            {
                zones.Require(zone, address);
            }
        }

        if (node.Run.Firewalls.ReadRecord(request.Id.FileName) is not { IsComplete: true } record)
        {
            RequireNone(request);
            return;
        }

        if (record.Find(StepKind.Firewall) is not { } step)
        {
            return;
        }

        if (node.TryPinned() is not { } programs)
        {
            throw new NodeException("the node's programs are not pinned any more; the next ADD loads them");
        }

        if (!programs.Endpoints.TryLookup((uint)step.Index, out Endpoint endpoint) || endpoint.Generation != step.Generation)
        {
            throw new NodeException($"the endpoint of {request.Id} is not in the node's map; detach and attach the container again");
        }

        if ((endpoint.Flags & FirewallSteps.All) != FirewallSteps.Flags(request))
        {
            throw new NodeException(
                $"{request.Id} has the policy \"{FirewallSteps.Words(endpoint.Flags)}\" and not \"{FirewallSteps.Words(FirewallSteps.Flags(request))}\"; detach and attach the container again");
        }

        EndpointFilters.Verify(node.Rtnl, step.Index, node.Rtnl.FindLink(step.Index)?.Name ?? "the host's end of the veth", programs);
    }

    /// <summary>Removes what is recorded for a network and is not valid any more.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="valid">The attachments that stay.</param>
    /// <returns>What could not be removed, one sentence each.</returns>
    public List<string> Collect(string network, IReadOnlyCollection<AttachmentId> valid) => Records.Collect(network, valid, static _ => null);

    private Attachments Records => new(node, log, node.Run.Firewalls);

    // A zone was asked for already, and by addresses that it has not got a container is let through by nobody.
    private void RequireNone(FirewallRequest request)
    {
        if (request.Zone is not null || request.Addresses.Count == 0 || ReferenceFirewall.AreThere(request.Addresses))
        {
            return;
        }

        if (node.TryPinned() is not { } programs || Find(request, programs) is not null)
        {
            throw new NodeException($"{request.Id} is not let past FORWARD on this node; detach and attach the container again");
        }
    }

    // The reference's rules of an interface that is no veth have an effect only where it could be one: that is no reason to refuse the container.
    private PodTarget? Find(FirewallRequest request, NodePrograms programs)
    {
        try
        {
            return PodTarget.Find(node, programs, request.Id, request.NetnsPath, "a policy cannot be set on");
        }
        catch (NodeException e) when (request.Policy == IngressPolicy.Open)
        {
            log.Info($"{request.Id}: {e.Message}");
            return null;
        }
    }

    private void SetFlags(NodePrograms programs, PodTarget target, EndpointFlags flags, AttachmentId id, Journal journal)
    {
        FlowSide endpoint = target.Ensure(programs, id, journal);
        target.MarkDomain(programs);
        Uplinks.Keep(node, target.IfIndex, log);
        journal.Write(AttachmentStep.Firewall(endpoint, flags));
        // A foreign plugin's container stays in the stack, unless somebody asks to have it past FORWARD.
        EndpointFlags off = target.IsForeign && (flags & EndpointFlags.Allow) != 0 ? EndpointFlags.FastPathOff : EndpointFlags.None;
        if (!new EndpointTable(programs, node.Run).SetFlags((int)endpoint.Ifindex, endpoint.Generation, FirewallSteps.All | off, flags))
        {
            throw new NodeException($"the endpoint of {id} is gone");
        }
    }
}
