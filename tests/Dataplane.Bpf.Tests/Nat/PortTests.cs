using System.Net;
using System.Net.Sockets;
using Dataplane.Abi;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Nat;

/// <summary>Which ports pods get, and what the node itself keeps.</summary>
public sealed class PortTests(NatNode node) : NatTest(node)
{
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(PortKinds))]
    public void When_every_port_to_a_host_is_taken_the_next_connection_is_dropped_and_counted(bool v6, string kind)
    {
        Pod[] pods = [Node.A with { MasqueradePorts = (50000, 50003) }, Node.B with { MasqueradePorts = (50000, 50003) }];
        Node.Reset(pods);
        HashSet<int> ports = [];
        for (int i = 0; i < 4; i++)
        {
            // An identifier of ICMP has no range; it is kept where it can be.
            int own = kind == "icmp" ? 50000 + (i / 2) : 1000 + i;
            Outcome outcome = Out(pods[i % 2], Datagram.Kind(kind, pods[i % 2].Address(v6), own, Outside(v6), 53));
            Assert.InRange(WirePort(outcome), 50000, 50003);
            Assert.True(ports.Add(WirePort(outcome)));
        }
        Dropped("DROP_NAT_PORTS", Out(pods[0], Datagram.Kind(kind, pods[0].Address(v6), 50003, Outside(v6), 53).Source(pods[0].Address(v6), 50002)));
        Out(pods[0], Datagram.Kind(kind, pods[0].Address(v6), 50003, Outside2(v6), 53));
        Assert.Equal(10, Entries().Count);
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false, "tcp"), InlineData(true, "tcp"), InlineData(false, "udp"), InlineData(true, "udp")]
    public void A_host_port_is_never_taken(bool v6, string kind)
    {
        Pod pod = Node.A with { MasqueradePorts = (50000, 50001) };
        Node.Reset(pod, Node.B);
        byte protocol = Datagram.Kind(kind, "::", 1, "::", 1).Protocol;
        Node.HostPort(protocol, v6 ? "::" : "0.0.0.0", 50000, Node.B, 80);
        Assert.Equal(50001, WirePort(Out(pod, Datagram.Kind(kind, pod.Address(v6), 50000, Outside(v6), 53))));
        Dropped("DROP_NAT_PORTS", Out(pod, Datagram.Kind(kind, pod.Address(v6), 50001, Outside(v6), 53)));
        // For one address: a port of the others is free.
        Node.Reset(pod, Node.B);
        Node.HostPort(protocol, v6 ? NatNode.Second6 : NatNode.Second4, 50000, Node.B, 80);
        Assert.Equal(50000, WirePort(Out(pod, Datagram.Kind(kind, pod.Address(v6), 50000, Outside(v6), 53))));
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false, "tcp"), InlineData(true, "tcp"), InlineData(false, "udp"), InlineData(true, "udp")]
    public void A_port_with_a_socket_of_the_node_is_never_taken(bool v6, string kind)
    {
        Pod pod = Node.A with { MasqueradePorts = (50000, 50001) };
        Node.Reset(pod);
        using Socket socket = Node.Namespace.Run(() =>
        {
            var listening = kind == "tcp"
                ? new Socket(v6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
                : new Socket(v6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            listening.Bind(new IPEndPoint(v6 ? IPAddress.IPv6Any : IPAddress.Any, 50000));
            if (kind == "tcp")
            {
                listening.Listen(1);
            }
            return listening;
        });
        Assert.Equal(50001, WirePort(Out(pod, Datagram.Kind(kind, pod.Address(v6), 50000, Outside(v6), 53))));
        Dropped("DROP_NAT_PORTS", Out(pod, Datagram.Kind(kind, pod.Address(v6), 50000, Outside(v6), 53).Source(pod.Address(v6), 50001)));
    }

    /// <summary>A socket of the node that connects later from a port that a pod has.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(PortKinds))]
    public void The_nodes_own_connection_is_moved_aside_from_a_pods_port(bool v6, string kind)
    {
        Datagram pods = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        Out(Node.A, pods);
        Datagram own = pods.Source(Node.Up.Address(v6), 40000);
        Outcome outcome = Node.ToUplink(Node.Up, own.Ip(), 0);
        Assert.Contains("UPLINK_MOVED", outcome.Counters);
        Assert.NotEqual(40000, WirePort(outcome));
        Datagram wire = own.Source(Node.Up.Address(v6), WirePort(outcome));
        OnWire(wire, outcome);
        OnWire(wire, Node.ToUplink(Node.Up, own.Ip(), 0));
        Datagram answer = wire.Answer();
        Same(Verdict.Pass, Ethernet.Frame(own.Answer().Ip(), Node.Up.RouterMac, Node.Up.Mac), Node.FromUplink(Node.Up, answer.Ip()));
        Delivered(Node.A, pods.Answer(), Node.FromUplink(Node.Up, own.Answer().Ip()));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(PortKinds))]
    public void The_nodes_own_connection_to_another_host_stays(bool v6, string kind)
    {
        Out(Node.A, Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53));
        Datagram own = Datagram.Kind(kind, Node.Up.Address(v6), 40000, Outside2(v6), 53);
        OnWire(own, Node.ToUplink(Node.Up, own.Ip(), 0));
        Assert.Equal(2, Entries().Count);
    }

    /// <summary>A protocol without ports cannot be moved: the node goes first.</summary>
    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void Every_entry_has_its_other_half_and_one_place_in_the_queue(bool v6)
    {
        foreach (string kind in new[] { "tcp", "udp", "icmp", "sctp", "gre" })
        {
            Out(Node.A, Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53));
        }
        List<(NatKey Key, NatRow Row)> entries = Entries();
        Assert.Equal(10, entries.Count);
        Assert.All(entries, e => Assert.Null(Model.Coherence.Wrong(e.Key, e.Row, entries)));
        Assert.All(entries, e => Assert.Equal(e.Row.Reply == 0, e.Row.Ticket != 0));
        Assert.All(entries, e => Assert.Equal(NatKind.Masquerade, e.Row.Kind));
    }
}
