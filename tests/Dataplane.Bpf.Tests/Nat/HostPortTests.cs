using Dataplane.Abi;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Nat;

/// <summary>Ports of the node that lead to a pod: from outside, from another pod, from the pod itself.</summary>
public sealed class HostPortTests(NatNode node) : NatTest(node)
{
    private const int Public = 8080;

    public static TheoryData<bool, string> Mapped => Every("tcp", "udp", "sctp");

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Mapped))]
    public void A_client_outside_reaches_the_pod_with_its_own_address(bool v6, string kind)
    {
        int inner = Map(v6, kind, Node.A);
        Datagram sent = Datagram.Kind(kind, Outside(v6), 5555, Node.Up.Address(v6), Public);
        Datagram seen = sent.Destination(Node.A.Address(v6), inner);
        for (int i = 0; i < 3; i++)
        {
            Outcome outcome = Node.FromUplink(Node.Up, sent.Ip());
            // The answers of SCTP take the stack: it has no flows.
            Assert.Contains(kind == "sctp" ? "UPLINK_BACK" : "FAST_IN", outcome.Counters);
            Delivered(Node.A, seen, outcome);
            OnWire(sent.Answer().Routed(), Out(Node.A, seen.Answer()));
        }
        Assert.Equal(2, Entries().Count);
    }

    /// <summary>Routers read them, so the stack has to; it gets the packet translated.</summary>
    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void IP_options_take_the_stack(bool v6)
    {
        int inner = Map(v6, "udp", Node.A);
        Frame frame = new Frame(Node.Up.RouterMac, Node.Up.Mac).Between(Outside(v6), Node.Up.Address(v6)).Udp(5555, Public);
        byte[] optional = (v6 ? frame.Options(17, 0, 1, 4, 0, 0, 0, 0).Protocol(0) : frame.Options(0x94, 4, 0, 0)).Build();
        Outcome outcome = Node.Programs.Run("from_uplink", Node.Up.Ifindex, Node.Up.Ifindex, optional);
        Assert.Equal((Verdict.Pass, true), (outcome.Verdict, outcome.Counters.Contains("UPLINK_BACK", StringComparison.Ordinal)));
        Assert.True(outcome.Frame.AsSpan(Ethernet.Header).IndexOf(System.Net.IPAddress.Parse(Node.A.Address(v6)).GetAddressBytes()) > 0);
        Assert.True(inner > 0);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Mapped))]
    public void Every_address_of_the_node_leads_there(bool v6, string kind)
    {
        int inner = Map(v6, kind, Node.A);
        int client = 5555;
        foreach (string address in new[] { v6 ? NatNode.Second6 : NatNode.Second4, Node.Up2.Address(v6) })
        {
            Datagram sent = Datagram.Kind(kind, Outside(v6), client++, address, Public);
            Delivered(Node.A, sent.Destination(Node.A.Address(v6), inner), Node.FromUplink(Node.Up, sent.Ip()));
        }
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Mapped))]
    public void An_address_that_is_not_the_nodes_does_not(bool v6, string kind)
    {
        Map(v6, kind, Node.A);
        Datagram sent = Datagram.Kind(kind, Outside(v6), 5555, v6 ? "2001:db8::99" : "192.0.2.99", Public);
        Untouched(sent, Node.FromUplink(Node.Up, sent.Ip()));
        Assert.Empty(Entries());
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Mapped))]
    public void A_row_for_one_address_goes_before_one_for_any(bool v6, string kind)
    {
        int any = Map(v6, kind, Node.A);
        int one = Map(v6, kind, Node.B, v6 ? NatNode.Second6 : NatNode.Second4);
        Datagram sent = Datagram.Kind(kind, Outside(v6), 5555, Node.Up.Address(v6), Public);
        Delivered(Node.A, sent.Destination(Node.A.Address(v6), any), Node.FromUplink(Node.Up, sent.Ip()));
        sent = sent.Destination(v6 ? NatNode.Second6 : NatNode.Second4, Public);
        Delivered(Node.B, sent.Destination(Node.B.Address(v6), one), Node.FromUplink(Node.Up, sent.Ip()));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Mapped))]
    public void Another_protocol_family_or_port_does_not(bool v6, string kind)
    {
        Map(v6, kind, Node.A);
        Datagram[] others =
        [
            Datagram.Kind(kind, Outside(v6), 5555, Node.Up.Address(v6), Public + 1),
            Datagram.Kind(kind, Outside(!v6), 5555, Node.Up.Address(!v6), Public),
            Datagram.Kind(kind == "tcp" ? "udp" : "tcp", Outside(v6), 5555, Node.Up.Address(v6), Public),
        ];
        Assert.All(others, other => Untouched(other, Node.FromUplink(Node.Up, other.Ip())));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Mapped))]
    public void Another_pod_of_the_node_reaches_it(bool v6, string kind)
    {
        int inner = Map(v6, kind, Node.A);
        Datagram sent = Datagram.Kind(kind, Node.B.Address(v6), 5555, Node.Up.Address(v6), Public);
        Datagram seen = sent.Destination(Node.A.Address(v6), inner);
        for (int i = 0; i < 2; i++)
        {
            Handed(Node.A, seen, Node.FromPod(Node.B, sent.Ip()));
            Handed(Node.B, sent.Answer(), Node.FromPod(Node.A, seen.Answer().Ip()));
        }
    }

    /// <summary>It would answer to itself if it saw its own address.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Mapped))]
    public void The_pod_itself_reaches_it_and_sees_the_node(bool v6, string kind)
    {
        int inner = Map(v6, kind, Node.A);
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), 45555, Node.Up.Address(v6), Public);
        Datagram seen = sent.Destination(Node.A.Address(v6), inner).Source(Node.Up.Address(v6), 45555);
        for (int i = 0; i < 2; i++)
        {
            Handed(Node.A, seen, Node.FromPod(Node.A, sent.Ip()));
            Handed(Node.A, sent.Answer(), Node.FromPod(Node.A, seen.Answer().Ip()));
        }
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Mapped))]
    public void With_masqAll_every_client_appears_as_the_node(bool v6, string kind)
    {
        int inner = Map(v6, kind, Node.A, flags: HostPortFlags.Snat | HostPortFlags.MasqAll);
        Datagram sent = Datagram.Kind(kind, Outside(v6), 45555, Node.Up.Address(v6), Public);
        Datagram seen = sent.Destination(Node.A.Address(v6), inner).Source(Node.Up.Address(v6), 45555);
        Delivered(Node.A, seen, Node.FromUplink(Node.Up, sent.Ip()));
        OnWireFromPod(sent.Answer(), seen.Answer());

        Datagram pods = Datagram.Kind(kind, Node.B.Address(v6), 46666, Node.Up.Address(v6), Public);
        Datagram asNode = pods.Destination(Node.A.Address(v6), inner).Source(Node.Up.Address(v6), 46666);
        Handed(Node.A, asNode, Node.FromPod(Node.B, pods.Ip()));
        Handed(Node.B, pods.Answer(), Node.FromPod(Node.A, asNode.Answer().Ip()));
    }

    /// <summary>SCTP has no other port.</summary>
    [NeedsTheory(Needs.Namespaces), InlineData(false, "tcp"), InlineData(true, "tcp"), InlineData(false, "udp"), InlineData(true, "udp")]
    public void Two_clients_that_would_look_the_same_do_not(bool v6, string kind)
    {
        int inner = Map(v6, kind, Node.A, flags: HostPortFlags.Snat | HostPortFlags.MasqAll);
        Datagram first = Datagram.Kind(kind, Outside(v6), 45555, Node.Up.Address(v6), Public);
        Datagram second = first.Source(Outside2(v6), 45555);
        Delivered(Node.A, first.Destination(Node.A.Address(v6), inner).Source(Node.Up.Address(v6), 45555), Node.FromUplink(Node.Up, first.Ip()));
        Outcome outcome = Node.FromUplink(Node.Up, second.Ip());
        Assert.NotEqual(45555, WirePort(outcome));
        Delivered(Node.A, second.Destination(Node.A.Address(v6), inner).Source(Node.Up.Address(v6), WirePort(outcome)), outcome);
    }

    public static TheoryData<HostPortFlags, string, bool> Conditions => new()
    {
        { HostPortFlags.Source, "198.18.0.0", true }, { HostPortFlags.Source, "198.19.0.0", false },
        { HostPortFlags.SourceNot, "198.18.0.0", false }, { HostPortFlags.SourceNot, "198.19.0.0", true },
        { HostPortFlags.Destination, "192.0.0.0", true }, { HostPortFlags.Destination, "193.0.0.0", false },
        { HostPortFlags.DestinationNot, "192.0.0.0", false }, { HostPortFlags.DestinationNot, "193.0.0.0", true },
    };

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Conditions))]
    public void Prefix_conditions_are_honoured(HostPortFlags condition, string prefix, bool admits)
    {
        Node.HostPort(Datagram.TcpProtocol, "0.0.0.0", Public, Node.A, 80, HostPortFlags.Snat | condition, row => row with
        {
            MatchSource = Addresses.Mapped(prefix),
            MatchDestination = Addresses.Mapped(prefix),
            MatchSourceBits = 96 + 16,
            MatchDestinationBits = 96 + 16,
        });
        Datagram sent = Datagram.Tcp(Outside(false), 5555, Node.Up.V4, Public, TcpFlags.Syn);
        Outcome outcome = Node.FromUplink(Node.Up, sent.Ip());
        if (admits)
        {
            Delivered(Node.A, sent.Destination(Node.A.V4, 80), outcome);
        }
        else
        {
            Untouched(sent, outcome);
        }
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void Device_conditions_are_honoured(bool not)
    {
        Node.HostPort(Datagram.TcpProtocol, "0.0.0.0", Public, Node.A, 80, HostPortFlags.Snat | (not ? HostPortFlags.DeviceNot : HostPortFlags.Device),
            row => row with { MatchDevice = Node.Up.Ifindex });
        Datagram sent = Datagram.Tcp(Outside(false), 5555, Node.Up.V4, Public, TcpFlags.Syn);
        Assert.Equal(!not, Node.FromUplink(Node.Up, sent.Ip()).Verdict == Verdict.Redirect);
        Assert.Equal(not, Node.FromUplink(Node.Up2, sent.Source(Outside(false), 5556).Ip()).Verdict == Verdict.Redirect);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Mapped))]
    public void A_row_whose_pod_is_gone_is_none(bool v6, string kind)
    {
        Map(v6, kind, Node.A);
        Datagram sent = Datagram.Kind(kind, Outside(v6), 5555, Node.Up.Address(v6), Public);
        Node.FromUplink(Node.Up, sent.Ip());
        Node.Put(Node.A with { Generation = 9 });
        Untouched(sent, Node.FromUplink(Node.Up, sent.Ip()));
    }

    /// <summary>The node's plugins were exchanged for others, whose DEL removed the pod's veth and knew nothing of our rows.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Mapped))]
    public void A_row_whose_veth_is_gone_is_none(bool v6, string kind)
    {
        Node.Namespace.Ip("link", "add", "vgone", "type", "veth", "peer", "name", "vgone2");
        Pod pod = Node.B with { Ifindex = Bed.Node.Ifindex(Node.Namespace, "vgone"), Generation = 77 };
        try
        {
            Node.Put(pod);
            int inner = Map(v6, kind, pod);
            Datagram sent = Datagram.Kind(kind, Outside(v6), 5555, Node.Up.Address(v6), Public);
            Delivered(pod, sent.Destination(pod.Address(v6), inner), Node.FromUplink(Node.Up, sent.Ip()));
            Node.Namespace.Ip("link", "delete", "vgone");
            Age(2); // what has a connection already is looked at once a second
            Untouched(sent, Node.FromUplink(Node.Up, sent.Ip()));
            Untouched(sent.Source(Outside(v6), 5556), Node.FromUplink(Node.Up, sent.Source(Outside(v6), 5556).Ip()));
        }
        finally
        {
            Node.Remove(pod);
        }
    }

    /// <summary>As a connection of the pod's own, from a new port, it would be reset. The client's next packet brings it back.</summary>
    [NeedsTheory(Needs.Namespaces), InlineData(false, "tcp"), InlineData(true, "tcp"), InlineData(false, "udp"), InlineData(true, "udp")]
    public void An_answer_whose_connection_was_forgotten_is_dropped(bool v6, string kind)
    {
        int inner = Map(v6, kind, Node.A);
        Datagram sent = Datagram.Kind(kind, Outside(v6), 5555, Node.Up.Address(v6), Public);
        Datagram seen = sent.Destination(Node.A.Address(v6), inner);
        Delivered(Node.A, seen, Node.FromUplink(Node.Up, sent.Ip()));
        Node.Programs["nat"].Flush();
        Outcome outcome = Out(Node.A, seen.Answer());
        Assert.Equal(Verdict.Drop, outcome.Verdict);
        Assert.Contains("DROP_NAT_LOST", outcome.Counters);
        Assert.Empty(Entries());
        Delivered(Node.A, seen, Node.FromUplink(Node.Up, sent.Ip()));
        OnWire(sent.Answer().Routed(), Out(Node.A, seen.Answer()));
    }

    /// <summary>UDP clients that never change their port follow the mapping to the next pod, and back to the node after it.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Mapped))]
    public void A_client_follows_the_port_to_its_next_pod(bool v6, string kind)
    {
        Map(v6, kind, Node.A);
        Datagram sent = Datagram.Kind(kind, Outside(v6), 5555, Node.Up.Address(v6), Public);
        Node.FromUplink(Node.Up, sent.Ip());
        Node.Remove(Node.A);
        int inner = Map(v6, kind, Node.B);
        Delivered(Node.B, sent.Destination(Node.B.Address(v6), inner), Node.FromUplink(Node.Up, sent.Ip()));
        Node.Remove(Node.B);
        Untouched(sent, Node.FromUplink(Node.Up, sent.Ip()));
    }

    /// <summary>What the pod sends by itself from the same port is masqueraded, not taken for an answer.</summary>
    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void The_pods_own_connection_from_that_port_is_another(bool v6)
    {
        Map(v6, "udp", Node.A);
        Datagram sent = Datagram.Udp(Node.A.Address(v6), 80, Outside(v6), 53);
        Outcome outcome = Out(Node.A, sent);
        Assert.InRange(WirePort(outcome), 32768, 65535);
        OnWire(sent.Source(Node.Up.Address(v6), WirePort(outcome)).Routed(), outcome);
    }

    /// <summary>A row, for SCTP with the same port inside; the port inside.</summary>
    private int Map(bool v6, string kind, Pod pod, string? address = null, HostPortFlags flags = HostPortFlags.Snat)
    {
        int inner = kind == "sctp" ? Public : 80;
        byte protocol = Datagram.Kind(kind, "::", 1, "::", 1).Protocol;
        Node.HostPort(protocol, address ?? (v6 ? "::" : "0.0.0.0"), Public, pod, inner, flags);
        return inner;
    }

    /// <summary>from_pod handed it to a pod of the node; for the client that is the node, so the hop limit stays.</summary>
    private static void Handed(Pod pod, Datagram expected, Outcome outcome)
    {
        Same(Verdict.Redirect, Ethernet.Frame(expected.Ip(), pod.GatewayMac, pod.Mac), outcome);
        Assert.Contains("FAST_HOSTPORT", outcome.Counters);
    }

    /// <summary>The answer of a pod to a client that it knows as the node.</summary>
    private void OnWireFromPod(Datagram wire, Datagram answer)
    {
        Outcome outcome = Node.FromPod(Node.A, answer.Ip());
        Assert.Equal(Verdict.Redirect, outcome.Verdict);
        Same(Verdict.Redirect, Ethernet.Frame(wire.Ip(), outcome.Frame[6..12], outcome.Frame[..6]), outcome);
    }
}
