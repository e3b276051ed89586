using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests;

/// <summary>The way of a flow from its first packet to the fast path and off it again.</summary>
public sealed class FastPathTests(Node node) : PacketTest(node)
{
    public static TheoryData<bool, string> Kinds => new()
    {
        { false, "tcp" }, { false, "udp" }, { false, "icmp" }, { true, "tcp" }, { true, "udp" }, { true, "icmp" },
    };

    /// <summary>Two pods behind veths that are routed, not bridged.</summary>
    private (Pod A, Pod B) Routed() => (
        Node.A with { Flags = PodFlags.None, Domain = Node.A.Ifindex, GatewayMac = [2, 0, 0, 0, 1, 1] },
        Node.B with { Flags = PodFlags.None, Domain = Node.B.Ifindex, GatewayMac = [2, 0, 0, 0, 1, 2] });

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void A_bridged_flow_is_delivered_unchanged_after_its_first_packet(bool v6, string kind)
    {
        Node.Reset(Node.A, Node.B);
        Prove(Node.A, Node.B, v6, kind);
        byte[] forth = Packet(Node.A, Node.B, v6, kind, ttl: 1);
        byte[] back = Packet(Node.B, Node.A, v6, kind);
        Expect(Verdict.Redirect, "FAST_L2", Node.FromPod(Node.A, forth), forth);
        Expect(Verdict.Redirect, "FAST_L2", Node.FromPod(Node.B, back), back);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void A_routed_flow_has_its_TTL_MACs_and_checksum_changed(bool v6, string kind)
    {
        (Pod a, Pod b) = Routed();
        Node.Reset(a, b);
        Prove(a, b, v6, kind, destination: a.GatewayMac);
        byte[] forth = Packet(a, b, v6, kind, destination: a.GatewayMac);
        byte[] back = Packet(b, a, v6, kind, destination: b.GatewayMac);
        Expect(Verdict.Redirect, "FAST_L3", Node.FromPod(a, forth), Packets.Frame.Routed(forth, b.GatewayMac, b.Mac));
        Expect(Verdict.Redirect, "FAST_L3", Node.FromPod(b, back), Packets.Frame.Routed(back, a.GatewayMac, a.Mac));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void From_a_bridge_to_another_domain_the_host_routes(bool v6, string kind)
    {
        Pod b = Routed().B;
        Node.Reset(Node.A, b);
        byte[] first = Packet(Node.A, b, v6, kind, first: true, Node.A.GatewayMac);
        Node.FromPod(Node.A, first);
        Expect(Verdict.Pass, "TO_POD_PROVEN", Node.ToPod(b, first, Node.A.Domain), first);
        byte[] next = Packet(Node.A, b, v6, kind, destination: Node.A.GatewayMac);
        Expect(Verdict.Redirect, "FAST_L3", Node.FromPod(Node.A, next), Packets.Frame.Routed(next, b.GatewayMac, b.Mac));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void The_TTL_that_ends_here_is_the_hosts(bool v6, string kind)
    {
        (Pod a, Pod b) = Routed();
        Node.Reset(a, b);
        Prove(a, b, v6, kind, destination: a.GatewayMac);
        byte[] packet = Packet(a, b, v6, kind, destination: a.GatewayMac, ttl: 1);
        Expect(Verdict.Pass, "STACK_TTL", Node.FromPod(a, packet), packet);
        ExpectFlow(FlowState.Fast);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void What_the_receiver_cannot_take_in_one_packet_is_the_hosts(bool v6, string kind)
    {
        Pod b = Node.B with { Mtu = 60 };
        Node.Reset(Node.A, b);
        Prove(Node.A, b, v6, kind);
        int headers = (v6 ? 40 : 20) + (kind == "tcp" ? 20 : 8);
        foreach ((int payload, string counter) in new[] { (60 - headers, "FAST_L2"), (61 - headers, "STACK_MTU") })
        {
            if (payload < 0)
            {
                continue;
            }
            Frame frame = Frame(Node.A, b, v6);
            byte[] packet = (kind switch { "tcp" => frame.Tcp(1001, 1002, TcpFlags.Ack, payload), "udp" => frame.Udp(1001, 1002, payload), _ => frame.Echo(77, payload: payload) }).Build();
            Expect(counter == "FAST_L2" ? Verdict.Redirect : Verdict.Pass, counter, Node.FromPod(Node.A, packet), packet);
        }
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void Of_a_GSO_packet_each_segment_has_to_fit(bool v6)
    {
        Node.Reset(Node.A, Node.B);
        Prove(Node.A, Node.B, v6, "tcp");
        byte[] packet = Frame(Node.A, Node.B, v6).Tcp(1001, 1002, TcpFlags.Ack, 3000).Build();
        uint fits = (uint)(1500 - 20 - (v6 ? 40 : 20));
        Expect(Verdict.Redirect, "FAST_L2", Node.FromPod(Node.A, packet, fits), packet);
        Expect(Verdict.Pass, "STACK_MTU", Node.FromPod(Node.A, packet, fits + 1), packet);
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void Every_new_connection_is_proven_anew(bool v6)
    {
        Node.Reset(Node.A, Node.B);
        Prove(Node.A, Node.B, v6, "tcp");
        byte[] syn = Packet(Node.A, Node.B, v6, "tcp", first: true);
        Expect(Verdict.Pass, "STACK_CLOSED", Node.FromPod(Node.A, syn), syn);
        ExpectFlow(FlowState.Candidate);
        Expect(Verdict.Pass, "TO_POD_PROVEN", Node.ToPod(Node.B, syn, Node.A.Ifindex), syn);
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void FIN_and_RST_are_kept_for_each_side(bool v6)
    {
        Node.Reset(Node.A, Node.B);
        Prove(Node.A, Node.B, v6, "tcp");
        Node.FromPod(Node.A, Frame(Node.A, Node.B, v6).Tcp(1001, 1002, TcpFlags.Fin | TcpFlags.Ack).Build());
        Assert.Equal(1u, Node.Flow()!.Tcp);
        Node.FromPod(Node.B, Frame(Node.B, Node.A, v6).Tcp(1002, 1001, TcpFlags.Fin | TcpFlags.Ack).Build());
        Assert.Equal(3u, Node.Flow()!.Tcp);
        Node.FromPod(Node.B, Frame(Node.B, Node.A, v6).Tcp(1002, 1001, TcpFlags.Rst).Build());
        Assert.Equal(7u, Node.Flow()!.Tcp);
    }

    /// <summary>Seconds of silence after which a flow is as good as unknown.</summary>
    [NeedsTheory(Needs.Namespaces)]
    [InlineData("icmp", TcpFlags.None, 31)]
    [InlineData("udp", TcpFlags.None, 181)]
    [InlineData("tcp", TcpFlags.None, 8001)]
    [InlineData("tcp", TcpFlags.Rst, 31)]
    public void A_silent_flow_expires(string kind, TcpFlags closing, int seconds)
    {
        Node.Reset(Node.A, Node.B);
        Prove(Node.A, Node.B, v6: false, kind);
        byte[] next = Packet(Node.A, Node.B, v6: false, kind);
        if (closing != TcpFlags.None)
        {
            Node.FromPod(Node.A, Frame(Node.A, Node.B, v6: false).Tcp(1001, 1002, closing).Build());
        }
        FlowEntry flow = Node.Flow()!;
        Node.Write(flow.Aged(lastSeen: seconds - 4));
        Expect(Verdict.Redirect, "FAST_L2", Node.FromPod(Node.A, next), next);
        Node.Write(flow.Aged(lastSeen: seconds));
        Expect(Verdict.Pass, "STACK_CANDIDATE", Node.FromPod(Node.A, next), next);
        ExpectFlow(FlowState.Candidate);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_flow_of_a_pod_that_is_gone_is_made_anew()
    {
        Node.Reset(Node.A, Node.B);
        Prove(Node.A, Node.B, v6: false, "udp");
        byte[] next = Packet(Node.A, Node.B, v6: false, "udp");
        Node.Put(Node.B with { Generation = 9 });
        Expect(Verdict.Pass, "STACK_STALE", Node.FromPod(Node.A, next), next);
        ExpectFlow(FlowState.Candidate);
        Expect(Verdict.Pass, "TO_POD_PROVEN", Node.ToPod(Node.B with { Generation = 9 }, next, Node.A.Ifindex), next);
        Expect(Verdict.Redirect, "FAST_L2", Node.FromPod(Node.A, next), next);
    }

    [NeedsFact(Needs.Namespaces)]
    public void The_next_owner_of_an_address_inherits_no_flow()
    {
        Node.Reset(Node.A, Node.B);
        Prove(Node.A, Node.B, v6: false, "udp");
        Pod next = Node.A with { Generation = 9 };
        Node.Put(next);
        byte[] packet = Packet(next, Node.B, v6: false, "udp");
        Expect(Verdict.Pass, "STACK_STALE", Node.FromPod(next, packet), packet);
        ExpectFlow(FlowState.Candidate);
    }

    /// <summary>Two networks of a node with the same addresses: the second one keeps to the stack.</summary>
    [NeedsFact(Needs.Namespaces)]
    public void The_same_tuple_on_another_network_takes_the_stack()
    {
        Pod other = Node.B with { Mac = Node.A.Mac, V4 = Node.A.V4, V6 = Node.A.V6, Domain = 8000 };
        Pod far = new(9999, Node.B.Mac, Node.B.V4, Node.B.V6) { Generation = 5 };
        Node.Reset(Node.A, far, other);
        byte[] packet = Packet(Node.A, far, v6: false, "udp", first: true);
        Node.FromPod(Node.A, packet);
        Expect(Verdict.Pass, "STACK_STALE", Node.FromPod(other, packet), packet);
        ExpectFlow(FlowState.Candidate);
        Assert.Equal(Node.A.Ifindex, Node.Flow()!.Ifindex(0));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Turned_off_at_the_receiver_the_stack_delivers()
    {
        Node.Reset(Node.A, Node.B);
        Prove(Node.A, Node.B, v6: false, "udp");
        Node.Put(Node.B with { Flags = PodFlags.L2 | PodFlags.FastPathOff });
        byte[] next = Packet(Node.A, Node.B, v6: false, "udp");
        Expect(Verdict.Pass, "STACK_FASTPATH_OFF", Node.FromPod(Node.A, next), next);
    }

    /// <summary>Half a flow on the fast path is none: conntrack would call the other half invalid.</summary>
    [NeedsFact(Needs.Namespaces)]
    public void An_answer_that_cannot_be_delivered_ends_the_fast_path()
    {
        Node.Reset(Node.A, Node.B);
        Prove(Node.A, Node.B, v6: false, "tcp");
        byte[] answer = Packet(Node.B, Node.A, v6: false, "tcp", destination: [2, 0, 0, 0, 0, 0x77]);
        Expect(Verdict.Pass, "STACK_NEIGHBOUR", Node.FromPod(Node.B, answer), answer);
        byte[] next = Packet(Node.A, Node.B, v6: false, "tcp");
        Expect(Verdict.Pass, "STACK_SLOW", Node.FromPod(Node.A, next), next);
    }

    [NeedsFact(Needs.Namespaces)]
    public void What_is_sent_to_a_router_on_the_bridge_has_no_fast_path()
    {
        Node.Reset(Node.A, Node.B);
        byte[] packet = Packet(Node.A, Node.B, v6: false, "tcp", first: true, destination: [2, 0, 0, 0, 0, 0x77]);
        Expect(Verdict.Pass, "STACK_NEIGHBOUR", Node.FromPod(Node.A, packet), packet);
        ExpectFlow(FlowState.Slow);
    }

    [NeedsFact(Needs.Namespaces)]
    public void An_address_of_nobody_behind_the_gateway_stays_a_candidate()
    {
        Node.Reset(Node.A);
        byte[] packet = Packet(Node.A, Node.B with { V4 = "192.0.2.9" }, v6: false, "tcp", first: true, Node.A.GatewayMac);
        Expect(Verdict.Pass, "STACK_CANDIDATE", Node.FromPod(Node.A, packet), packet);
        Expect(Verdict.Pass, "STACK_CANDIDATE", Node.FromPod(Node.A, packet), packet);
        ExpectFlow(FlowState.Candidate);
    }
}
