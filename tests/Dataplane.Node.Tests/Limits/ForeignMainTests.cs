using Dataplane.Node.Tests.Nat;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Limits;

/// <summary>Limits of pods that somebody else's main plugin attached.</summary>
[Collection(OneByOne.Name)]
public sealed class ForeignMainTests
{
    private const long Rate = 100_000_000;

    [NeedsTheory(LimitBed.Limits | Needs.ReferencePlugins)]
    [InlineData(false, Peer.Node)]
    [InlineData(false, Peer.Pod)]
    [InlineData(true, Peer.Node)]
    [InlineData(true, Peer.HostPort)]
    public void Limits_hold_behind_the_references_bridge(bool limitFirst, Peer peer)
    {
        using var bed = new LimitBed("bridge", foreign: true);
        LimitedPod pod = bed.AttachLimited(LimitBed.Both(Rate), limitFirst);

        LimitBed.IsLimited(Rate, bed.Stream(pod, peer, Direction.ToPod).Run);
        LimitBed.IsLimited(Rate, bed.Stream(pod, peer, Direction.FromPod).Run);
        pod.Pod.Check();
        bed.Bandwidth("DEL", pod, LimitBed.Both(Rate)).OrThrow();
        LimitBed.Exceeds(Rate, bed.Stream(pod, peer, Direction.ToPod).Run);
    }
}
