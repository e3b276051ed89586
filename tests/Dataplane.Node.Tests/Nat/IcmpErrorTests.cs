using System.Net;
using System.Net.Sockets;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>
/// ICMP errors in both directions: who gets one finds in it what he sent himself, and who is outside never finds an address of a pod.
/// </summary>
public abstract class IcmpErrorTests(MatrixFixture fixture)
{
    private const int ClosedPort = 7999;

    private MatrixBed Bed => fixture.Bed;

    [NeedsTheory(NatBed.Needed)]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pod_learns_that_a_port_outside_is_closed(bool v6)
    {
        using EchoClient client = EchoClient.Connect(Bed.Client.Pod, ProtocolType.Udp, OutsideWorld.Wide(v6), ClosedPort);

        Assert.Equal(SocketError.ConnectionRefused, client.AskForError());
        Assert.Empty(Bed.World.Strangers());
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData(false)]
    [InlineData(true)]
    public void Outside_learns_that_the_pod_behind_a_host_port_does_not_listen(bool v6)
    {
        using var seen = Capture.In(Bed.World.Machine);
        using EchoClient client = EchoClient.Connect(Bed.World.Machine, ProtocolType.Udp, Bed.Uplink.Node(v6), MatrixBed.DeafHostPort);

        Assert.Equal(SocketError.ConnectionRefused, client.AskForError());
        Assert.NotNull(seen.WaitFor(packet => packet.Source.Equals(Bed.Uplink.Node(v6)) && packet.About is { } about
            && about.Destination.Equals(Bed.Uplink.Node(v6)) && about.DestinationPort == MatrixBed.DeafHostPort));
        Assert.Empty(Bed.World.Strangers());
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData(false)]
    [InlineData(true)]
    public void Traceroute_sees_the_node_then_the_router_then_the_machine(bool v6)
    {
        Assert.Contains(Bed.Client.Result.Json!.Value.GetProperty("ips").EnumerateArray().Select(static ip => ip.GetProperty("gateway").GetString()),
            gateway => gateway == Hop(v6, 1));
        Assert.Equal(Bed.Uplink.Router(v6).ToString(), Hop(v6, 2));
        Assert.True(Ping.Reaches(Bed.Client.Pod, OutsideWorld.Wide(v6)));
        Assert.Empty(Bed.World.Strangers());
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData(false, RawPacket.Udp)]
    [InlineData(true, RawPacket.Udp)]
    [InlineData(false, RawPacket.Tcp)]
    [InlineData(true, RawPacket.Tcp)]
    [InlineData(false, RawPacket.Sctp)]
    [InlineData(true, RawPacket.Sctp)]
    public void Time_exceeded_comes_back_about_the_packet_that_the_pod_sent(bool v6, byte protocol)
    {
        // Below the range of ports: the pod's port is not the one that the router saw.
        const int Port = 23_456;
        IPAddress pod = Bed.Client.Address(v6);
        IPAddress target = OutsideWorld.Wide(v6);
        using var seen = Capture.In(Bed.Client.Pod);
        using var sender = RawSender.In(Bed.Client.Pod);

        sender.Send(RawPacket.Ip(pod, target, protocol, protocol switch
        {
            RawPacket.Udp => RawPacket.UdpDatagram(pod, target, Port, 33434, new byte[20]),
            RawPacket.Tcp => RawPacket.TcpSegment(pod, target, Port, 80, flags: 2),
            _ => SctpPacket.Make(SctpPacket.Init, Port, 80, new byte[8]),
        }, hops: 2));

        SeenPacket? error = seen.WaitFor(packet => packet.Source.Equals(Bed.Uplink.Router(v6)) && packet.About is not null);
        Assert.NotNull(error);
        Assert.Equal(pod, error.Destination);
        Assert.Equal((pod, target, Port), (error.About!.Source, error.About.Destination, error.About.SourcePort));
        Assert.Empty(Bed.World.Strangers());
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pod_learns_the_MTU_of_the_path(bool v6)
    {
        using EchoClient client = EchoClient.Connect(Bed.Client.Pod, ProtocolType.Udp, OutsideWorld.Narrow(v6), MatrixBed.Port,
            patienceMilliseconds: 300, pathMtu: PathMtuMode.Always);

        // The first that is too large is answered by the router, and the next is refused by the pod's own kernel.
        Assert.False(client.AskAgain(1400, tries: 2));
        Assert.Equal(OutsideWorld.NarrowMtu, client.PathMtu);
        Assert.True(client.AskAgain(1200));
        Assert.Empty(Bed.World.Strangers());
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData(false)]
    [InlineData(true)]
    public void Outside_learns_the_smaller_MTU_of_the_pod_behind_a_host_port(bool v6)
    {
        NatPod small = Bed.SmallMtu;
        using EchoServer server = EchoServer.Start(small.Pod, MatrixBed.Port);
        using EchoClient client = EchoClient.Connect(Bed.World.Machine, ProtocolType.Udp, Bed.Uplink.Node(v6), MatrixBed.SmallMtuHostPort,
            patienceMilliseconds: 300, pathMtu: PathMtuMode.Always);
        Assert.True(client.AskAgain(1000));

        // Fits where other tests have found the path to the node narrow, and is too large for the pod.
        int between = (MatrixBed.SmallMtuBytes + OutsideWorld.NarrowMtu) / 2;
        Assert.False(client.AskAgain(between - (v6 ? 48 : 28), tries: 2));
        Assert.Equal(MatrixBed.SmallMtuBytes, client.PathMtu);
        Assert.True(client.AskAgain(1200));
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData(false)]
    [InlineData(true)]
    public void An_error_of_a_pod_about_an_answer_that_it_no_longer_wants_leaves_translated(bool v6)
    {
        using var seen = Capture.In(Bed.World.Machine);
        EchoServer server = Bed.Outside[OutsideWorld.Wide(v6)];
        using (EchoClient client = EchoClient.Connect(Bed.Client.Pod, ProtocolType.Udp, OutsideWorld.Wide(v6), MatrixBed.Port))
        {
            Assert.True(client.Ask());
        }
        IPEndPoint node = server.Peers[^1];
        using var sender = RawSender.In(Bed.World.Machine);

        // Any process that another test starts has a copy of this one's sockets from fork until exec: the client's lives for as long.
        SeenPacket? error = null;
        for (int i = 0; i < 10 && error is null; i++)
        {
            sender.Send(RawPacket.Ip(OutsideWorld.Wide(v6), node.Address, RawPacket.Udp,
                RawPacket.UdpDatagram(OutsideWorld.Wide(v6), node.Address, MatrixBed.Port, node.Port, new byte[20])));
            error = seen.WaitFor(static packet => packet.About is { SourcePort: MatrixBed.Port }, patienceMilliseconds: 1000);
        }
        Assert.NotNull(error);
        Assert.Equal(node.Address, error.Source);
        Assert.Equal((OutsideWorld.Wide(v6), node.Address, node.Port), (error.About!.Source, error.About.Destination, error.About.DestinationPort));
        Assert.Empty(Bed.World.Strangers());
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData(false)]
    [InlineData(true)]
    public void An_error_of_a_pod_about_nothing_that_was_translated_is_dropped_and_counted(bool v6)
    {
        IPAddress pod = Bed.Client.Address(v6);
        IPAddress target = OutsideWorld.Wide(v6);
        using var seen = Capture.In(Bed.World.Router);
        using var sender = RawSender.In(Bed.Client.Pod);
        byte[] about = RawPacket.Ip(target, pod, RawPacket.Udp, RawPacket.UdpDatagram(target, pod, 5, 6, new byte[8]));

        IReadOnlyDictionary<string, long> counted = Bed.Counted(() =>
        {
            sender.Send(RawPacket.Ip(pod, target, v6 ? RawPacket.IcmpV6 : RawPacket.Icmp,
                RawPacket.IcmpError(pod, target, type: v6 ? (byte)1 : (byte)3, code: v6 ? (byte)4 : (byte)3, rest: 0, about)));
            Assert.True(Ping.Reaches(Bed.Client.Pod, target));
        });

        Assert.Equal(fixture.HasNetfilter ? 0 : 1, counted["DROP_NAT_PACKET"]);
        Assert.DoesNotContain(seen.Packets, static packet => packet.About is { SourcePort: 5 });
        Assert.Empty(Bed.World.Strangers());
    }

    // "From 198.51.100.62 icmp_seq=1 Time to live exceeded"
    private string Hop(bool v6, int hops)
    {
        string said = Bed.Client.Pod.Exec("ping", v6 ? "-6" : "-4", "-n", "-c", "1", "-W", "2", "-t", hops.ToString(), OutsideWorld.Wide(v6).ToString()).StdoutText;
        return said.Split('\n').FirstOrDefault(static line => line.StartsWith("From ", StringComparison.Ordinal))?.Split(' ')[1] ?? said;
    }
}
