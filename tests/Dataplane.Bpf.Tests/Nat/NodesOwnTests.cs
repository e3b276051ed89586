using Dataplane.Abi;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Nat;

/// <summary>What pods cannot take from the node: its control traffic, its tunnels, what it masquerades by netfilter.</summary>
public sealed class NodesOwnTests(NatNode node) : NatTest(node)
{
    public static TheoryData<bool, byte> Control => new()
    {
        { false, 5 }, { false, 9 }, { false, 10 }, { false, 17 }, // redirect, router advertisement and solicitation, address mask
        { true, 130 }, { true, 133 }, { true, 134 }, { true, 135 }, { true, 136 }, { true, 137 }, // MLD, neighbour discovery
    };

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Control))]
    public void ICMP_of_the_link_is_never_translated(bool v6, byte type)
    {
        Datagram sent = Datagram.Ping(Node.A.Address(v6), 0, Outside(v6)) with { Type = type };
        Dropped("DROP_NAT_PACKET", Out(Node.A, sent));
        Assert.Empty(Entries());
        Datagram own = sent.Answer().Destination(Node.Up.Address(v6), 0);
        Outcome outcome = Node.FromUplink(Node.Up, own.Ip());
        Untouched(own, outcome);
        Assert.Equal("UPLINK_HOST", outcome.Counters);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_timestamp_is_a_query_like_an_echo()
    {
        Datagram sent = Datagram.Ping(Node.A.V4, 40000, Outside(false)) with { Type = 13 };
        Datagram wire = sent.Source(Node.Up.V4, 40000).Routed();
        OnWire(wire, Out(Node.A, sent));
        Delivered(Node.A, wire.Answer().Destination(Node.A.V4, 40000), Node.FromUplink(Node.Up, wire.Answer().Ip()));
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false, "gre"), InlineData(true, "gre"), InlineData(false, "sctp"), InlineData(true, "sctp")]
    public void A_tunnel_of_the_node_takes_its_place_from_a_pod(bool v6, string kind)
    {
        Datagram pods = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        Datagram own = pods.Source(Node.Up.Address(v6), pods.FromPort);
        OnWire(own.Routed(), Out(Node.A, pods));
        for (int i = 0; i < 2; i++)
        {
            Outcome outcome = Node.ToUplink(Node.Up, own.Ip(), 0);
            OnWire(own, outcome);
            Assert.Contains("UPLINK_MOVED", outcome.Counters);
            Untouched(own.Answer(), Node.FromUplink(Node.Up, own.Answer().Ip()));
        }
        Dropped("DROP_NAT_CLASH", Out(Node.A, pods));
        Untouched(own.Answer(), Node.FromUplink(Node.Up, own.Answer().Ip()));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(PortKinds))]
    public void What_netfilter_masquerades_gets_another_port_than_a_pods(bool v6, string kind)
    {
        Datagram pods = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        OnWire(pods.Source(Node.Up.Address(v6), 40000).Routed(), Out(Node.A, pods));
        // Of somebody else's container, as conntrack left it.
        Datagram others = Datagram.Kind(kind, Node.Up.Address(v6), 40000, Outside(v6), 53);
        Outcome outcome = Node.ToUplink(Node.Up, others.Ip(), Node.Up2.Ifindex);
        int port = WirePort(outcome);
        Assert.NotEqual(40000, port);
        Datagram wire = others.Source(Node.Up.Address(v6), port);
        OnWire(wire, outcome);
        Untouched(others.Answer(), Node.FromUplink(Node.Up, wire.Answer().Ip()));
        Datagram pong = pods.Source(Node.Up.Address(v6), 40000).Answer();
        Delivered(Node.A, pods.Answer(), Node.FromUplink(Node.Up, pong.Ip()));
    }

    public static TheoryData<string> Martians => ["192.0.2.10", "127.0.0.1", "0.0.0.0", "224.0.0.5", "255.255.255.255", "2001:db8::10", "::", "ff02::1"];

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Martians))]
    public void A_host_port_is_not_reached_from_an_address_that_nobody_outside_has(string source)
    {
        bool v6 = source.Contains(':');
        Node.HostPort(Datagram.UdpProtocol, v6 ? "::" : "0.0.0.0", 8080, Node.A, 80);
        foreach (string address in new[] { Node.Up.V4, Node.Up.V6 })
        {
            Node.Programs["local_addresses"].Put(new LocalAddress { Address = Addresses.Mapped(address) }, Node.Up.Ifindex);
        }
        try
        {
            Datagram sent = Datagram.Udp(source, 5555, Node.Up.Address(v6), 8080);
            Untouched(sent, Node.FromUplink(Node.Up, sent.Ip()));
            Datagram right = sent.Source(Outside(v6), 5555);
            Delivered(Node.A, right.Destination(Node.A.Address(v6), 80), Node.FromUplink(Node.Up, right.Ip()));
        }
        finally
        {
            Node.Programs["local_addresses"].Flush();
        }
    }

    [NeedsTheory(Needs.Namespaces), InlineData("224.0.0.251"), InlineData("255.255.255.255"), InlineData("ff02::fb")]
    public void A_host_port_is_not_called_by_multicast(string destination)
    {
        bool v6 = destination.Contains(':');
        Node.HostPort(Datagram.UdpProtocol, v6 ? "::" : "0.0.0.0", 5353, Node.A, 53);
        Datagram sent = Datagram.Udp(Outside(v6), 5353, destination, 5353);
        Untouched(sent, Node.FromUplink(Node.Up, sent.Ip()));
        Assert.Empty(Entries());
    }

    public static TheoryData<bool, byte> OtherReceivers => new() { { false, 0xff }, { true, 0xff }, { false, 0x33 }, { true, 0x33 }, { false, 2 }, { true, 2 } };

    /// <summary>Broadcast, multicast, another machine's: the stack would have dropped an IP packet to this address in such a frame.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(OtherReceivers))]
    public void A_frame_that_is_not_for_the_node_is_not_delivered(bool v6, byte first)
    {
        byte[] receiver = first == 0xff ? [0xff, 0xff, 0xff, 0xff, 0xff, 0xff] : [first, 0x33, 0, 0, 0, 9];
        Datagram sent = Datagram.Udp(Node.A.Address(v6), 40000, Outside(v6), 53);
        OnWire(sent.Source(Node.Up.Address(v6), 40000).Routed(), Out(Node.A, sent));
        Datagram answer = sent.Source(Node.Up.Address(v6), 40000).Answer();
        byte[] frame = Ethernet.Frame(answer.Ip(), Node.Up.RouterMac, receiver);
        Outcome outcome = Node.Programs.Run("from_uplink", Node.Up.Ifindex, Node.Up.Ifindex, frame);
        Same(Verdict.Pass, frame, outcome);
        Assert.Equal("UPLINK_HOST", outcome.Counters);
        Delivered(Node.A, sent.Answer(), Node.FromUplink(Node.Up, answer.Ip()));
    }
}
