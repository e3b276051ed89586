using Dataplane.Abi;
using Dataplane.Bpf;

namespace Dataplane.Engine;

/// <summary>Maps ports of the node to containers, behind whatever main plugin. It keeps records of its own, beside the main plugin's.</summary>
/// <param name="node">The node.</param>
/// <param name="log">What is told.</param>
public sealed class PortMappings(Node node, ILog log)
{
    /// <summary>The name of the plugin in records.</summary>
    public const string Plugin = "portmap";

    /// <summary>Maps a container's ports, or leaves nothing behind. What an earlier ADD of the same interface mapped is replaced.</summary>
    /// <param name="request">The container and its ports.</param>
    /// <returns>How many rows there are; null when no mapping is of a family that the container has.</returns>
    /// <exception cref="NodeException">A port is a living container's, or the ports could not be mapped.</exception>
    public PendingAttachment<int>? Add(PortmapRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        List<HostPortEntry> entries = HostPortEntries.Of(request, node.Rtnl);
        if (entries.Count == 0)
        {
            log.Info($"{request.Id}: no mapping is of a family that the container has an address of");
            Delete(request.Id);
            return null;
        }

        NodePrograms programs = node.Programs;
        PodTarget target = PodTarget.Find(node, programs, request.Id, request.NetnsPath, "host ports cannot lead to");
        var table = new HostPortTable(node, programs);
        table.RequireFree(entries, request.Id);
        var record = new AttachmentRecord { Id = request.Id, Network = request.Network, Plugin = Plugin, NetnsPath = request.NetnsPath };
        return Records.Add(record, null, journal =>
        {
            FlowSide endpoint = target.Ensure(programs, request.Id, journal);
            target.MarkDomain(programs);
            // Packets come in by an uplink, and sockets of the host ask which addresses are its own.
            Uplinks.Keep(node, target.IfIndex, log);
            HostSockets.Ensure(node);
            table.Add(entries, request.Id, endpoint, journal);
            log.Debug($"{request.Id}: {entries.Count} rows of host ports");
            return entries.Count;
        });
    }

    /// <summary>Maps a container's ports as a part of the ADD that attaches it: what is done is that attachment's, and goes with it.</summary>
    /// <param name="request">The container and its ports.</param>
    /// <param name="journal">The ADD's, with the endpoint in it.</param>
    /// <exception cref="NodeException">A port is a living container's, or the ports could not be mapped.</exception>
    public void AddTo(PortmapRequest request, Journal journal)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(journal);
        List<HostPortEntry> entries = HostPortEntries.Of(request, node.Rtnl);
        if (entries.Count == 0)
        {
            log.Info($"{request.Id}: no mapping is of a family that the container has an address of");
            return;
        }

        FlowSide endpoint = journal.Record!.RequireEndpoint();
        var table = new HostPortTable(node, node.Programs);
        table.RequireFree(entries, request.Id);
        Uplinks.Keep(node, (int)endpoint.Ifindex, log);
        HostSockets.Ensure(node);
        table.Add(entries, request.Id, endpoint, journal);
        log.Debug($"{request.Id}: {entries.Count} rows of host ports");
    }

    /// <summary>Removes a container's ports as its record says: neither its namespace nor its mappings are asked for. Nothing to remove is success.</summary>
    /// <param name="id">The container's interface.</param>
    public void Delete(AttachmentId id)
    {
        using Journal? journal = Journal.TryOpen(node.Run.PortMappings, id);
        if (journal is not null)
        {
            Undo.Run(node, journal, null, log);
            journal.Remove();
        }
    }

    /// <summary>Removes the ports of a network's containers that are not valid any more, and of containers that are gone.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="valid">The attachments that stay.</param>
    /// <returns>What could not be removed, one sentence each.</returns>
    public List<string> Collect(string network, IReadOnlyCollection<AttachmentId> valid)
    {
        List<string> failures = Records.Collect(network, valid, static _ => null);
        if (node.TryPinned() is { } programs && new HostPortTable(node, programs).RemoveDead() is > 0 and int dead)
        {
            log.Info($"{dead} host ports of containers that are gone");
        }

        return failures;
    }

    /// <summary>
    /// Throws unless a container's ports are as its ADD left them. One without a record is not expected to have any here where the reference
    /// plugin mapped its ports before the node was switched.
    /// </summary>
    /// <param name="request">The container and its ports.</param>
    /// <exception cref="NodeException">What is not as it was.</exception>
    public void Check(PortmapRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        List<HostPortEntry> entries = HostPortEntries.Of(request, node.Rtnl);
        if (entries.Count == 0)
        {
            return;
        }

        if (node.Run.WithStep(request.Id, StepKind.HostPort, node.Run.PortMappings).ReadRecord(request.Id.FileName) is not { IsComplete: true } record)
        {
            if (!ReferencePortMappings.AreThere(request.ReferenceChain, request.Id.ContainerId))
            {
                throw new NodeException($"the ports of {request.Id} are not mapped on this node; detach and attach the container again");
            }

            return;
        }

        if (node.TryPinned() is not { } programs)
        {
            throw new NodeException("the node's programs are not pinned any more; the next ADD loads them");
        }

        if (record.Find(StepKind.HostPort) is not { } step
            || !programs.Endpoints.TryLookup((uint)step.Index, out Endpoint endpoint)
            || endpoint.Generation != step.Generation)
        {
            throw new NodeException($"the endpoint of {request.Id} is not in the node's map; detach and attach the container again");
        }

        Uplinks.Verify(node);
        HostSockets.Verify(node);
        EndpointFilters.Verify(node.Rtnl, step.Index, node.Rtnl.FindLink(step.Index)?.Name ?? "the host's end of the veth", programs);
        new HostPortTable(node, programs).Verify(entries, request.Id, new FlowSide { Ifindex = (uint)step.Index, Generation = step.Generation });
    }

    private Attachments Records => new(node, log, node.Run.PortMappings);
}
