using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Firewall;

/// <summary>A pod that may begin connections anywhere: what is done of its packets depends on which chains netfilter has on their way.</summary>
public sealed class AllowTests(NatNode node) : NatTest(node)
{
    private const uint Copied = 0xd9a3;
    private const string Forward = "add table inet fw; add chain inet fw forward { type filter hook forward priority 0; policy drop; }";
    private const string Prerouting = "; add chain inet fw pre { type filter hook prerouting priority -150; }";

    public static TheoryData<bool, string> Flows => Every("tcp", "udp", "icmp");

    public static TheoryData<bool, string> Bare => Every("sctp", "gre");

    private Pod Allowed => Node.A with { Flags = Node.A.Flags | PodFlags.Allow };

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Flows))]
    public void Where_FORWARD_has_no_chain_nothing_is_different(bool v6, string kind)
    {
        Node.Put(Allowed);
        Assert.Equal("STACK_CANDIDATE | UPLINK_PROVEN UPLINK_TRANSLATED NAT_CREATED", Out(Allowed, First(v6, kind)).Counters);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Flows))]
    public void Where_nobody_can_translate_the_first_packet_goes_past_the_stack(bool v6, string kind)
    {
        using IDisposable rules = Rules(Forward);
        Node.Put(Allowed);
        Datagram sent = First(v6, kind);
        Outcome first = Node.FromPod(Allowed, sent.Ip());
        Assert.Equal("FAST_OUT FLOW_ALLOWED", first.Counters);
        Assert.Equal(sent.Routed().Ip(), first.Frame[Ethernet.Header..]);
        Assert.Equal("STACK_CANDIDATE", Node.FromPod(Node.B, First(v6, kind, Node.B).Ip()).Counters);
        // A SYN again is a new connection.
        Assert.StartsWith("FAST_OUT", Node.FromPod(Allowed, sent.Ip()).Counters);
        Outcome out1 = Node.ToUplink(Node.Up, first.Frame[Ethernet.Header..], Allowed.Ifindex);
        OnWire(sent.Source(Node.Up.Address(v6), 40000).Routed(), out1);
        Outcome back = Node.FromUplink(Node.Up, (sent.Source(Node.Up.Address(v6), 40000).Answer() with { Flags = TcpFlags.Ack }).Ip());
        Assert.Equal("FAST_IN", back.Counters);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Bare))]
    public void So_do_other_protocols_and_the_answers_to_them(bool v6, string kind)
    {
        using IDisposable rules = Rules(Forward);
        Node.Put(Allowed);
        Datagram sent = First(v6, kind);
        Outcome first = Node.FromPod(Allowed, sent.Ip());
        Assert.Equal("FAST_OUT FLOW_ALLOWED", first.Counters);
        Outcome wire = Node.ToUplink(Node.Up, first.Frame[Ethernet.Header..], Allowed.Ifindex);
        OnWire(sent.Source(Node.Up.Address(v6), sent.FromPort).Routed(), wire);
        Datagram answer = sent.Source(Node.Up.Address(v6), sent.FromPort).Answer();
        Outcome back = Node.FromUplink(Node.Up, answer.Ip());
        Assert.Equal("FAST_IN FLOW_ALLOWED", back.Counters);
        Delivered(Allowed, sent.Answer(), back);
        Node.Put(Node.A);
        Assert.Equal("UPLINK_BACK", Node.FromUplink(Node.Up, answer.Ip()).Counters);
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void So_do_fragments(bool v6)
    {
        using IDisposable rules = Rules(Forward);
        Node.Put(Allowed);
        Datagram sent = Datagram.Kind("udp", Node.A.Address(v6), 40000, Outside(v6), 53) with { Payload = 1100 };
        List<byte[]> pieces = Fragments.Split(sent.Ip(), 400);
        Outcome first = Node.FromPod(Allowed, pieces[0]);
        Assert.Equal("FAST_OUT FLOW_ALLOWED", first.Counters);
        Assert.Contains("UPLINK_TRANSLATED", Node.ToUplink(Node.Up, first.Frame[Ethernet.Header..], Allowed.Ifindex).Counters);
        // The others find the note that it left, and leave translated.
        Assert.All(pieces.Skip(1), piece => Assert.Equal("FAST_HOSTPORT", Node.FromPod(Allowed, piece).Counters));
        foreach (byte[] piece in Fragments.Split(sent.Source(Node.Up.Address(v6), 40000).Answer().Ip(), 400))
        {
            Assert.Equal("FAST_IN FLOW_ALLOWED", Node.FromUplink(Node.Up, piece).Counters);
        }
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Flows))]
    public void To_another_pod_as_well_whose_answers_follow(bool v6, string kind)
    {
        using IDisposable rules = Rules(Forward);
        Node.Put(Allowed);
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), 40000, Node.B.Address(v6), 80) with { Flags = TcpFlags.Syn };
        Assert.Equal("FAST_L3 FLOW_ALLOWED", Node.FromPod(Allowed, sent.Ip()).Counters);
        Assert.Equal("FAST_L3", Node.FromPod(Node.B, (sent.Answer() with { Flags = TcpFlags.Ack }).Ip()).Counters);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Flows))]
    public void What_others_begin_is_the_stacks(bool v6, string kind)
    {
        using IDisposable rules = Rules(Forward);
        Node.Put(Allowed);
        Datagram sent = Datagram.Kind(kind, Node.B.Address(v6), 40000, Node.A.Address(v6), 80) with { Flags = TcpFlags.Syn };
        Assert.Equal("STACK_CANDIDATE", Node.FromPod(Node.B, sent.Ip()).Counters);
        Assert.Equal("STACK_CANDIDATE", Node.FromPod(Node.B, (sent with { Flags = TcpFlags.Ack }).Ip()).Counters);
        // The same tuple, begun by the allowed pod itself.
        Assert.Equal("FAST_L3 FLOW_ALLOWED", Node.FromPod(Allowed, sent.Answer().Ip()).Counters);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Flows))]
    public void Where_PREROUTING_has_a_chain_the_stack_is_first_and_a_copy_follows_what_it_dropped(bool v6, string kind)
    {
        using IDisposable rules = Rules(Forward + Prerouting);
        Node.Put(Allowed);
        Datagram sent = First(v6, kind);
        Assert.Equal("STACK_CANDIDATE", Node.FromPod(Allowed, sent.Ip()).Counters);
        Outcome copy = Copy(Allowed, sent);
        Assert.Equal("FAST_OUT FLOW_ALLOWED", copy.Counters);
        Assert.Equal(Verdict.Redirect, copy.Verdict);
        Outcome spare = Copy(Allowed, sent);
        Assert.Equal((Verdict.Drop, "COPY_SPARE"), (spare.Verdict, spare.Counters));
        Assert.Equal("FAST_OUT", Node.FromPod(Allowed, (sent with { Flags = TcpFlags.Ack }).Ip()).Counters);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Flows))]
    public void A_copy_of_what_the_stack_let_pass_is_not_needed(bool v6, string kind)
    {
        using IDisposable rules = Rules(Forward + Prerouting);
        Node.Put(Allowed);
        Datagram sent = First(v6, kind);
        Assert.Contains("UPLINK_PROVEN", Out(Allowed, sent).Counters);
        Assert.Equal("COPY_SPARE", Copy(Allowed, sent).Counters);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Bare))]
    public void There_other_protocols_are_the_stacks(bool v6, string kind)
    {
        using IDisposable rules = Rules(Forward + Prerouting);
        Node.Put(Allowed);
        Assert.StartsWith("STACK_PROTOCOL", Node.FromPod(Allowed, First(v6, kind).Ip()).Counters);
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void What_a_router_answers_itself_and_what_goes_to_the_node_are_the_stacks(bool v6)
    {
        using IDisposable rules = Rules(Forward);
        Node.Put(Allowed);
        Assert.Equal("STACK_CANDIDATE", Node.FromPod(Allowed, (First(v6, "udp") with { Ttl = 1 }).Ip()).Counters);
        Assert.Equal("STACK_CANDIDATE", Node.FromPod(Allowed, (Datagram.Kind("udp", Node.A.Address(v6), 40000, Node.Up.Address(v6), 53)).Ip()).Counters);
        Assert.Equal("STACK_FOREIGN_SOURCE", Node.FromPod(Allowed, Datagram.Kind("udp", Outside(v6), 40000, Outside2(v6), 53).Ip()).Counters);
    }

    [NeedsTheory(Needs.Namespaces), InlineData(PodFlags.FastPathOff, "STACK_FASTPATH_OFF"), InlineData(PodFlags.None, "STACK_CANDIDATE")]
    public void The_fast_path_that_is_off_stays_off(PodFlags more, string expected)
    {
        using IDisposable rules = Rules(Forward);
        Pod pod = more == PodFlags.None ? Node.A : Allowed with { Flags = Allowed.Flags | more };
        Node.Put(pod);
        Assert.Equal(expected, Node.FromPod(pod, First(false, "tcp").Ip()).Counters);
    }

    /// <summary>The mark is no secret of ours: a pod that writes it gets nothing that it may not have.</summary>
    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void A_forged_copy_gains_nothing(bool v6)
    {
        using IDisposable rules = Rules(Forward + Prerouting);
        Datagram sent = First(v6, "tcp");
        Assert.Equal("COPY_SPARE", Copy(Node.A, sent).Counters);
        Node.Put(Allowed);
        Assert.Equal("COPY_SPARE", Copy(Allowed, sent).Counters);
        Assert.Equal("COPY_SPARE", Copy(Allowed, sent.Source(Outside2(v6), 40000)).Counters);
    }

    private Datagram First(bool v6, string kind, Pod? from = null) =>
        Datagram.Kind(kind, (from ?? Node.A).Address(v6), 40000, Outside(v6), 53) with { Flags = TcpFlags.Syn };

    private Outcome Copy(Pod pod, Datagram packet) =>
        Node.Programs.RunMarked(Copied, "from_pod", new SkbContext { Ifindex = pod.Ifindex }, Ethernet.Frame(packet.Ip(), pod.Mac, pod.GatewayMac));

    private Flush Rules(string rules)
    {
        Node.Namespace.Exec("nft", rules).OrThrow();
        return new Flush(Node.Namespace);
    }

    private sealed class Flush(TestNamespace at) : IDisposable
    {
        public void Dispose() => at.Exec("nft", "flush", "ruleset").OrThrow();
    }
}
