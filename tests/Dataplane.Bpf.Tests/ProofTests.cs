using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests;

/// <summary>What to_pod concludes from what the stack delivers; the sequences of prove.h.</summary>
public sealed class ProofTests(Node node) : PacketTest(node)
{
    private const string Service = "10.96.0.1";

    private byte[] AToB => Packet(Node.A, Node.B, v6: false, "udp", first: true);

    private byte[] BToA => Packet(Node.B, Node.A, v6: false, "udp");

    private byte[] AToService => new Frame(Node.A.Mac, Node.A.GatewayMac).Between(Node.A.V4, Service).Udp(1001, 1002).Build();

    private byte[] ServiceToA => new Frame(Node.A.GatewayMac, Node.A.Mac).Between(Service, Node.A.V4).Udp(1002, 1001).Build();

    [NeedsFact(Needs.Namespaces)]
    public void What_the_host_sends_itself_teaches_nothing()
    {
        Node.Reset(Node.A, Node.B);
        Expect(Verdict.Pass, "TO_POD_LOCAL", Node.ToPod(Node.B, AToB, ingress: 0), AToB);
        ExpectFlow(FlowState.None);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_service_translated_to_a_pod_never_gets_fast()
    {
        Node.Reset(Node.A, Node.B);
        for (int round = 0; round < 3; round++)
        {
            Expect(Verdict.Pass, "STACK_CANDIDATE", Node.FromPod(Node.A, AToService), AToService);
            Expect(Verdict.Pass, round == 0 ? "TO_POD_TRANSLATED" : "TO_POD_FORWARDED", Node.ToPod(Node.B, AToB, Node.A.Ifindex), AToB);
            Expect(Verdict.Pass, "STACK_SLOW", Node.FromPod(Node.B, BToA), BToA);
            Expect(Verdict.Pass, "TO_POD_FORWARDED", Node.ToPod(Node.A, ServiceToA, Node.B.Ifindex), ServiceToA);
        }
        Assert.DoesNotContain(Node.Flows(), f => f.State == FlowState.Fast);
    }

    /// <summary>Every packet of a translated flow with the table lost before it.</summary>
    [NeedsTheory(Needs.Namespaces), InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void Nor_does_it_after_its_entries_were_lost(int at)
    {
        Node.Reset(Node.A, Node.B);
        for (int step = 0; step < 16; step++)
        {
            if (step % 4 == at)
            {
                Node.FlushFlows();
            }
            Outcome outcome = (step % 4) switch
            {
                0 => Node.FromPod(Node.A, AToService),
                1 => Node.ToPod(Node.B, AToB, Node.A.Ifindex),
                2 => Node.FromPod(Node.B, BToA),
                _ => Node.ToPod(Node.A, ServiceToA, Node.B.Ifindex),
            };
            Assert.Equal(Verdict.Pass, outcome.Verdict);
            Assert.DoesNotContain(Node.Flows(), f => f.State == FlowState.Fast);
        }
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_tuple_from_outside_is_somebodys_translation()
    {
        Node.Reset(Node.B);
        byte[] packet = new Frame(Node.A.Mac, Node.B.Mac).Between("192.0.2.1", Node.B.V4).Udp(5, 6).Build();
        Expect(Verdict.Pass, "TO_POD_TRANSLATED", Node.ToPod(Node.B, packet, 4242), packet);
        ExpectFlow(FlowState.Slow);
        Expect(Verdict.Pass, "TO_POD_FORWARDED", Node.ToPod(Node.B, packet, 4242), packet);
    }

    [NeedsFact(Needs.Namespaces)]
    public void The_answer_of_an_unproven_flow_proves_nothing()
    {
        Node.Reset(Node.A, Node.B);
        Node.FromPod(Node.A, AToB);
        Expect(Verdict.Pass, "TO_POD_FORWARDED", Node.ToPod(Node.A, BToA, Node.B.Ifindex), BToA);
        ExpectFlow(FlowState.Candidate);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_packet_that_came_in_elsewhere_proves_nothing()
    {
        Node.Reset(Node.A, Node.B);
        Node.FromPod(Node.A, AToB);
        Expect(Verdict.Pass, "TO_POD_FORWARDED", Node.ToPod(Node.B, AToB, 4242), AToB);
        ExpectFlow(FlowState.Candidate);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_pod_that_does_not_own_the_destination_proves_nothing()
    {
        Node.Reset(Node.A, Node.B with { V4 = "10.1.0.50" });
        Node.Put(new Pod(9999, Node.B.Mac, Node.B.V4, "fd01::9"));
        Node.FromPod(Node.A, AToB);
        Expect(Verdict.Pass, "TO_POD_FORWARDED", Node.ToPod(Node.B, AToB, Node.A.Ifindex), AToB);
        ExpectFlow(FlowState.Candidate);
    }

    [NeedsTheory(Needs.Namespaces), InlineData(true), InlineData(false)]
    public void Turned_off_at_either_end_nothing_is_proven(bool atSender)
    {
        Node.Reset(Node.A, Node.B);
        Node.FromPod(Node.A, AToB);
        Node.Put((atSender ? Node.A : Node.B) with { Flags = PodFlags.L2 | PodFlags.FastPathOff });
        Expect(Verdict.Pass, "TO_POD_FORWARDED", Node.ToPod(Node.B, AToB, Node.A.Ifindex), AToB);
        ExpectFlow(FlowState.Candidate);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_fast_flow_that_the_stack_carries_is_demoted()
    {
        Node.Reset(Node.A, Node.B);
        Prove(Node.A, Node.B, v6: false, "udp");
        Expect(Verdict.Pass, "TO_POD_FORWARDED", Node.ToPod(Node.B, AToB, Node.A.Ifindex), AToB);
        Node.Write(Node.Flow()!.Aged(since: 2));
        Expect(Verdict.Pass, "TO_POD_DEMOTED", Node.ToPod(Node.B, AToB, Node.A.Ifindex), AToB);
        Expect(Verdict.Pass, "STACK_SLOW", Node.FromPod(Node.B, BToA), BToA);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_packet_that_from_pod_gave_to_the_stack_demotes_nothing()
    {
        Pod b = Node.B with { Mtu = 40 };
        Node.Reset(Node.A, b);
        Prove(Node.A, b, v6: false, "udp");
        Node.Write(Node.Flow()!.Aged(since: 2));
        Expect(Verdict.Pass, "STACK_MTU", Node.FromPod(Node.A, AToB), AToB);
        Expect(Verdict.Pass, "TO_POD_FORWARDED", Node.ToPod(b, AToB, Node.A.Ifindex), AToB);
        Node.Write(Node.Flow()!.Aged(fallback: 2));
        Expect(Verdict.Pass, "TO_POD_DEMOTED", Node.ToPod(b, AToB, Node.A.Ifindex), AToB);
    }

    [NeedsFact(Needs.Namespaces)]
    public void What_has_no_flow_teaches_nothing()
    {
        Node.Reset(Node.A, Node.B);
        byte[] arp = new Frame(Node.A.Mac, Node.B.Mac).EtherType(0x0806).Build();
        byte[] fragment = Frame(Node.A, Node.B, v6: false).Udp(1, 2).Fragment(0x2000).Build();
        Expect(Verdict.Pass, "TO_POD_FORWARDED", Node.ToPod(Node.B, arp, Node.A.Ifindex), arp);
        Expect(Verdict.Pass, "TO_POD_FORWARDED", Node.ToPod(Node.B, fragment, Node.A.Ifindex), fragment);
        ExpectFlow(FlowState.None);
    }
}
