using Dataplane.Abi;
using Dataplane.Engine;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Cli.Readers;

/// <summary>The device that keeps a limit, as it is now: the host end of the veth, or the container's own.</summary>
/// <param name="Queue">Its queue.</param>
/// <param name="IsSeen">The programs that a limit with departure times or subnets takes see its packets.</param>
internal sealed record LimitDevice(LimitQueue Queue, bool IsSeen)
{
    /// <summary>The host end, for what the container gets.</summary>
    /// <param name="qdiscs">Of the node's devices.</param>
    /// <param name="ifindex">The device.</param>
    /// <param name="flags">The endpoint's.</param>
    public static LimitDevice Host(ILookup<int, QdiscInfo> qdiscs, uint ifindex, EndpointFlags flags) =>
        // That to_pod runs there is asked once for every endpoint.
        new(LimitQueue.Of([.. qdiscs[(int)ifindex]]), flags.HasFlag(EndpointFlags.Limit));

    /// <summary>The container's own device, for what it sends: found by the veth's other end, whatever its name is now.</summary>
    /// <param name="node">The node.</param>
    /// <param name="ifindex">The host end.</param>
    /// <param name="generation">Of the endpoint.</param>
    /// <returns>Null: it cannot be looked at.</returns>
    public static LimitDevice? Inside(NodeView node, uint ifindex, uint generation)
    {
        if (node.RecordOf(ifindex, generation) is not { NetnsPath.Length: > 0 } record || node.Rtnl.FindLink((int)ifindex) is not { PeerIndex: > 0 } host)
        {
            return null;
        }

        try
        {
            using NetworkNamespace inside = NetworkNamespace.Open(record.NetnsPath);
            using RtnlSocket rtnl = RtnlSocket.Open(inside);
            // A path may be another container's by now.
            if (rtnl.FindLink(host.PeerIndex) is not { Kind: "veth" } pod || pod.PeerIndex != ifindex)
            {
                return null;
            }

            var row = new LimitPod { Ifindex = ifindex, Generation = generation };
            bool known = node.Programs!.LimitPods.TryLookup(new LimitPodKey { NetnsCookie = inside.Cookie, Ifindex = (uint)pod.Index }, out LimitPod found)
                && (found.Ifindex, found.Generation) == (row.Ifindex, row.Generation);
            uint program = node.Programs.PodLimit.Id;
            return new LimitDevice(LimitQueue.Of(rtnl.DumpQdiscs(pod.Index)), known && rtnl.DumpFilters(pod.Index).Exists(f => !f.IsIngress && f.ProgramId == program));
        }
        catch (Exception e) when (e is NotANamespaceException or LinuxException { Errno: Errno.ENOENT or Errno.EACCES or Errno.ESRCH })
        {
            return null;
        }
    }
}
