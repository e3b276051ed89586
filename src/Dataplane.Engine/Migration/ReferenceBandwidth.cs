using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// What the reference's bandwidth leaves for a container: an IFB device that all it sends is sent through, an ingress qdisc on the host end of
/// its veth that does so, and a tbf at that end's root.
/// </summary>
internal static class ReferenceBandwidth
{
    private const string Ifb = "ifb";
    private const string IngressQdisc = "ingress";
    private const uint FirstHandle = 0x0001_0000;

    /// <summary>Removes device and ingress qdisc, if they are there. The tbf goes with the veth, or gives its place to one of ours.</summary>
    /// <param name="node">The node.</param>
    /// <param name="device">The IFB device's name; empty: nothing is looked for.</param>
    /// <param name="hostIndex">The host end of the veth; null where nobody knows it.</param>
    /// <param name="log">What is told: removals and failures.</param>
    public static void Remove(Node node, string device, Func<int?> hostIndex, ILog log) => Leftovers.Guard(log, () =>
    {
        if (device.Length == 0 || node.Rtnl.FindLink(device) is not { Kind: Ifb } ifb)
        {
            return;
        }

        int? veth = hostIndex();
        RtnlBatch batch = node.Rtnl.Batch();
        // First: what is sent through a device that is gone is dropped.
        if (veth is { } ifIndex && node.Rtnl.FindClsact(ifIndex) is { Kind: IngressQdisc })
        {
            batch.DeleteIngressQdisc(ifIndex);
        }

        batch.DeleteLink(ifb.Index);
        node.Rtnl.Send(batch);
        log.Info(string.Concat("removed the reference plugin's device ", device));
    });

    /// <summary>Removes the tbf, where no limit of ours takes its place.</summary>
    public static void RemoveQueue(Node node, int hostIndex)
    {
        if (IsQueueThere(node, hostIndex))
        {
            LimitQueue.Remove(node.Rtnl, hostIndex);
        }
    }

    /// <summary>Whether the reference limits a container.</summary>
    public static bool IsThere(Node node, BandwidthRequest request)
    {
        if (request.Egress is not null && (request.ReferenceDevice.Length == 0 || node.Rtnl.FindLink(request.ReferenceDevice) is not { Kind: Ifb }))
        {
            return false;
        }

        return request.Ingress is null
            || (HostIndex(request.NetnsPath, request.Id.IfName) is { } ifIndex && IsQueueThere(node, ifIndex));
    }

    // The kernel's own choice of handles begins at 8001:, ours are of its choice.
    private static bool IsQueueThere(Node node, int ifIndex) => node.Rtnl.FindRootQdisc(ifIndex) is { Kind: "tbf", Handle: FirstHandle };

    /// <summary>The host end of a container's veth, as the container's end has it; null: no such container, or no veth.</summary>
    public static int? HostIndex(string netnsPath, string ifName)
    {
        using NetworkNamespace? pod = PodNamespace.TryOpen(netnsPath);
        if (pod is null)
        {
            return null;
        }

        using RtnlSocket inside = RtnlSocket.Open(pod);
        return inside.FindLink(ifName) is { Kind: "veth", PeerIndex: > 0 and int index } ? index : null;
    }
}
