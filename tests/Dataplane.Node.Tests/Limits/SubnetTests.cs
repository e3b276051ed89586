using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Limits;

/// <summary>Limits that are for some peers only.</summary>
[Collection(OneByOne.Name)]
public sealed class SubnetTests
{
    private const long Rate = 50_000_000;
    private static readonly string s_outside = $"[\"{OutsideWorld.Wide4}/32\", \"{OutsideWorld.Wide6}/64\"]";

    [NeedsTheory(LimitBed.Limits)]
    [InlineData(false)]
    [InlineData(true)]
    public void Peers_in_unshapedSubnets_are_not_limited(bool v6)
    {
        using var bed = new LimitBed("bridge");
        LimitedPod pod = bed.AttachLimited($"{LimitBed.Both(Rate)}, \"unshapedSubnets\": {s_outside}");

        foreach (bool reverse in (bool[])[false, true])
        {
            LimitBed.Exceeds(Rate, Outside(bed, pod, v6, reverse).Run);
            LimitBed.IsLimited(Rate, Inside(bed, pod, v6, reverse).Run);
        }
        LimitBed.Exceeds(Rate, bed.Stream(pod, Peer.HostPort, Direction.ToPod).Run);
        pod.Pod.Check();
    }

    [NeedsTheory(LimitBed.Limits)]
    [InlineData(false)]
    [InlineData(true)]
    public void Only_peers_in_shapedSubnets_are_limited(bool v6)
    {
        using var bed = new LimitBed("ptp");
        LimitedPod pod = bed.AttachLimited($"{LimitBed.Both(Rate)}, \"shapedSubnets\": {s_outside}");

        foreach (bool reverse in (bool[])[false, true])
        {
            LimitBed.IsLimited(Rate, Outside(bed, pod, v6, reverse).Run);
            LimitBed.Exceeds(Rate, Inside(bed, pod, v6, reverse).Run);
        }
        LimitBed.IsLimited(Rate, bed.Stream(pod, Peer.HostPort, Direction.ToPod).Run);
        pod.Pod.Check();
    }

    private static Iperf Outside(LimitBed bed, LimitedPod pod, bool v6, bool reverse) =>
        new(pod.Pod.Pod, bed.World.Machine, OutsideWorld.Wide(v6), LimitBed.Port, LimitBed.Port, reverse);

    private static Iperf Inside(LimitBed bed, LimitedPod pod, bool v6, bool reverse) =>
        new(pod.Pod.Pod, bed.Other.Pod, bed.Other.Address(v6), LimitBed.Port, LimitBed.Port, reverse);
}
