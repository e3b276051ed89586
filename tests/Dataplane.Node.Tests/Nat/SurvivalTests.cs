using System.Net;
using System.Net.Sockets;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>Connections that are open go on, whatever is emptied or loaded anew in the middle of them.</summary>
public abstract class SurvivalTests(MatrixFixture fixture)
{
    private const Needs Rules = NatBed.Needed | Needs.Iptables | Needs.Ip6tables;

    /// <summary>What happens to the node.</summary>
    public enum Event
    {
        FlowsFlushed,
        ConnectionsFlushed,
        RulesLoadedAnew,
        ConntrackFlushed,
    }

    private MatrixBed Bed => fixture.Bed;

    public static IEnumerable<object[]> Events =>
        from v6 in (bool[])[false, true]
        from what in Enum.GetValues<Event>()
        select new object[] { v6, what };

    [NeedsTheory(Rules), MemberData(nameof(Events))]
    public void Open_connections_go_on(bool v6, Event what)
    {
        IPAddress node = Bed.Uplink.Node(v6);
        using EchoClient tcpOut = Connect(Bed.Client.Pod, ProtocolType.Tcp, OutsideWorld.Wide(v6), MatrixBed.Port);
        using EchoClient udpOut = Connect(Bed.Client.Pod, ProtocolType.Udp, OutsideWorld.Wide(v6), MatrixBed.Port);
        using EchoClient tcpIn = Connect(Bed.World.Machine, ProtocolType.Tcp, node, MatrixBed.HostPort);
        using EchoClient udpIn = Connect(Bed.World.Machine, ProtocolType.Udp, node, MatrixBed.HostPort);
        using EchoClient own = Connect(Bed.Client.Pod, ProtocolType.Tcp, node, MatrixBed.HostPort);
        using EchoClient hairpin = Connect(Bed.Server.Pod, ProtocolType.Tcp, node, MatrixBed.HostPort);
        using EchoClient local = Connect(Bed.Host, ProtocolType.Tcp, v6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, MatrixBed.HostPort);
        EchoClient[] all = [tcpOut, udpOut, tcpIn, udpIn, own, hairpin, local];
        Assert.All(all, static client => Assert.True(client.Ask() && client.Ask()));

        for (int round = 0; round < 2; round++)
        {
            Happen(what);
            Assert.All(all, static client => Assert.True(client.Ask()));
            Assert.All((EchoClient[])[tcpOut, tcpIn, own, hairpin, local], static client => Assert.True(client.Ask(50_000)));
        }
        Assert.Empty(Bed.World.Strangers());
    }

    private void Happen(Event what)
    {
        switch (what)
        {
            case Event.FlowsFlushed:
                Bed.Maps.Flush("flows4");
                Bed.Maps.Flush("flows6");
                break;
            case Event.ConnectionsFlushed:
                // A masqueraded pod has to send next: a delayed acknowledgement from outside would find nobody, and the node resets it.
                Thread.Sleep(300);
                Bed.Maps.Flush("nat");
                break;
            case Event.RulesLoadedAnew:
                Bed.Host.Exec("nft", "flush", "ruleset").OrThrow();
                fixture.Prepare(Bed);
                break;
            default:
                Bed.Host.Exec("conntrack", "-F").OrThrow();
                break;
        }
    }

    private static EchoClient Connect(TestNamespace from, ProtocolType protocol, IPAddress target, int port) =>
        EchoClient.Connect(from, protocol, target, port, patienceMilliseconds: 5000);
}

[Collection(OnBridgeBesideNetfilter.Name)]
public sealed class BridgeSurvivalTests(BridgeBesideNetfilterFixture fixture) : SurvivalTests(fixture);

[Collection(RoutedBesideNetfilter.Name)]
public sealed class PtpSurvivalTests(PtpBesideNetfilterFixture fixture) : SurvivalTests(fixture);
