using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Limits what containers send and get, behind whatever main plugin. It keeps records of its own, beside the main plugin's.</summary>
/// <param name="node">The node.</param>
/// <param name="log">What is told.</param>
public sealed class Bandwidth(Node node, ILog log)
{
    /// <summary>The name of the plugin in records.</summary>
    public const string Plugin = "bandwidth";

    /// <summary>Limits a container, or leaves nothing behind. What an earlier ADD of the same interface limited is replaced.</summary>
    /// <param name="request">The container and its limits; without any, what an earlier ADD left is removed.</param>
    /// <returns>Which engine keeps the limits; null when there are none.</returns>
    /// <exception cref="NodeException">It could not be limited.</exception>
    public PendingAttachment<Shaper>? Add(BandwidthRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Ingress is null && request.Egress is null)
        {
            Remove(request.Id, request.ReferenceDevice, request.NetnsPath);
            return null;
        }

        NodePrograms programs = node.Programs;
        PodTarget target = PodTarget.Find(node, programs, request.Id, request.NetnsPath, "limits cannot be set on");
        var record = new AttachmentRecord { Id = request.Id, Network = request.Network, Plugin = Plugin, NetnsPath = request.NetnsPath };
        return Records.Add(record, null, journal =>
        {
            RemoveReference(request, target.IfIndex);
            FlowSide endpoint = target.Ensure(programs, request.Id, journal);
            return Install(request, endpoint, journal);
        });
    }

    /// <summary>Limits a container as a part of the ADD that attaches it: what is done is that attachment's, and goes with it.</summary>
    /// <param name="request">The container and its limits, one at least.</param>
    /// <param name="journal">The ADD's, with the endpoint in it.</param>
    /// <exception cref="NodeException">It could not be limited.</exception>
    public void AddTo(BandwidthRequest request, Journal journal)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(journal);
        Install(request, journal.Record!.RequireEndpoint(), journal);
    }

    /// <summary>Throws unless a container is limited as its ADD, or an operator since, left it.</summary>
    /// <param name="request">The container and its limits.</param>
    /// <exception cref="NodeException">What is not as it was.</exception>
    public void Check(BandwidthRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        bool limited = request.Ingress is not null || request.Egress is not null;
        if (RecordsOf(request.Id).ReadRecord(request.Id.FileName) is not { IsComplete: true } record)
        {
            // One that runs since before the node was switched.
            if (limited && !ReferenceBandwidth.IsThere(node, request))
            {
                throw new NodeException($"{request.Id} is not limited on this node; detach and attach the container again");
            }

            return;
        }

        if (node.TryPinned() is not { } programs)
        {
            throw new NodeException("the node's programs are not pinned any more; the next ADD loads them");
        }

        if (LimitPlan.Of(record) is not { } plan || !IsConfigured(record, plan, request))
        {
            throw new NodeException($"the limits of {request.Id} are not what the configuration says; detach and attach the container again");
        }

        if (plan.Ingress is not null || plan.Egress is not null)
        {
            new LimitWork(node, programs, plan with { Choice = request.Shaper }).Verify();
        }
    }

    /// <summary>Removes a container's limits as its record says: neither its namespace nor its configuration is asked for. Nothing to remove is success.</summary>
    /// <param name="id">The container's interface.</param>
    /// <param name="referenceDevice">The name of the IFB device that the reference plugin would have made; empty: none is looked for.</param>
    /// <param name="netnsPath">CNI_NETNS, where it is known: with it, what the reference plugin left on the veth is found as well.</param>
    public void Remove(AttachmentId id, string referenceDevice, string netnsPath = "")
    {
        using Journal? journal = Journal.TryOpen(node.Run.Bandwidths, id);
        if (journal is not null)
        {
            Undo.Run(node, journal, null, log);
            journal.Remove();
        }

        ReferenceBandwidth.Remove(node, referenceDevice, () => ReferenceBandwidth.HostIndex(netnsPath, id.IfName), log);
    }

    /// <summary>Removes the limits of a network's containers that are not valid any more, and of containers that are gone.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="valid">The attachments that stay.</param>
    /// <returns>What could not be removed, one sentence each.</returns>
    public List<string> Collect(string network, IReadOnlyCollection<AttachmentId> valid)
    {
        List<string> failures = Records.Collect(network, valid, static _ => null);
        if (node.TryPinned() is { } programs && new LimitTable(programs, node.Run).RemoveDead(side => IsAlive(programs, side)) is > 0 and int dead)
        {
            log.Info($"{dead} limits of containers that are gone");
        }

        return failures;
    }

    /// <summary>Gives a running container other limits. Its packets go on: queues keep what is in them. What somebody took away comes back.</summary>
    /// <param name="id">The container's interface.</param>
    /// <param name="ingress">What it may get from now on; null: as much as comes.</param>
    /// <param name="egress">What it may send from now on; null: as much as it can.</param>
    /// <exception cref="NodeException">The container has no record of limits, or they could not be changed.</exception>
    public void Set(AttachmentId id, BandwidthLimit? ingress, BandwidthLimit? egress)
    {
        using Journal? journal = Journal.TryOpen(RecordsOf(id), id);
        if (journal?.Record is not { } record || !record.Steps.Contains(AttachmentStep.Done) || LimitPlan.Of(record) is not { } before)
        {
            throw new NodeException($"{id} has no limits that could be changed: the plugin bandwidth has to be in its network's configuration when it is attached");
        }

        NodePrograms programs = node.Programs;
        if (!IsAlive(programs, before.Endpoint))
        {
            throw new NodeException($"the endpoint of {id} is not in the node's map; detach and attach the container again");
        }

        LimitPlan plan = before with { Ingress = ingress, Egress = egress };
        var work = new LimitWork(node, programs, plan);
        Shaper shaper = work.Install(journal, work.Running());
        work.RemoveOthers(record);
        LimitSteps.Complete(journal);
        log.Debug($"{id}: other limits, kept by {(shaper == Shaper.Edt ? "departure times" : "token buckets")}");
    }

    private Shaper Install(BandwidthRequest request, FlowSide endpoint, Journal journal)
    {
        Shaper shaper = new LimitWork(node, node.Programs, LimitPlan.Of(request, endpoint)).Install(journal, null);
        log.Debug($"{request.Id}: limited by {(shaper == Shaper.Edt ? "departure times" : "token buckets")}");
        return shaper;
    }

    // An operator may have changed it since: what the ADD was told has to be what the configuration says still.
    private static bool IsConfigured(AttachmentRecord record, LimitPlan plan, BandwidthRequest request)
    {
        LimitPlan asked = LimitPlan.Of(request, plan.Endpoint);
        return LimitSteps.Configured(record, LimitDirection.Ingress) == request.Ingress
            && LimitSteps.Configured(record, LimitDirection.Egress) == request.Egress
            && asked.Listed == plan.Listed
            && new HashSet<AddressPrefix>(asked.Peers).SetEquals(plan.Peers);
    }

    // Before the endpoint is made: an ingress qdisc is where the programs' clsact goes.
    private void RemoveReference(BandwidthRequest request, int hostIndex)
    {
        ReferenceBandwidth.Remove(node, request.ReferenceDevice, () => hostIndex, log);
        if (request.Ingress is null)
        {
            ReferenceBandwidth.RemoveQueue(node, hostIndex);
        }
    }

    private bool IsAlive(NodePrograms programs, FlowSide side) =>
        programs.Endpoints.TryLookup(side.Ifindex, out Endpoint endpoint) && endpoint.Generation == side.Generation && node.Rtnl.HasLink((int)side.Ifindex);

    private RunDirectory RecordsOf(AttachmentId id) => node.Run.WithStep(id, StepKind.Limit, node.Run.Bandwidths);

    private Attachments Records => new(node, log, node.Run.Bandwidths);
}
