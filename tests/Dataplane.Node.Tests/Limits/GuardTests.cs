using Dataplane.Node.Tests.Nat;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Limits;

/// <summary>A pod that may configure its network removes its own queue, and gains little.</summary>
[Collection(OneByOne.Name)]
public sealed class GuardTests
{
    private const long Rate = 100_000_000;

    // The guard lets 5/4 pass, and what it allows for timers that fire late: 0.1 s of that, in more than a second.
    private const double Most = 1.25 * 1.15;

    [NeedsTheory(LimitBed.Limits)]
    [InlineData("bridge", Peer.Outside)]
    [InlineData("bridge", Peer.Node)]
    [InlineData("bridge", Peer.Pod)]
    [InlineData("ptp", Peer.Pod)]
    public void A_pod_without_its_queue_meets_the_guard(string plugin, Peer peer)
    {
        using var bed = new LimitBed(plugin);
        LimitedPod pod = bed.AttachLimited(LimitBed.Egress(Rate));
        IReadOnlyDictionary<string, long> counted = bed.Counted(() =>
            LimitBed.IsLimited(Rate, bed.Datagrams(pod, peer, Direction.FromPod, 4.0 * Rate).Run));
        Assert.Equal(0, counted["DROP_LIMIT_GUARD"]);

        pod.Pod.Pod.Exec("tc", "qdisc", "delete", "dev", "eth0", "root").OrThrow();

        double measured = 0;
        counted = bed.Counted(() => measured = bed.Datagrams(pod, peer, Direction.FromPod, 4.0 * Rate).Run());
        Assert.True(counted["DROP_LIMIT_GUARD"] > 0, NatBed.Text(counted));
        Assert.True(measured < Most * Rate, $"{measured:0} bits a second");
        // What others send to it is not its fault.
        LimitBed.Exceeds(Rate, bed.Stream(pod, Peer.Pod, Direction.ToPod).Run);
    }
}
