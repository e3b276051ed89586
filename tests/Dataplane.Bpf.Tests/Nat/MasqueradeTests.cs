using Dataplane.Abi;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Nat;

/// <summary>What a pod sends out of the node, and what comes back.</summary>
public sealed class MasqueradeTests(NatNode node) : NatTest(node)
{
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void It_leaves_as_the_node_with_its_port_and_the_answer_finds_the_pod(bool v6, string kind)
    {
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        Datagram wire = sent.Source(Node.Up.Address(v6), sent.FromPort).Routed();
        for (int i = 0; i < 3; i++)
        {
            OnWire(wire, Out(Node.A, sent));
            Delivered(Node.A, wire.Answer().Destination(Node.A.Address(v6), sent.FromPort), Node.FromUplink(Node.Up, wire.Answer().Ip()));
        }
        Assert.Equal(2, Entries().Count);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(PortKinds))]
    public void Two_pods_with_one_port_to_one_host_get_two(bool v6, string kind)
    {
        Datagram first = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        Datagram second = Datagram.Kind(kind, Node.B.Address(v6), 40000, Outside(v6), 53);
        OnWire(first.Source(Node.Up.Address(v6), 40000).Routed(), Out(Node.A, first));
        Outcome other = Out(Node.B, second);
        int port = WirePort(other);
        Assert.InRange(port, 32768, 65535);
        Assert.NotEqual(40000, port);
        Datagram wire = second.Source(Node.Up.Address(v6), port).Routed();
        OnWire(wire, other);
        Delivered(Node.B, second.Answer() with { Ttl = 63 }, Node.FromUplink(Node.Up, wire.Answer().Ip()));
        Delivered(Node.A, first.Answer(), Node.FromUplink(Node.Up, first.Source(Node.Up.Address(v6), 40000).Answer().Ip()));
    }

    /// <summary>Of another destination every port is free.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void Two_pods_with_one_port_to_two_hosts_keep_it(bool v6, string kind)
    {
        Datagram first = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        Datagram second = Datagram.Kind(kind, Node.B.Address(v6), 40000, Outside2(v6), 53);
        OnWire(first.Source(Node.Up.Address(v6), first.FromPort).Routed(), Out(Node.A, first));
        OnWire(second.Source(Node.Up.Address(v6), second.FromPort).Routed(), Out(Node.B, second));
    }

    [NeedsTheory(Needs.Namespaces)]
    [InlineData(false, "tcp", 80), InlineData(true, "tcp", 32767), InlineData(false, "udp", 53), InlineData(true, "udp", 1)]
    public void A_port_out_of_the_range_is_changed_into_one_of_it(bool v6, string kind, int port)
    {
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), port, Outside(v6), 443);
        Outcome outcome = Out(Node.A, sent);
        Assert.InRange(WirePort(outcome), 32768, 65535);
        Datagram wire = sent.Source(Node.Up.Address(v6), WirePort(outcome)).Routed();
        OnWire(wire, outcome);
        OnWire(wire, Out(Node.A, sent));
        Delivered(Node.A, wire.Answer().Destination(Node.A.Address(v6), port), Node.FromUplink(Node.Up, wire.Answer().Ip()));
    }

    /// <summary>SCTP's checksum is over its ports, and a protocol without ports has one inside host per destination.</summary>
    [NeedsTheory(Needs.Namespaces), InlineData(false, "sctp"), InlineData(true, "sctp"), InlineData(false, "gre"), InlineData(true, "gre")]
    public void What_cannot_get_another_port_is_dropped_when_the_place_is_taken(bool v6, string kind)
    {
        Datagram first = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        Datagram second = Datagram.Kind(kind, Node.B.Address(v6), 40000, Outside(v6), 53);
        OnWire(first.Source(Node.Up.Address(v6), first.FromPort).Routed(), Out(Node.A, first));
        Dropped("DROP_NAT_CLASH", Out(Node.B, second));
        OnWire(first.Source(Node.Up.Address(v6), first.FromPort).Routed(), Out(Node.A, first));
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void SCTP_keeps_a_port_out_of_the_range(bool v6)
    {
        Datagram sent = Datagram.Sctp(Node.A.Address(v6), 7, Outside(v6), 9);
        OnWire(sent.Source(Node.Up.Address(v6), 7).Routed(), Out(Node.A, sent));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void The_address_is_that_of_the_uplink_the_packet_takes(bool v6, string kind)
    {
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), 40000, v6 ? "2001:db8:f1::1" : "203.0.113.1", 53);
        OnWire(sent.Source(Node.Up2.Address(v6), sent.FromPort).Routed(), Out(Node.A, sent, Node.Up2), Node.Up2);
    }

    /// <summary>In one's complement 0 is also 0xffff; in UDP the first means that there is no checksum.</summary>
    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void A_UDP_checksum_that_becomes_0_is_written_as_ffff(bool v6)
    {
        Datagram sent = Datagram.Udp(Node.A.Address(v6), 40000, Outside(v6), 53);
        Datagram wire = sent.Source(Node.Up.Address(v6), 40000).Routed();
        int at = (v6 ? 40 : 20) + 6;
        ushort salt = (ushort)Enumerable.Range(1, 0xffff).First(s => (wire with { Salt = (ushort)s }).Ip().AsSpan(at, 2).SequenceEqual<byte>([0xff, 0xff]));
        OnWire(wire with { Salt = salt }, Out(Node.A, sent with { Salt = salt }));
        Datagram answer = wire.Answer() with { Salt = salt };
        Delivered(Node.A, answer.Destination(Node.A.Address(v6), 40000), Node.FromUplink(Node.Up, answer.Ip()));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_UDP_packet_without_checksum_keeps_none()
    {
        Datagram sent = Datagram.Udp(Node.A.V4, 53, Outside(false), 53) with { NoChecksum = true };
        Outcome outcome = Out(Node.A, sent);
        Datagram wire = sent.Source(Node.Up.V4, WirePort(outcome)).Routed();
        OnWire(wire, outcome);
        Delivered(Node.A, wire.Answer().Destination(Node.A.V4, 53), Node.FromUplink(Node.Up, wire.Answer().Ip()));
    }

    public static TheoryData<string, string> NotMasqueraded => new()
    {
        { "10.1.0.77", "its own subnet" }, { "224.0.0.5", "multicast" }, { "169.254.169.254", "link-local" },
        { "198.18.9.1", "a destination of nonMasqueradeCIDRs" },
        { "fd01::77", "its own subnet" }, { "ff0e::5", "multicast" }, { "fe80::77", "link-local" }, { "2001:db8:9::1", "a destination of nonMasqueradeCIDRs" },
    };

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(NotMasqueraded))]
    public void Not_to(string destination, string what)
    {
        Assert.NotEmpty(what);
        Node.Exclude(Node.A, "198.18.9.0", 24);
        Node.Exclude(Node.A, "2001:db8:9::", 48);
        Datagram sent = Datagram.Udp(Node.A.Address(destination.Contains(':')), 40000, destination, 53);
        Outcome outcome = Node.ToUplink(Node.Up, sent.Ip(), Node.A.Ifindex);
        OnWire(sent, outcome);
        Assert.Equal("UPLINK_PLAIN", outcome.Counters);
        Assert.Empty(Entries());
        // The exclusions are this pod's.
        if (what.Contains("CIDR"))
        {
            Datagram others = Datagram.Udp(Node.B.Address(destination.Contains(':')), 40000, destination, 53);
            Assert.Contains("UPLINK_TRANSLATED", Node.ToUplink(Node.Up, others.Ip(), Node.B.Ifindex).Counters);
        }
    }

    [NeedsTheory(Needs.Namespaces), InlineData("169.254.169.254"), InlineData("fe80::77")]
    public void To_link_local_when_asked_to(string destination)
    {
        Pod pod = Node.A with { Flags = Node.A.Flags | PodFlags.MasqLinkLocal };
        Node.Put(pod);
        Datagram sent = Datagram.Udp(pod.Address(destination.Contains(':')), 40000, destination, 53);
        OnWire(sent.Source(Node.Up.Address(sent.V6), 40000), Node.ToUplink(Node.Up, sent.Ip(), pod.Ifindex));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void Not_the_packets_of_a_pod_without_ipMasq(bool v6, string kind)
    {
        Pod pod = Node.A with { Flags = PodFlags.None, MasqueradePorts = default };
        Node.Put(pod);
        Datagram sent = Datagram.Kind(kind, pod.Address(v6), 40000, Outside(v6), 53);
        Outcome outcome = Out(pod, sent);
        OnWire(sent.Routed(), outcome);
        Assert.Contains("UPLINK_PLAIN", outcome.Counters);
        Assert.Empty(Entries());
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void Without_an_address_on_the_uplink_nothing_leaves(bool v6, string kind)
    {
        DeviceRow row = Node.Tunnel.Row();
        row.Source4 = default;
        row.Source6 = default;
        row.Flags = DeviceFlags.Uplink;
        Node.Programs["devices"].Put(Node.Tunnel.Ifindex, row);
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        Dropped("DROP_NAT_SOURCE", Node.ToUplink(Node.Tunnel with { L3 = false }, sent.Ip(), Node.A.Ifindex));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void The_nodes_own_packets_and_those_it_forwards_for_others_stay(bool v6, string kind)
    {
        Datagram own = Datagram.Kind(kind, Node.Up.Address(v6), 40000, Outside(v6), 53);
        Outcome outcome = Node.ToUplink(Node.Up, own.Ip(), 0);
        OnWire(own, outcome);
        Assert.Equal("UPLINK_HOST", outcome.Counters);
        Datagram others = Datagram.Kind(kind, v6 ? "fd99::5" : "10.99.0.5", 40000, Outside(v6), 53);
        outcome = Node.ToUplink(Node.Up, others.Ip(), Node.Up2.Ifindex);
        OnWire(others, outcome);
        Assert.Equal("UPLINK_FORWARDED", outcome.Counters);
        Untouched(others.Answer(), Node.FromUplink(Node.Up, others.Answer().Ip()));
        Assert.Empty(Entries());
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void What_comes_in_without_a_connection_is_the_nodes(bool v6, string kind)
    {
        Datagram stray = Datagram.Kind(kind, Outside(v6), 53, Node.Up.Address(v6), 40000);
        Outcome outcome = Node.FromUplink(Node.Up, stray.Ip());
        Untouched(stray, outcome);
        Assert.Equal("UPLINK_HOST", outcome.Counters);
        Assert.Empty(Entries());
    }

    /// <summary>Under the identifier of a ping of a pod to the same host.</summary>
    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void A_ping_from_outside_is_the_nodes(bool v6)
    {
        Out(Node.A, Datagram.Ping(Node.A.Address(v6), 40000, Outside(v6)));
        Datagram ping = Datagram.Ping(Outside(v6), 40000, Node.Up.Address(v6));
        Untouched(ping, Node.FromUplink(Node.Up, ping.Ip()));
        Datagram pong = Datagram.Ping(Node.Up.Address(v6), 40000, Outside(v6)).Answer();
        Delivered(Node.A, pong.Destination(Node.A.Address(v6), 40000), Node.FromUplink(Node.Up, pong.Ip()));
    }
}
