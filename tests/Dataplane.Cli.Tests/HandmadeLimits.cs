using Dataplane.Abi;
using Dataplane.Netlink;
using Dataplane.TestKit;

namespace Dataplane.Cli.Tests;

/// <summary>Bandwidth limits written by hand on a <see cref="HandmadeNode"/>: rows, flags, and qdiscs by tc.</summary>
internal static class HandmadeLimits
{
    /// <summary>A row of "limits" and its state.</summary>
    public static void AddLimit(this HandmadeNode node, uint ifindex, LimitDirection direction, ulong rate, LimitFlags flags = LimitFlags.None, uint? generation = null)
    {
        var key = new LimitKey { Ifindex = ifindex, Direction = direction };
        node.Programs.Limits.Update(key, new LimitRow { Rate = rate, Burst = rate / 10, Flags = flags, Generation = generation ?? node.Endpoint(ifindex).Generation });
        node.Programs.LimitStates.Update(key, default);
    }

    /// <summary>An endpoint's row as it is.</summary>
    public static Endpoint Endpoint(this HandmadeNode node, uint ifindex) => node.Programs.Endpoints.TryLookup(ifindex, out Endpoint row) ? row : default;

    /// <summary>Sets or clears flags of an endpoint.</summary>
    public static void Flag(this HandmadeNode node, uint ifindex, EndpointFlags flags, bool on = true)
    {
        Endpoint row = node.Endpoint(ifindex);
        row.Flags = on ? row.Flags | flags : row.Flags & ~flags;
        node.Programs.Endpoints.Update(ifindex, row);
    }

    /// <summary>A token bucket as the root of a device.</summary>
    public static void AddBucket(TestNamespace where, string device, int megabits) =>
        where.Exec("tc", "qdisc", "replace", "dev", device, "root", "tbf", "rate", $"{megabits}mbit", "burst", "64kb", "latency", "25ms").OrThrow();

    /// <summary>The program on a pod's own device, and its row of "limit_pods".</summary>
    public static void AddPodLimit(this HandmadeNode node, TestNamespace pod, uint ifindex)
    {
        using NetworkNamespace inside = NetworkNamespace.Open(pod.Path);
        using RtnlSocket rtnl = RtnlSocket.Open(inside);
        int device = rtnl.FindLink("eth0")!.Index;
        RtnlBatch batch = rtnl.Batch();
        batch.AddClsact(device);
        batch.ReplaceBpfFilter(device, ingress: false, 1, 1, node.Programs.PodLimit.Fd, "dp_pod_limit");
        rtnl.Send(batch);
        node.Programs.LimitPods.Update(
            new LimitPodKey { NetnsCookie = inside.Cookie, Ifindex = (uint)device }, new LimitPod { Ifindex = ifindex, Generation = node.Endpoint(ifindex).Generation });
    }
}
