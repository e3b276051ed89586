using System.Net;
using Dataplane.Node.Tests.Nat;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Limits;

/// <summary>What a limited pod gets is queued, whichever way it comes; what unlimited pods get is not.</summary>
[Collection(OneByOne.Name)]
public sealed class QueueTests
{
    private const long Rate = 100_000_000;

    // Of the second that is measured: a stream moves several segments a packet.
    private const long SomePackets = 50;

    /// <summary>How bytes come to a pod.</summary>
    public enum Way
    {
        OtherPod,
        OutsideHostPort,
        OtherPodHostPort,
        OwnHostPort,
        Node,
        NodeAddressHostPort,
        LocalhostHostPort,
    }

    public static IEnumerable<object[]> Cells =>
        from plugin in (string[])["bridge", "ptp"]
        from v6 in (bool[])[false, true]
        from way in Enum.GetValues<Way>()
        // The addresses' family matters to the programs, and to the plugins by the first of these.
        where !v6 || plugin == "bridge" || way is Way.OtherPod or Way.OutsideHostPort
        select new object[] { plugin, v6, way };

    [NeedsTheory(LimitBed.Limits), MemberData(nameof(Cells))]
    public void Nothing_comes_past_the_queue_of_a_limited_pod(string plugin, bool v6, Way way)
    {
        using var bed = new LimitBed(plugin);
        LimitedPod pod = bed.AttachLimited(LimitBed.Ingress(Rate));
        TestNamespace at = pod.Pod.Pod;
        IPAddress node = bed.Uplink.Node(v6);
        Iperf stream = way switch
        {
            Way.OtherPod => new Iperf(bed.Other.Pod, at, pod.Pod.Address(v6), LimitBed.Port, LimitBed.Port),
            Way.OutsideHostPort => new Iperf(bed.World.Machine, at, node, pod.HostPort, LimitBed.Port),
            Way.OtherPodHostPort => new Iperf(bed.Other.Pod, at, node, pod.HostPort, LimitBed.Port),
            Way.OwnHostPort => new Iperf(at, at, node, pod.HostPort, LimitBed.Port),
            Way.Node => new Iperf(bed.Host, at, pod.Pod.Address(v6), LimitBed.Port, LimitBed.Port),
            Way.NodeAddressHostPort => new Iperf(bed.Host, at, node, pod.HostPort, LimitBed.Port),
            _ => new Iperf(bed.Host, at, v6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, pod.HostPort, LimitBed.Port),
        };

        IReadOnlyDictionary<string, long> counted = bed.Counted(() => LimitBed.IsLimited(Rate, stream.Run));

        Assert.NotEqual("noqueue", LimitBed.RootQueue(bed.Host, pod.Pod.HostVeth));
        if (way is not (Way.Node or Way.NodeAddressHostPort or Way.LocalhostHostPort))
        {
            Assert.True(counted["TO_POD_QUEUED"] >= SomePackets, "by the fast path into the queue: " + NatBed.Text(counted));
        }
    }

    [NeedsTheory(LimitBed.Limits)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    public void Unlimited_pods_beside_have_no_queue_and_the_fast_path(string plugin)
    {
        using var bed = new LimitBed(plugin);
        LimitedPod limited = bed.AttachLimited(LimitBed.Both(Rate));
        NatPod second = bed.Attach();
        foreach (NatPod pod in (NatPod[])[bed.Other, second])
        {
            Assert.Equal("noqueue", LimitBed.RootQueue(bed.Host, pod.HostVeth));
            Assert.Equal("noqueue", LimitBed.RootQueue(pod.Pod, "eth0"));
        }

        // While the limited one's queues are full.
        Iperf own = bed.Stream(limited, Peer.Outside, Direction.ToPod) with { Seconds = 2 };
        own.Start();
        IReadOnlyDictionary<string, long> counted = bed.Counted(() =>
            LimitBed.Exceeds(Rate, new Iperf(bed.Other.Pod, second.Pod, second.V4, LimitBed.Port, LimitBed.Port).Run));
        own.Finish();

        Assert.True(counted["FAST_L2"] + counted["FAST_L3"] >= SomePackets, NatBed.Text(counted));
        Assert.Equal(0, counted["DROP_LIMIT_GUARD"] + counted["DROP_LIMIT_QUEUE"]);
    }

    [NeedsTheory(LimitBed.Limits)]
    [InlineData("bridge", true)]
    [InlineData("bridge", false)]
    [InlineData("ptp", true)]
    public void The_order_of_bandwidth_and_portmap_does_not_matter(string plugin, bool limitFirst)
    {
        using var bed = new LimitBed(plugin);
        LimitedPod pod = bed.AttachLimited(LimitBed.Both(Rate), limitFirst);
        pod.Pod.Check();

        LimitBed.IsLimited(Rate, bed.Stream(pod, Peer.HostPort, Direction.ToPod).Run);
        LimitBed.IsLimited(Rate, bed.Stream(pod, Peer.HostPort, Direction.FromPod).Run);
        pod.Pod.Check();
    }
}
