using Dataplane.Abi;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Nat;

/// <summary>The fast path out of the node and into it: who gets it, and what ends it.</summary>
public sealed class FastOutTests(NatNode node) : NatTest(node)
{
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(PortKinds))]
    public void The_first_packet_proves_the_flow_and_both_directions_pass_the_stack_by(bool v6, string kind)
    {
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53) with { Flags = TcpFlags.Ack };
        Datagram wire = sent.Source(Node.Up.Address(v6), 40000);
        Assert.Equal("STACK_CANDIDATE | UPLINK_PROVEN UPLINK_TRANSLATED NAT_CREATED", Out(Node.A, sent).Counters);
        Outcome first = Node.FromPod(Node.A, sent.Ip());
        Assert.Equal("FAST_OUT", first.Counters);
        // bpf_redirect_neigh() writes the MACs when it sends.
        Assert.Equal(sent.Routed().Ip(), first.Frame[Ethernet.Header..]);
        Outcome back = Node.FromUplink(Node.Up, wire.Answer().Ip());
        Assert.Equal("FAST_IN", back.Counters);
        Delivered(Node.A, sent.Answer(), back);
    }

    /// <summary>Somebody translates: kube-proxy's service became another address before it got here.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(PortKinds))]
    public void What_leaves_as_something_else_than_the_pod_sent_proves_nothing(bool v6, string kind)
    {
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        Datagram other = sent.Destination(Outside2(v6), kind == "icmp" ? 40000 : 5353);
        Node.FromPod(Node.A, sent.Ip());
        Outcome outcome = Node.ToUplink(Node.Up, other.Routed().Ip(), Node.A.Ifindex);
        OnWire(other.Source(Node.Up.Address(v6), 40000).Routed(), outcome);
        Assert.DoesNotContain("PROVEN", outcome.Counters);
        Assert.Equal("STACK_CANDIDATE", Node.FromPod(Node.A, (sent with { Flags = TcpFlags.Ack }).Ip()).Counters);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(PortKinds))]
    public void Turned_off_everything_takes_the_stack_and_is_translated(bool v6, string kind)
    {
        Pod pod = Node.A with { Flags = Node.A.Flags | PodFlags.FastPathOff };
        Node.Put(pod);
        Datagram sent = Datagram.Kind(kind, pod.Address(v6), 40000, Outside(v6), 53);
        for (int i = 0; i < 2; i++)
        {
            Outcome outcome = Out(pod, sent);
            OnWire(sent.Source(Node.Up.Address(v6), 40000).Routed(), outcome);
            Assert.StartsWith("STACK_FASTPATH_OFF", outcome.Counters);
            Assert.StartsWith("UPLINK_BACK", Node.FromUplink(Node.Up, sent.Source(Node.Up.Address(v6), 40000).Answer().Ip()).Counters);
        }
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(PortKinds))]
    public void A_route_that_moved_to_another_uplink_is_the_stacks(bool v6, string kind)
    {
        Datagram sent = Proven(v6, kind);
        string prefix = v6 ? "2001:db8:f0::/48" : "198.18.0.0/16";
        Node.Namespace.Ip("route", "add", prefix, "via", v6 ? "2001:db8:1::1" : "198.51.100.1", "dev", "up1");
        try
        {
            Outcome outcome = Node.FromPod(Node.A, sent.Ip());
            Same(Verdict.Pass, Ethernet.Frame(sent.Ip(), Node.A.Mac, Node.A.GatewayMac), outcome);
            Assert.Equal("STACK_ROUTE", outcome.Counters);
        }
        finally
        {
            Node.Namespace.Ip("route", "del", prefix);
        }
        Assert.Equal("FAST_OUT", Node.FromPod(Node.A, sent.Ip()).Counters);
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void What_the_uplink_cannot_take_and_a_TTL_that_ends_are_the_stacks(bool v6)
    {
        Datagram sent = Proven(v6, "udp");
        Assert.Equal("STACK_TTL", Node.FromPod(Node.A, (sent with { Ttl = 1 }).Ip()).Counters);
        Assert.Equal("STACK_MTU", Node.FromPod(Node.A, (sent with { Payload = 1600 }).Ip()).Counters);
        Assert.Equal("FAST_OUT", Node.FromPod(Node.A, (sent with { Payload = 1400 }).Ip()).Counters);
    }

    /// <summary>An uplink that came back under its number is another.</summary>
    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void A_new_generation_of_the_uplink_is_proven_anew(bool v6)
    {
        Datagram sent = Proven(v6, "udp");
        Node.Programs["devices"].Put(Node.Up.Ifindex, (Node.Up with { Generation = 777 }).Row());
        Assert.StartsWith("STACK_", Node.FromPod(Node.A, sent.Ip()).Counters);
        OnWire(sent.Source(Node.Up.Address(v6), 40000).Routed(), Out(Node.A, sent));
    }

    /// <summary>A bridged pod's packets come in by the bridge.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void A_pod_of_a_bridge_is_known_by_its_address_there(bool v6, string kind)
    {
        Pod pod = Node.A with { Flags = PodFlags.L2 | PodFlags.Masquerade, Domain = Node.Up2.Ifindex };
        Node.Reset(pod);
        Datagram sent = Datagram.Kind(kind, pod.Address(v6), 40000, Outside(v6), 53);
        OnWire(sent.Source(Node.Up.Address(v6), sent.FromPort).Routed(), Out(pod, sent));
        // The same source from another bridge is a stranger's.
        Outcome stranger = Node.ToUplink(Node.Up, sent.Ip(), Node.B.Ifindex);
        Assert.Equal("UPLINK_FORWARDED", stranger.Counters);
    }

    /// <summary>A network that knows the way to the pods needs no translation, and gets none, also for the answers.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(PortKinds))]
    public void A_connection_from_outside_to_the_pods_own_address_stays_as_it_is(bool v6, string kind)
    {
        Datagram asked = Datagram.Kind(kind, Outside(v6), 5555, Node.A.Address(v6), kind == "icmp" ? 5555 : 80);
        Outcome first = Node.FromUplink(Node.Up, asked.Ip());
        Untouched(asked, first);
        Outcome delivered = Node.ToPod(Node.A, asked.Routed().Ip(), Node.Up.Ifindex);
        Assert.Equal("TO_POD_PROVEN", delivered.Counters);
        Datagram answer = asked.Answer() with { Flags = TcpFlags.Ack };
        Outcome out1 = Out(Node.A, answer);
        OnWire(answer.Routed(), out1);
        Assert.Empty(Entries());
        Outcome next = Node.FromUplink(Node.Up, (asked with { Flags = TcpFlags.Ack }).Ip());
        Assert.Equal("FAST_IN", next.Counters);
        Delivered(Node.A, asked with { Flags = TcpFlags.Ack }, next);
    }

    /// <summary>A stray packet from outside makes no exception for what the pod begins itself.</summary>
    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void A_late_packet_from_outside_does_not_spare_the_pod_the_masquerade(bool v6)
    {
        Datagram stray = Datagram.Tcp(Outside(v6), 53, Node.A.Address(v6), 40000, TcpFlags.Fin | TcpFlags.Ack);
        Node.FromUplink(Node.Up, stray.Ip());
        Datagram sent = Datagram.Tcp(Node.A.Address(v6), 40000, Outside(v6), 53, TcpFlags.Syn);
        OnWire(sent.Source(Node.Up.Address(v6), 40000).Routed(), Out(Node.A, sent));
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void The_last_packet_dropped_for_a_reason_can_be_read(bool v6)
    {
        Node.Reset(Node.A with { MasqueradePorts = (50000, 50000) });
        Out(Node.A, Datagram.Udp(Node.A.Address(v6), 50000, Outside(v6), 53));
        Datagram dropped = Datagram.Udp(Node.A.Address(v6), 50001, Outside(v6), 53);
        Dropped("DROP_NAT_PORTS", Out(Node.A, dropped));
        DropRow row = Node.Programs["last_drops"].All<uint, DropRow>().Single(r => r.Key == (uint)CounterIndex.DropNatPorts).Row;
        Assert.Equal(dropped.From, Addresses.Read(row.Source));
        Assert.Equal(dropped.To, Addresses.Read(row.Destination));
        Assert.Equal((50001, 53), (Addresses.Swap(row.SourcePort), Addresses.Swap(row.DestinationPort)));
        Assert.Equal((Node.Up.Ifindex, Datagram.UdpProtocol), (row.Ifindex, row.Protocol));
        Assert.NotEqual(0ul, row.Time);
    }

    private Datagram Proven(bool v6, string kind)
    {
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53) with { Flags = TcpFlags.Ack };
        Out(Node.A, sent);
        Assert.Equal("FAST_OUT", Node.FromPod(Node.A, sent.Ip()).Counters);
        return sent;
    }
}
