using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Nat;

/// <summary>
/// Uplinks whose frames are not plain Ethernet.
/// <para>
/// BPF_PROG_TEST_RUN takes a packet's protocol from bytes 12 and 13 of what it is given, as in an Ethernet header,
/// whatever the device. In a bare IPv4 packet those are the first half of the source address, in a bare IPv6 packet
/// the third word of it. So the addresses here are chosen: from 8.0.0.0/16 and x:x:86dd::/48.
/// </para>
/// </summary>
public sealed class UplinkFrameTests(NatNode node) : NatTest(node)
{
    private static string Bare(bool v6, byte host) => v6 ? $"2001:db9:86dd::{host}" : $"8.0.0.{host}";

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void Without_a_link_layer_header_it_is_translated_both_ways(bool v6, string kind)
    {
        Pod pod = Node.A with { V4 = Bare(false, 7), V6 = Bare(true, 7) };
        Node.Reset(pod);
        Datagram sent = Datagram.Kind(kind, pod.Address(v6), 40000, Bare(v6, 50), 53);
        Datagram wire = sent.Source(Node.Tunnel.Address(v6), sent.FromPort);
        OnWire(wire, Node.ToUplink(Node.Tunnel, sent.Ip(), pod.Ifindex), Node.Tunnel);
        Outcome back = Node.FromUplink(Node.Tunnel, wire.Answer().Ip());
        Assert.Equal(Verdict.Pass, back.Verdict);
        Same(Verdict.Pass, sent.Answer().Ip(), back);
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void Without_one_an_ICMP_error_comes_back(bool v6)
    {
        Pod pod = Node.A with { V4 = Bare(false, 7), V6 = Bare(true, 7) };
        Node.Reset(pod);
        Datagram sent = Datagram.Udp(pod.Address(v6), 40000, Bare(v6, 50), 53);
        Datagram wire = sent.Source(Node.Tunnel.Address(v6), 40000);
        Node.ToUplink(Node.Tunnel, sent.Ip(), pod.Ifindex);
        Datagram said = v6 ? Datagram.Error(Bare(v6, 1), 1, 4, wire) : Datagram.Error(Bare(v6, 1), 3, 3, wire);
        Same(Verdict.Pass, said.Destination(pod.Address(v6), 0).About(sent).Ip(), Node.FromUplink(Node.Tunnel, said.Ip()));
    }

    /// <summary>The VLAN device on top is the uplink; it gets the packet without the tag.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void A_tagged_frame_is_its_VLAN_devices(bool v6, string kind)
    {
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        Out(Node.A, sent);
        Datagram answer = sent.Source(Node.Up.Address(v6), sent.FromPort).Answer();
        byte[] frame = Ethernet.Tagged(answer.Ip(), Node.Up.RouterMac, Node.Up.Mac, 5);
        Outcome outcome = Node.Programs.Run("from_uplink", Node.Up.Ifindex, Node.Up.Ifindex, frame);
        Same(Verdict.Pass, frame, outcome);
        Assert.Equal("UPLINK_VLAN", outcome.Counters);
        frame = Ethernet.Tagged(sent.Source(Node.Up.Address(v6), sent.FromPort).Ip(), Node.Up.Mac, Node.Up.RouterMac, 5);
        outcome = Node.Programs.Run("to_uplink", Node.Up.Ifindex, 77, frame);
        Same(Verdict.Pass, frame, outcome);
        Assert.Equal("UPLINK_VLAN", outcome.Counters);
    }

    [NeedsFact(Needs.Namespaces)]
    public void What_is_not_IP_passes()
    {
        foreach (ushort type in new ushort[] { 0x0806, 0x88cc, 0x8863 })
        {
            byte[] frame = new Frame(Node.Up.Mac, Node.Up.RouterMac).EtherType(type).Build();
            Same(Verdict.Pass, frame, Node.Programs.Run("to_uplink", Node.Up.Ifindex, 0, frame));
            Same(Verdict.Pass, frame, Node.Programs.Run("from_uplink", Node.Up.Ifindex, Node.Up.Ifindex, frame));
        }
    }
}
