using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Nat;

/// <summary>ICMP errors: the embedded packet is what its sender sent, and every checksum is right, also the embedded ones.</summary>
public sealed class IcmpErrorTests(NatNode node) : NatTest(node)
{
    public static TheoryData<bool, string, string> Errors
    {
        get
        {
            var data = new TheoryData<bool, string, string>();
            foreach (string error in new[] { "port", "ttl", "mtu", "parameter" })
            {
                foreach (string kind in new[] { "tcp", "udp", "icmp", "sctp", "gre" })
                {
                    data.Add(false, kind, error);
                    data.Add(true, kind, error);
                }
            }
            return data;
        }
    }

    public static TheoryData<bool, string, string> HostPortErrors
    {
        get
        {
            var data = new TheoryData<bool, string, string>();
            foreach (string error in new[] { "port", "ttl", "mtu" })
            {
                foreach (string kind in new[] { "tcp", "udp", "sctp" })
                {
                    data.Add(false, kind, error);
                    data.Add(true, kind, error);
                }
            }
            return data;
        }
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Errors))]
    public void The_pod_learns_what_happened_to_its_packet(bool v6, string kind, string error)
    {
        // Neither port can be kept: a port of UDP and TCP out of the range, an identifier that is taken.
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), kind is "tcp" or "udp" ? 80 : 40000, Outside(v6), 53);
        if (kind == "icmp")
        {
            Out(Node.B, sent.Source(Node.B.Address(v6), 40000));
        }
        Datagram wire = sent.Source(Node.Up.Address(v6), WirePort(Out(Node.A, sent))).Routed();
        string from = error == "port" ? Outside(v6) : Router(v6);
        foreach (int quoted in new[] { int.MaxValue, (v6 ? 40 : 20) + 8, (v6 ? 40 : 20) + 20 })
        {
            Datagram seen = Error(from, error, wire.Routed()) with { Quoted = quoted };
            Datagram expected = seen.Destination(Node.A.Address(v6), 0).About(sent with { Ttl = (byte)(sent.Ttl - 2) });
            Back(expected, seen, Node.FromUplink(Node.Up, seen.Ip()));
        }
    }

    /// <summary>The pod's stack answers "port unreachable" to a client that knows only the node.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(HostPortErrors))]
    public void A_client_learns_what_the_pod_says_of_its_packet(bool v6, string kind, string error)
    {
        Datagram sent = Reach(v6, kind, out Datagram seen);
        Datagram said = Error(Node.A.Address(v6), error, seen.Routed());
        Datagram expected = said.Source(Node.Up.Address(v6), 0).Routed().About(sent.Routed());
        OnWire(expected, Out(Node.A, said));
    }

    /// <summary>The node itself (its link to the pod is too small, the TTL ended) says something of a translated packet.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(HostPortErrors))]
    public void A_client_learns_what_the_node_says_of_its_packet(bool v6, string kind, string error)
    {
        Datagram sent = Reach(v6, kind, out Datagram seen);
        Datagram said = Error(Node.Up.Address(v6), error, seen);
        OnWire(said.About(sent), Node.ToUplink(Node.Up, said.Ip(), 0));
    }

    /// <summary>A router outside says something of a pod's answer to a client of its host port.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(HostPortErrors))]
    public void The_pod_learns_what_happened_to_its_answer(bool v6, string kind, string error)
    {
        Datagram sent = Reach(v6, kind, out Datagram seen);
        Datagram wire = sent.Answer().Routed();
        OnWire(wire, Out(Node.A, seen.Answer()));
        Datagram said = Error(Router(v6), error, wire);
        Datagram expected = said.Destination(Node.A.Address(v6), 0).About(seen.Answer() with { Ttl = wire.Ttl });
        Back(expected, said, Node.FromUplink(Node.Up, said.Ip()));
    }

    /// <summary>A pod forwards nothing, but it may say something of an answer it does not want.</summary>
    [NeedsTheory(Needs.Namespaces), InlineData(false, "tcp"), InlineData(true, "tcp"), InlineData(false, "udp"), InlineData(true, "udp"), InlineData(false, "icmp"), InlineData(true, "icmp")]
    public void The_other_side_learns_what_the_pod_says_of_its_answer(bool v6, string kind)
    {
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), kind == "icmp" ? 40000 : 80, Outside(v6), 53);
        Datagram wire = sent.Source(Node.Up.Address(v6), WirePort(Out(Node.A, sent)));
        Datagram said = Error(Node.A.Address(v6), "port", sent.Answer());
        OnWire(said.Source(Node.Up.Address(v6), 0).Routed().About(wire.Answer()), Out(Node.A, said));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void An_error_about_nothing_known_is_the_nodes(bool v6, string kind)
    {
        Datagram unknown = Datagram.Kind(kind, Node.Up.Address(v6), 40000, Outside(v6), 53);
        Datagram said = Error(Router(v6), "ttl", unknown);
        Untouched(said, Node.FromUplink(Node.Up, said.Ip()));
    }

    /// <summary>It has the pod's address inside and outside: it must not get out.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void An_error_of_a_pod_about_nothing_known_does_not_leave(bool v6, string kind)
    {
        Datagram unknown = Datagram.Kind(kind, Outside(v6), 53, Node.A.Address(v6), 40000);
        Dropped("DROP_NAT_PACKET", Out(Node.A, Error(Node.A.Address(v6), "port", unknown)));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void An_error_about_a_fragment_that_is_not_the_first_changes_nothing(bool v6, string kind)
    {
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        Datagram wire = sent.Source(Node.Up.Address(v6), WirePort(Out(Node.A, sent)));
        if (v6)
        {
            return; // of IPv6 the embedded packet would have a fragment header: FragmentTests
        }
        Datagram said = Error(Router(v6), "ttl", wire);
        byte[] ip = said.Ip();
        ip[20 + 8 + 7] = 0x10; // the embedded offset
        Outcome outcome = Node.FromUplink(Node.Up, ip);
        Same(Verdict.Pass, Ethernet.Frame(ip, Node.Up.RouterMac, Node.Up.Mac), outcome);
    }

    private static Datagram Error(string from, string error, Datagram about) => (error, about.V6) switch
    {
        ("port", false) => Datagram.Error(from, 3, 3, about),
        ("port", true) => Datagram.Error(from, 1, 4, about),
        ("ttl", false) => Datagram.Error(from, 11, 0, about),
        ("ttl", true) => Datagram.Error(from, 3, 0, about),
        ("mtu", false) => Datagram.Error(from, 3, 4, about, 1400),
        ("mtu", true) => Datagram.Error(from, 2, 0, about, 1400),
        ("parameter", false) => Datagram.Error(from, 12, 0, about, 0x08000000),
        _ => Datagram.Error(from, 4, 0, about, 8),
    };

    /// <summary>The error is the pod's; a quotation that ends before a checksum is not longer than it was.</summary>
    private void Back(Datagram expected, Datagram seen, Outcome outcome)
    {
        Assert.Equal(seen.Ip().Length + Ethernet.Header, outcome.Frame.Length);
        Delivered(Node.A, expected, outcome);
    }

    /// <summary>A client outside has reached a host port of A: what it sent, and what the pod saw.</summary>
    private Datagram Reach(bool v6, string kind, out Datagram seen)
    {
        int inner = kind == "sctp" ? 8080 : 80;
        Datagram sent = Datagram.Kind(kind, Outside(v6), 5555, Node.Up.Address(v6), 8080);
        Node.HostPort(sent.Protocol, v6 ? "::" : "0.0.0.0", 8080, Node.A, inner);
        seen = sent.Destination(Node.A.Address(v6), inner);
        Delivered(Node.A, seen, Node.FromUplink(Node.Up, sent.Ip()));
        return sent;
    }
}
