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
    public PendingAttachment<Shaper>? Add(BandwidthRequest request) => throw Unfinished(request.Id);

    /// <summary>Throws unless a container is limited as its ADD, or an operator since, left it.</summary>
    /// <param name="request">The container and its limits.</param>
    /// <exception cref="NodeException">What is not as it was.</exception>
    public void Check(BandwidthRequest request) => throw Unfinished(request.Id);

    /// <summary>Removes a container's limits as its record says: neither its namespace nor its configuration is asked for. Nothing to remove is success.</summary>
    /// <param name="id">The container's interface.</param>
    /// <param name="referenceDevice">The name of the IFB device that the reference plugin would have made; empty: none is looked for.</param>
    /// <param name="netnsPath">CNI_NETNS, where it is known: with it, what the reference plugin left on the veth is found as well.</param>
    public void Remove(AttachmentId id, string referenceDevice, string netnsPath = "") => throw Unfinished(id);

    /// <summary>Removes the limits of a network's containers that are not valid any more, and of containers that are gone.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="valid">The attachments that stay.</param>
    /// <returns>What could not be removed, one sentence each.</returns>
    public List<string> Collect(string network, IReadOnlyCollection<AttachmentId> valid) =>
        new Attachments(node, log, node.Run.Bandwidths).Collect(network, Plugin, valid, static _ => null);

    /// <summary>Gives a running container other limits. Its packets go on: queues keep what is in them. What somebody took away comes back.</summary>
    /// <param name="id">The container's interface.</param>
    /// <param name="ingress">What it may get from now on; null: as much as comes.</param>
    /// <param name="egress">What it may send from now on; null: as much as it can.</param>
    /// <exception cref="NodeException">The container has no record of limits, or they could not be changed.</exception>
    public void Set(AttachmentId id, BandwidthLimit? ingress, BandwidthLimit? egress) => throw Unfinished(id);

    private NodeException Unfinished(AttachmentId id)
    {
        log.Debug($"{id} on node {node.Cookie}");
        return new NodeException($"{id} cannot be limited yet");
    }
}
