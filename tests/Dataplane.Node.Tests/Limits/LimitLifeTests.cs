using Dataplane.Node.Tests.Nat;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Limits;

/// <summary>Limits that are replaced, changed and removed under a pod that stays.</summary>
[Collection(OneByOne.Name)]
public sealed class LimitLifeTests
{
    private const long Rate = 50_000_000;
    private const long Another = 200_000_000;
    private static readonly string[] s_maps = ["limits", "limit_states", "limit_pods", "limit_subnets"];

    [NeedsTheory(LimitBed.Limits)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    public void A_second_ADD_replaces_the_first(string plugin)
    {
        using var bed = new LimitBed(plugin);
        LimitedPod pod = bed.AttachLimited(LimitBed.Both(Rate));

        bed.Bandwidth("ADD", pod, LimitBed.Both(Another)).OrThrow();

        bed.Bandwidth("CHECK", pod, LimitBed.Both(Another)).OrThrow();
        Assert.False(bed.Bandwidth("CHECK", pod, LimitBed.Both(Rate)).Succeeded);
        LimitBed.IsLimited(Another, bed.Stream(pod, Peer.Outside, Direction.ToPod).Run);
        LimitBed.IsLimited(Another, bed.Stream(pod, Peer.Outside, Direction.FromPod).Run);

        // One direction is left out: it is not limited any more. Subnets come in, and go.
        bed.Bandwidth("ADD", pod, $"{LimitBed.Ingress(Rate)}, \"unshapedSubnets\": [\"192.0.2.0/24\"]").OrThrow();
        LimitBed.IsLimited(Rate, bed.Stream(pod, Peer.Pod, Direction.ToPod).Run);
        LimitBed.Exceeds(Another, bed.Stream(pod, Peer.Pod, Direction.FromPod).Run);
        bed.Bandwidth("ADD", pod, LimitBed.Egress(Rate)).OrThrow();
        LimitBed.Exceeds(Another, bed.Stream(pod, Peer.Pod, Direction.ToPod).Run);
        LimitBed.IsLimited(Rate, bed.Stream(pod, Peer.Pod, Direction.FromPod).Run);
        Assert.Equal("noqueue", LimitBed.RootQueue(bed.Host, pod.Pod.HostVeth));
        Assert.Equal(0, bed.Maps.Count("limit_subnets"));
    }

    [NeedsTheory(LimitBed.Limits)]
    [InlineData("bridge", "")]
    [InlineData("bridge", ", \"unshapedSubnets\": [\"192.0.2.0/24\", \"2001:db8:f::/48\"]")]
    [InlineData("ptp", "")]
    public void DEL_restores_full_speed_and_leaves_nothing(string plugin, string more)
    {
        using var bed = new LimitBed(plugin);
        string[] before = Devices(bed, bed.Other);
        LimitedPod pod = bed.AttachLimited(LimitBed.Both(Rate) + more);
        LimitBed.IsLimited(Rate, bed.Stream(pod, Peer.Pod, Direction.ToPod).Run);

        bed.Bandwidth("DEL", pod, LimitBed.Both(Rate) + more).OrThrow();

        Assert.Equal(before, Devices(bed, pod.Pod));
        Assert.All(s_maps, map => Assert.Equal(0, bed.Maps.Count(map)));
        Assert.Empty(Records(bed));
        foreach (Peer peer in Enum.GetValues<Peer>())
        {
            LimitBed.Exceeds(Rate, bed.Stream(pod, peer, Direction.ToPod).Run);
            LimitBed.Exceeds(Rate, bed.Stream(pod, peer, Direction.FromPod).Run);
        }
        IReadOnlyDictionary<string, long> counted = bed.Counted(() => bed.Stream(pod, Peer.Pod, Direction.ToPod).Run());
        Assert.Equal(0, counted["TO_POD_QUEUED"]);
        bed.Bandwidth("DEL", pod, LimitBed.Both(Rate) + more).OrThrow();
    }

    [NeedsTheory(LimitBed.Limits)]
    [InlineData(Direction.ToPod)]
    [InlineData(Direction.FromPod)]
    public void A_running_transfer_follows_what_dpctl_sets(Direction direction)
    {
        using var bed = new LimitBed("bridge");
        LimitedPod pod = bed.AttachLimited(LimitBed.Both(Rate));
        string[] queues = Devices(bed, pod.Pod);

        double before = 0;
        LimitBed.IsLimited(Another, () =>
        {
            Set(bed, pod, Rate);
            Iperf stream = bed.Stream(pod, Peer.Outside, direction) with { Seconds = 4, Interval = 0.5 };
            stream.Start();
            Thread.Sleep(1500);
            Set(bed, pod, Another);
            IReadOnlyList<(double Start, double Rate)> intervals = Iperf.Intervals(stream.Finish());
            before = intervals.Where(static interval => interval.Start < 0.9).Average(static interval => interval.Rate);
            return intervals.Where(static interval => interval.Start is > 1.9 and < 3.9).Average(static interval => interval.Rate);
        });

        Assert.True(before < 1.2 * Rate, $"{before:0} bits a second before it was set");
        Assert.Equal(queues, Devices(bed, pod.Pod));
    }

    [NeedsFact(LimitBed.Limits)]
    public void CHECK_misses_a_queue_that_somebody_removed()
    {
        using var bed = new LimitBed("bridge");
        LimitedPod pod = bed.AttachLimited(LimitBed.Both(Rate));
        pod.Pod.Check();

        bed.Host.Exec("tc", "qdisc", "delete", "dev", pod.Pod.HostVeth, "root").OrThrow();
        Assert.False(bed.Bandwidth("CHECK", pod, LimitBed.Both(Rate)).Succeeded);
        bed.Bandwidth("ADD", pod, LimitBed.Both(Rate)).OrThrow();
        bed.Bandwidth("CHECK", pod, LimitBed.Both(Rate)).OrThrow();
        pod.Pod.Pod.Exec("tc", "qdisc", "delete", "dev", "eth0", "root").OrThrow();
        Assert.False(bed.Bandwidth("CHECK", pod, LimitBed.Both(Rate)).Succeeded);
    }

    private static void Set(LimitBed bed, LimitedPod pod, long rate)
    {
        string burst = $"{rate / 200}";
        bed.Host.Exec(Path.Combine(Repository.Root, "artifacts/bin/dpctl"), "bandwidth", "set", pod.Pod.Id,
            "--ingress-rate", $"{rate}", "--ingress-burst", burst, "--egress-rate", $"{rate}", "--egress-burst", burst).OrThrow();
    }

    private static IEnumerable<string> Records(LimitBed bed)
    {
        string records = Path.Combine(bed.Node.RunDirectory, "bandwidth");
        return Directory.Exists(records) ? Directory.EnumerateFileSystemEntries(records) : [];
    }

    private static string[] Devices(LimitBed bed, NatPod pod) =>
        [LimitBed.RootQueue(bed.Host, pod.HostVeth), LimitBed.RootQueue(pod.Pod, "eth0"), pod.Pod.Exec("tc", "filter", "show", "dev", "eth0", "egress").StdoutText];
}
