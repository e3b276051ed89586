using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Nat;

/// <summary>Frames of VLAN 0, whose tag is a priority: the stack takes it off, so they are what they are without it.</summary>
public sealed class PriorityTagTests(NatNode node) : NatTest(node)
{
    private const ushort Priority = 5 << 13;

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void An_answer_with_a_priority_finds_the_pod(bool v6)
    {
        Datagram sent = Datagram.Udp(Node.A.Address(v6), 40000, Outside(v6), 53);
        Out(Node.A, sent);
        Datagram answer = sent.Source(Node.Up.Address(v6), 40000).Answer();
        byte[] frame = Ethernet.Frame(answer.Ip(), Node.Up.RouterMac, Node.Up.Mac);
        Delivered(Node.A, sent.Answer(), Run("from_uplink", Node.Up.Ifindex, Priority, frame));
        Assert.Equal("UPLINK_VLAN", Run("from_uplink", Node.Up.Ifindex, Priority | 5, frame).Counters);
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void A_pods_source_is_checked_all_the_same(bool v6)
    {
        Pod pod = Node.A with { Flags = Node.A.Flags | PodFlags.SourceStrict };
        Node.Put(pod);
        Datagram forged = Datagram.Udp(Node.B.Address(v6), 40000, Outside(v6), 53);
        byte[] frame = Ethernet.Frame(forged.Ip(), pod.Mac, pod.GatewayMac);
        Dropped("DROP_SOURCE_SPOOFED", Run("from_pod", pod.Ifindex, Priority, frame));
        Assert.Equal("STACK_VLAN", Run("from_pod", pod.Ifindex, Priority | 5, frame).Counters);
        // The kernel takes off as many as there are; nobody sends more than one.
        byte[] twice = Ethernet.Tagged(forged.Ip(), pod.Mac, pod.GatewayMac, 0);
        Dropped("DROP_SOURCE_SPOOFED", Run("from_pod", pod.Ifindex, Priority, twice));
        byte[] thrice = [.. twice.AsSpan(0, 12), 0x81, 0, 0, 0, .. twice.AsSpan(12)];
        Dropped("DROP_NAT_ERROR", Run("from_pod", pod.Ifindex, Priority, thrice));
    }

    private Outcome Run(string program, uint ifindex, ushort tci, byte[] frame) =>
        Node.Programs.RunTagged(tci, program, new SkbContext { Ifindex = ifindex, Ingress = program == "from_uplink" ? ifindex : 0 }, frame);
}
