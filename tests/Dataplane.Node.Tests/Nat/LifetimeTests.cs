using System.Net;
using System.Net.Sockets;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>Translations that get lost, that end, and that must not outlive their pod.</summary>
public sealed class LifetimeTests
{
    private const int Port = 7000;
    private const int HostPort = 8080;

    // struct dp_nat: reply is the byte after kind.
    private const int Reply = 73;

    /// <summary>What is lost in the middle of a connection.</summary>
    public enum Lost
    {
        Original,
        Answers,
        Both,
        FlowsToo,
    }

    public static IEnumerable<object[]> Losses =>
        from plugin in (string[])["bridge", "ptp"]
        from v6 in (bool[])[false, true]
        from lost in Enum.GetValues<Lost>()
        select new object[] { plugin, v6, lost };

    [NeedsTheory(NatBed.Needed), MemberData(nameof(Losses))]
    public void A_connection_goes_on_when_its_translation_is_evicted(string plugin, bool v6, Lost lost)
    {
        using var bed = new NatBed(plugin);
        using EchoServer outside = EchoServer.Start(bed.World.Machine, Port);
        NatPod pod = bed.Attach(NatBed.Ports(HostPort, Port));
        using EchoServer inPod = EchoServer.Start(pod.Pod, Port);
        using EchoClient tcpOut = EchoClient.Connect(pod.Pod, ProtocolType.Tcp, OutsideWorld.Wide(v6), Port, patienceMilliseconds: 5000);
        using EchoClient udpOut = EchoClient.Connect(pod.Pod, ProtocolType.Udp, OutsideWorld.Wide(v6), Port);
        using EchoClient tcpIn = EchoClient.Connect(bed.World.Machine, ProtocolType.Tcp, bed.Uplink.Node(v6), HostPort, patienceMilliseconds: 5000);
        using EchoClient udpIn = EchoClient.Connect(bed.World.Machine, ProtocolType.Udp, bed.Uplink.Node(v6), HostPort);
        Assert.True(tcpOut.Ask() && udpOut.Ask() && tcpIn.Ask() && udpIn.Ask());

        for (int round = 0; round < 2; round++)
        {
            // What is in use is not evicted, and what is left makes the lost half again once a second.
            Thread.Sleep(1200);
            Assert.True(bed.Maps.Flush("nat", (_, value) => lost switch
            {
                Lost.Original => value[Reply] == 0,
                Lost.Answers => value[Reply] == 1,
                _ => true,
            }) >= 4);
            if (lost == Lost.FlowsToo)
            {
                bed.Maps.Flush(v6 ? "flows6" : "flows4");
            }
            Assert.True(udpOut.Ask(), "UDP to outside");
            Assert.True(tcpOut.Ask(), "TCP to outside");
            Assert.True(udpIn.Ask(), "UDP to the host port");
            Assert.True(tcpIn.Ask(), "TCP to the host port");
        }
        Assert.True(tcpOut.Ask(50_000) && tcpIn.Ask(50_000));
        // One connection each, and datagrams from the same port as before: nobody outside noticed.
        Assert.Equal(2, outside.Peers.Select(static peer => peer.Port).Distinct().Count());
        Assert.Equal(2, inPod.Peers.Select(static peer => peer.Port).Distinct().Count());
        Assert.Empty(bed.World.Strangers());
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData("bridge", false)]
    [InlineData("bridge", true)]
    [InlineData("ptp", false)]
    [InlineData("ptp", true)]
    public void A_source_port_is_used_again_at_once(string plugin, bool v6)
    {
        using var bed = new NatBed(plugin);
        using EchoServer outside = EchoServer.Start(bed.World.Machine, Port);
        NatPod pod = bed.Attach(NatBed.Ports(HostPort, Port));
        using EchoServer inPod = EchoServer.Start(pod.Pod, Port);

        for (int i = 0; i < 20; i++)
        {
            EchoClient client = EchoClient.Connect(pod.Pod, ProtocolType.Tcp, OutsideWorld.Wide(v6), Port, sourcePort: 40_000);
            Assert.True(client.Ask(), $"out {i}");
            client.Reset();
            client = EchoClient.Connect(bed.World.Machine, ProtocolType.Tcp, bed.Uplink.Node(v6), HostPort, sourcePort: 40_000);
            Assert.True(client.Ask(), $"in {i}");
            client.Reset();
        }
        Assert.All(outside.Peers, static peer => Assert.Equal(40_000, peer.Port));
        Assert.All(inPod.Peers, static peer => Assert.Equal(40_000, peer.Port));
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData("bridge", false)]
    [InlineData("bridge", true)]
    [InlineData("ptp", false)]
    [InlineData("ptp", true)]
    public void The_next_owner_of_an_address_inherits_nothing(string plugin, bool v6)
    {
        using var bed = new NatBed(plugin);
        using EchoServer outside = EchoServer.Start(bed.World.Machine, Port, OutsideWorld.Wide(v6));
        NatPod first = bed.Attach();
        using (EchoClient client = EchoClient.Connect(first.Pod, ProtocolType.Udp, OutsideWorld.Wide(v6), Port, sourcePort: 40_000))
        {
            Assert.True(client.Ask());
        }
        bed.Detach(first);
        NatPod second = bed.Attach(bed.Chain, [], args: $"IgnoreUnknown=1;IP={first.Address(v6)}");
        Assert.Equal(first.Address(v6), second.Address(v6));
        using var seen = Capture.In(second.Pod);
        using var sender = RawSender.In(bed.World.Machine);
        IPAddress node = bed.Uplink.Node(v6);

        sender.Send(RawPacket.Ip(OutsideWorld.Wide(v6), node, RawPacket.Udp,
            RawPacket.UdpDatagram(OutsideWorld.Wide(v6), node, Port, 40_000, new byte[20])));
        Assert.True(Ping.Reaches(bed.World.Machine, node));
        Assert.Null(seen.WaitFor(packet => packet.Source.Equals(OutsideWorld.Wide(v6)), patienceMilliseconds: 50));

        using (EchoClient client = EchoClient.Connect(second.Pod, ProtocolType.Udp, OutsideWorld.Wide(v6), Port, sourcePort: 40_000))
        {
            Assert.True(client.Ask(), "the next owner's own connection, from the same port");
        }
        Assert.All(outside.Peers, peer => Assert.Equal(new IPEndPoint(node, 40_000), peer));
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData(false)]
    [InlineData(true)]
    public void A_connection_of_the_node_itself_is_not_disturbed_by_a_pods_with_the_same_port(bool podFirst)
    {
        using var bed = new NatBed("bridge");
        using EchoServer outside = EchoServer.Start(bed.World.Machine, Port, OutsideWorld.Wide4);
        NatPod pod = bed.Attach();
        foreach (ProtocolType protocol in (ProtocolType[])[ProtocolType.Udp, ProtocolType.Tcp])
        {
            int before = outside.Peers.Count;
            using EchoClient first = EchoClient.Connect(podFirst ? pod.Pod : bed.Host, protocol, OutsideWorld.Wide4, Port, sourcePort: 40_000);
            Assert.True(first.Ask());
            using EchoClient second = EchoClient.Connect(podFirst ? bed.Host : pod.Pod, protocol, OutsideWorld.Wide4, Port, sourcePort: 40_000);
            Assert.True(second.Ask(), $"{protocol}, the second");
            Assert.True(first.Ask(), $"{protocol}, the first");
            Assert.True(second.Ask() && first.Ask(), "and again");
            int[] ports = [.. outside.Peers.Skip(before).Select(static peer => peer.Port).Distinct()];
            Assert.Equal(2, ports.Length);
            Assert.Contains(40_000, ports);
        }
    }
}
