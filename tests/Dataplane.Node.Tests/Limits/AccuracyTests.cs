using System.Globalization;
using Dataplane.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace Dataplane.Node.Tests.Limits;

/// <summary>A limited pod gets and sends what its rates say, no less and no more, on every way. A class for each way.</summary>
public abstract class AccuracyTests(LimitFixture fixture, ITestOutputHelper output, Peer peer)
{
    // Of what is configured: more than any queue lets pass.
    private const double Offered = 1.3;
    private const int Several = 8;

    public static IEnumerable<object[]> Cells => LimitCell.All;

    [NeedsTheory(LimitBed.Limits), MemberData(nameof(Cells))]
    public void Goodput_is_the_rate(Direction direction, long rate, Load load)
    {
        LimitedPod pod = fixture.At(rate);
        double ratio = LimitBed.Keeps(rate, tried => load == Load.Udp
            ? fixture.Bed.Datagrams(pod, peer, direction, Offered * rate).Run()
            : (fixture.Bed.Stream(pod, peer, direction) with
            {
                Congestion = load is Load.Bbr or Load.Bbr8 ? "bbr" : "cubic",
                // What a stream takes to find the rate weighs less in a longer one: BBR takes long where its clock is disturbed.
                Seconds = 1 + (tried * tried),
                Streams = load is Load.Cubic8 or Load.Bbr8 ? Several : 1,
            }).Run());
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ratio:0.000} of the rate"));
    }
}

[Collection(OneByOne.Name)]
public sealed class OutsideAccuracyTests(LimitFixture fixture, ITestOutputHelper output) : AccuracyTests(fixture, output, Peer.Outside);

[Collection(OneByOne.Name)]
public sealed class NodeAccuracyTests(LimitFixture fixture, ITestOutputHelper output) : AccuracyTests(fixture, output, Peer.Node);

[Collection(OneByOne.Name)]
public sealed class PodAccuracyTests(LimitFixture fixture, ITestOutputHelper output) : AccuracyTests(fixture, output, Peer.Pod);

[Collection(OneByOne.Name)]
public sealed class HostPortAccuracyTests(LimitFixture fixture, ITestOutputHelper output) : AccuracyTests(fixture, output, Peer.HostPort);
