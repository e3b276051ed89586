using System.Net;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>Packets that belong to nothing: from a pod they leave translated or not at all, from outside they do no harm.</summary>
public abstract class StrayPacketTests(MatrixFixture fixture)
{
    private const byte Reset = 4;
    private const byte SynAck = 18;
    private const byte Ack = 16;
    private const byte Experimental = 253;

    private MatrixBed Bed => fixture.Bed;

    [NeedsTheory(NatBed.Needed)]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_leaves_a_pod_untranslated(bool v6)
    {
        IPAddress pod = Bed.Client.Address(v6);
        IPAddress target = OutsideWorld.Wide(v6);
        byte icmp = v6 ? RawPacket.IcmpV6 : RawPacket.Icmp;
        using var sender = RawSender.In(Bed.Client.Pod);
        using var seen = Capture.In(Bed.World.Router);

        // Segments out of nowhere, answers to nothing asked, a question that has no identifier, protocols without ports, and garbage.
        sender.Send(RawPacket.Ip(pod, target, RawPacket.Tcp, RawPacket.TcpSegment(pod, target, 1001, 80, Ack)));
        sender.Send(RawPacket.Ip(pod, target, RawPacket.Tcp, RawPacket.TcpSegment(pod, target, 1002, 80, SynAck)));
        sender.Send(RawPacket.Ip(pod, target, RawPacket.Tcp, RawPacket.TcpSegment(pod, target, 1003, 80, Reset)));
        sender.Send(RawPacket.Ip(pod, target, RawPacket.Udp, RawPacket.UdpDatagram(pod, target, 53, 53, [])));
        sender.Send(RawPacket.Ip(pod, target, icmp, RawPacket.IcmpError(pod, target, v6 ? (byte)129 : (byte)0, 0, 0x00070001, [])));
        sender.Send(RawPacket.Ip(pod, target, icmp, RawPacket.IcmpError(pod, target, v6 ? (byte)139 : (byte)13, 0, 0, new byte[12])));
        sender.Send(RawPacket.Ip(pod, target, Experimental, new byte[40]));
        sender.Send(RawPacket.Ip(pod, target, RawPacket.Tcp, new byte[7]));
        sender.Send(RawPacket.Ip(pod, target, RawPacket.Udp, new byte[3]));
        sender.Send(RawPacket.Ip(pod, target, RawPacket.Sctp, new byte[11]));
        Assert.True(Ping.Reaches(Bed.Client.Pod, target));

        Assert.Empty(Bed.World.Strangers());
        Assert.NotNull(seen.WaitFor(packet => packet.Protocol == Experimental && packet.Source.Equals(Bed.Uplink.Node(v6))));
        Assert.NotNull(seen.WaitFor(static packet => packet.Protocol == RawPacket.Tcp && packet.DestinationPort == 80));
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData(false)]
    [InlineData(true)]
    public void A_protocol_without_ports_is_one_pods_for_each_destination(bool v6)
    {
        // A destination of its own: nobody else asks there, and nobody has to answer.
        IPAddress target = Bed.Uplink.Router(v6);
        using var one = RawSender.In(Bed.Client.Pod);
        using var two = RawSender.In(Bed.Server.Pod);
        using var seen = Capture.In(Bed.Client.Pod);
        one.Send(RawPacket.Ip(Bed.Client.Address(v6), target, Experimental, new byte[40]));

        IReadOnlyDictionary<string, long> counted = Bed.Counted(() => two.Send(RawPacket.Ip(Bed.Server.Address(v6), target, Experimental, new byte[40])));

        Assert.Equal(1, counted["DROP_NAT_CLASH"]);
        // The router knows no such protocol, and says so to who asked.
        Assert.NotNull(seen.WaitFor(packet => packet.Source.Equals(target) && packet.About is { Protocol: Experimental } about
            && about.Source.Equals(Bed.Client.Address(v6))));
        Assert.Empty(Bed.World.Strangers());
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData(false)]
    [InlineData(true)]
    public void What_comes_from_outside_unasked_reaches_no_pod(bool v6)
    {
        IPAddress node = Bed.Uplink.Node(v6);
        IPAddress from = OutsideWorld.Wide(v6);
        byte icmp = v6 ? RawPacket.IcmpV6 : RawPacket.Icmp;
        using var inClient = Capture.In(Bed.Client.Pod);
        using var inServer = Capture.In(Bed.Server.Pod);
        using var sender = RawSender.In(Bed.World.Machine);

        sender.Send(RawPacket.Ip(from, node, RawPacket.Tcp, RawPacket.TcpSegment(from, node, 7777, 45_000, SynAck)));
        sender.Send(RawPacket.Ip(from, node, RawPacket.Udp, RawPacket.UdpDatagram(from, node, 7777, 45_001, new byte[9])));
        sender.Send(RawPacket.Ip(from, node, icmp, RawPacket.IcmpError(from, node, v6 ? (byte)1 : (byte)3, v6 ? (byte)4 : (byte)3, 0,
            RawPacket.Ip(node, from, RawPacket.Udp, RawPacket.UdpDatagram(node, from, 45_002, 7777, new byte[8])))));
        // About next to nothing: the head of a packet, cut off at every length.
        byte[] head = RawPacket.Ip(node, from, RawPacket.Tcp, RawPacket.TcpSegment(node, from, 45_003, 7777, Ack));
        for (int length = 0; length <= head.Length; length += 4)
        {
            sender.Send(RawPacket.Ip(from, node, icmp, RawPacket.IcmpError(from, node, v6 ? (byte)3 : (byte)11, 0, 0, head[..length])));
        }
        Assert.True(Ping.Reaches(Bed.World.Machine, node), "the node itself answers as ever");

        Assert.Null(inClient.WaitFor(packet => packet.Source.Equals(from), patienceMilliseconds: 50));
        Assert.Null(inServer.WaitFor(packet => packet.Source.Equals(from), patienceMilliseconds: 0));
    }
}
