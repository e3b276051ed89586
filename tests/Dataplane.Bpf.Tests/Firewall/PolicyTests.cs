using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Firewall;

/// <summary>"ingressPolicy": what of two pods reaches the other, by the stack, by the fast path and by host ports.</summary>
public sealed class PolicyTests(NatNode node) : NatTest(node)
{
    private const uint SameBridge = 0xd9a4, Isolated = 0xd9a5, HandedOver = 0xd9a2;
    private const PodFlags Both = PodFlags.SameBridge | PodFlags.Isolated;

    /// <summary>Flags of the sender and of the receiver, whether they are on one bridge, whether the packet is dropped.</summary>
    public static TheoryData<PodFlags, PodFlags, bool, bool> Pairs => new()
    {
        { PodFlags.None, PodFlags.None, false, false },
        { PodFlags.SameBridge, PodFlags.None, false, false },
        { PodFlags.None, PodFlags.SameBridge, false, false },
        { Both, PodFlags.None, true, false },
        { PodFlags.None, Both, true, false },
        { PodFlags.SameBridge, PodFlags.SameBridge, false, true },
        { PodFlags.SameBridge, PodFlags.SameBridge, true, false },
        { Both, PodFlags.SameBridge, true, true },
        { PodFlags.SameBridge, Both, true, true },
        { Both, Both, true, true },
        { Both, Both, false, true },
    };

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Pairs))]
    public void A_proven_flow_is_asked_again(PodFlags from, PodFlags to, bool sameBridge, bool dropped)
    {
        foreach (bool v6 in (bool[])[false, true])
        {
            (Pod a, Pod b) = Put(PodFlags.None, PodFlags.None, sameBridge);
            Datagram sent = Datagram.Kind("udp", a.Address(v6), 40000, b.Address(v6), 80);
            Node.FromPod(a, sent.Ip());
            Node.ToPod(b, sent.Routed().Ip(), a.Domain);
            Assert.Equal("FAST_L3", Node.FromPod(a, sent.Ip()).Counters);

            (a, b) = Put(from, to, sameBridge);
            Outcome outcome = Node.FromPod(a, sent.Ip());
            Assert.Equal(dropped ? (Verdict.Drop, "DROP_POLICY") : (Verdict.Redirect, "FAST_L3"), (outcome.Verdict, outcome.Counters));
            Node.Reset();
        }
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Pairs))]
    public void What_the_stack_delivers_is_known_by_the_mark_whatever_became_of_its_source(PodFlags from, PodFlags to, bool sameBridge, bool dropped)
    {
        (Pod a, Pod b) = Put(from, to, sameBridge);
        uint mark = from.HasFlag(PodFlags.Isolated) ? Isolated : from.HasFlag(PodFlags.SameBridge) ? SameBridge : 0;
        foreach (bool v6 in (bool[])[false, true])
        {
            Datagram[] packets =
            [
                .. ((string[])["tcp", "udp", "icmp", "sctp", "gre"]).Select(kind => Datagram.Kind(kind, a.Address(v6), 40000, b.Address(v6), 80)),
                Datagram.Kind("udp", Node.Up.Address(v6), 40000, b.Address(v6), 80),
            ];
            foreach (byte[] ip in packets.Select(static packet => packet.Ip()).Concat(Fragments.Split((packets[1] with { Payload = 1100 }).Ip(), 400)))
            {
                // Routed, it came in by the bridge; bridged, by the veth.
                foreach (uint ingress in (uint[])[a.Domain, a.Ifindex])
                {
                    Outcome outcome = Deliver(mark, b, ingress, ip);
                    Assert.Equal(dropped, outcome.Verdict == Verdict.Drop);
                    Assert.Equal(dropped, outcome.Counters == "DROP_POLICY");
                }
            }
        }
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void The_node_and_outside_reach_everybody(bool v6)
    {
        (Pod _, Pod b) = Put(Both, Both, sameBridge: true);
        byte[] ip = Datagram.Kind("udp", Outside(v6), 40000, b.Address(v6), 80).Ip();
        Assert.Equal("TO_POD_LOCAL", Deliver(0, b, 0, ip).Counters);
        Assert.Equal("TO_POD_TRANSLATED", Deliver(0, b, Node.Up.Ifindex, ip).Counters);
        Assert.Equal("TO_POD_QUEUED", Deliver(HandedOver, b, b.Domain, ip).Counters);
    }

    [NeedsFact(Needs.Namespaces)]
    public void ARP_is_let_through()
    {
        (Pod a, Pod b) = Put(Both, Both, sameBridge: true);
        byte[] arp = [.. b.Mac, .. a.Mac, 0x08, 0x06, .. new byte[46]];
        Assert.Equal(Verdict.Pass, Node.Programs.RunMarked(Isolated, "to_pod", new SkbContext { Ifindex = b.Ifindex, Ingress = a.Ifindex }, arp).Verdict);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Pairs))]
    public void A_host_port_is_no_way_round(PodFlags from, PodFlags to, bool sameBridge, bool dropped)
    {
        foreach (bool v6 in (bool[])[false, true])
        {
            (Pod a, Pod b) = Put(from, to, sameBridge);
            Node.HostPort(Datagram.UdpProtocol, v6 ? "::" : "0.0.0.0", 8080, b, 80);
            Outcome outcome = Node.FromPod(a, Datagram.Kind("udp", a.Address(v6), 40000, Node.Up.Address(v6), 8080).Ip());
            Assert.Equal(dropped ? "NAT_CREATED DROP_POLICY" : "FAST_HOSTPORT NAT_CREATED", outcome.Counters);
            Node.Reset();
        }
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void A_pod_reaches_its_own_host_port(bool v6)
    {
        (Pod a, Pod _) = Put(Both, Both, sameBridge: true);
        Node.HostPort(Datagram.UdpProtocol, v6 ? "::" : "0.0.0.0", 8080, a, 80);
        Assert.StartsWith("FAST_HOSTPORT", Node.FromPod(a, Datagram.Kind("udp", a.Address(v6), 40000, Node.Up.Address(v6), 8080).Ip()).Counters);
    }

    private (Pod A, Pod B) Put(PodFlags from, PodFlags to, bool sameBridge)
    {
        // Any device will do for a domain; on one link they would be the kernel's to route to.
        Pod a = Node.A with { Flags = from, Domain = sameBridge ? Node.B.Ifindex : Node.A.Ifindex };
        Pod b = Node.B with { Flags = to };
        Node.Put(a);
        Node.Put(b);
        return (a, b);
    }

    private Outcome Deliver(uint mark, Pod pod, uint ingress, byte[] ip) =>
        Node.Programs.RunMarked(mark, "to_pod", new SkbContext { Ifindex = pod.Ifindex, Ingress = ingress }, Ethernet.Frame(ip, pod.GatewayMac, pod.Mac));
}
