using Dataplane.Abi;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Nat;

/// <summary>How connections end, and what becomes of half of one.</summary>
public sealed class LifetimeTests(NatNode node) : NatTest(node)
{
    public static TheoryData<bool, string> Movable => Every("tcp", "udp", "icmp");

    /// <summary>Without the half for the answers they would be the node's; the pod's next packet makes it again.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Movable))]
    public void A_lost_half_is_made_again_with_the_same_port(bool v6, string kind)
    {
        (Datagram sent, Datagram wire) = Moved(v6, kind);
        foreach (bool reply in new[] { true, false })
        {
            Age(2);
            Node.Programs["nat"].Delete(Half(reply).Key);
            if (reply)
            {
                Outcome outcome = Out(Node.B, sent);
                Assert.Contains("NAT_HEALED", outcome.Counters);
                OnWire(wire.Routed(), outcome);
            }
            else
            {
                Outcome outcome = Node.FromUplink(Node.Up, wire.Answer().Ip());
                Assert.Contains("NAT_HEALED", outcome.Counters);
                Delivered(Node.B, sent.Answer(), outcome);
            }
            OnWire(wire.Routed(), Out(Node.B, sent));
            Delivered(Node.B, sent.Answer(), Node.FromUplink(Node.Up, wire.Answer().Ip()));
            Assert.Equal(2, Mine(sent).Count);
        }
    }

    /// <summary>The pod may speak first: with its own port it takes its old place again.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void A_lost_half_of_a_kept_port_is_found_by_the_other(bool v6, string kind)
    {
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        Out(Node.A, sent);
        Node.Programs["nat"].Delete(Half(reply: false).Key);
        OnWire(sent.Source(Node.Up.Address(v6), sent.FromPort).Routed(), Out(Node.A, sent));
        Assert.Equal(2, Entries().Count);
    }

    /// <summary>The answers would go to a stranger.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Movable))]
    public void When_the_place_of_a_lost_half_is_taken_the_connection_moves(bool v6, string kind)
    {
        Datagram first = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        Datagram second = first.Source(Node.B.Address(v6), 40000);
        Out(Node.A, first);
        Age(2);
        Node.Programs["nat"].Delete(Half(reply: true).Key);
        OnWire(second.Source(Node.Up.Address(v6), 40000).Routed(), Out(Node.B, second));
        Outcome outcome = Out(Node.A, first);
        Assert.NotEqual(40000, WirePort(outcome));
        Datagram wire = first.Source(Node.Up.Address(v6), WirePort(outcome)).Routed();
        OnWire(wire, outcome);
        Delivered(Node.A, first.Answer() with { Ttl = 63 }, Node.FromUplink(Node.Up, wire.Answer().Ip()));
    }

    /// <summary>Seconds of silence: still the same connection, and not any more.</summary>
    [NeedsTheory(Needs.Namespaces)]
    [InlineData("icmp", false, 30)]
    [InlineData("icmp", true, 30)]
    [InlineData("udp", false, 30)]
    [InlineData("udp", true, 180)]
    [InlineData("tcp", false, 60)]
    [InlineData("tcp", true, 8000)]
    [InlineData("sctp", true, 8000)]
    [InlineData("gre", true, 600)]
    public void Silence_ends_a_connection(string kind, bool answered, int seconds)
    {
        Datagram sent = Datagram.Kind(kind, Node.A.V4, 40000, Outside(false), 53);
        Datagram wire = sent.Source(Node.Up.V4, sent.FromPort);
        Out(Node.A, sent);
        if (answered)
        {
            Node.FromUplink(Node.Up, wire.Answer().Ip());
        }
        Age(seconds - 3);
        Delivered(Node.A, sent.Answer(), Node.FromUplink(Node.Up, wire.Answer().Ip()));
        // That was an answer, which makes the connection one that lives longer.
        (int, string) longer = kind switch { "tcp" => (8000, ""), "udp" => (180, ""), _ => (seconds, "") };
        Age(longer.Item1 + 3);
        Untouched(wire.Answer(), Node.FromUplink(Node.Up, wire.Answer().Ip()));
    }

    [NeedsTheory(Needs.Namespaces), InlineData(TcpFlags.Rst, TcpFlags.None), InlineData(TcpFlags.Fin | TcpFlags.Ack, TcpFlags.Fin | TcpFlags.Ack)]
    public void A_closed_connection_ends_soon_and_a_new_one_may_take_its_port(TcpFlags mine, TcpFlags theirs)
    {
        (Datagram sent, Datagram wire) = Established();
        Out(Node.A, sent with { Flags = mine });
        if (theirs != TcpFlags.None)
        {
            Node.FromUplink(Node.Up, (wire.Answer() with { Flags = theirs }).Ip());
        }
        // The last ACK still passes.
        Delivered(Node.A, sent.Answer() with { Flags = TcpFlags.Ack }, Node.FromUplink(Node.Up, (wire.Answer() with { Flags = TcpFlags.Ack }).Ip()));
        Age(33);
        Datagram others = sent.Source(Node.B.V4, sent.FromPort) with { Flags = TcpFlags.Syn };
        OnWire(others.Source(Node.Up.V4, sent.FromPort).Routed(), Out(Node.B, others));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Half_closed_is_not_closed()
    {
        (Datagram sent, Datagram wire) = Established();
        Out(Node.A, sent with { Flags = TcpFlags.Fin | TcpFlags.Ack });
        Age(100);
        Delivered(Node.A, sent.Answer() with { Flags = TcpFlags.Ack }, Node.FromUplink(Node.Up, (wire.Answer() with { Flags = TcpFlags.Ack }).Ip()));
    }

    /// <summary>The same five-tuple again at once: a client that binds its port.</summary>
    [NeedsFact(Needs.Namespaces)]
    public void A_SYN_on_a_closed_connection_opens_it_anew()
    {
        (Datagram sent, Datagram wire) = Established();
        Out(Node.A, sent with { Flags = TcpFlags.Rst });
        OnWire(wire.Routed() with { Flags = TcpFlags.Syn }, Out(Node.A, sent with { Flags = TcpFlags.Syn }));
        Assert.All(Entries(), e => Assert.Equal(NatStates.None, e.Row.State));
        Age(40);
        Delivered(Node.A, sent.Answer() with { Flags = TcpFlags.Syn | TcpFlags.Ack }, Node.FromUplink(Node.Up, (wire.Answer() with { Flags = TcpFlags.Syn | TcpFlags.Ack }).Ip()));
    }

    /// <summary>Keep-alives of a connection that idled out find the port they had, when nobody took it.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Movable))]
    public void An_idle_connection_that_its_pod_uses_again_keeps_its_port(bool v6, string kind)
    {
        (Datagram sent, Datagram wire) = Moved(v6, kind);
        Age(9000);
        OnWire(wire.Routed(), Out(Node.B, sent));
        Delivered(Node.B, sent.Answer(), Node.FromUplink(Node.Up, wire.Answer().Ip()));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Movable))]
    public void The_port_of_an_idle_connection_is_free(bool v6, string kind)
    {
        Datagram first = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        Out(Node.A, first);
        Age(9000);
        Datagram second = first.Source(Node.B.Address(v6), 40000);
        OnWire(second.Source(Node.Up.Address(v6), 40000).Routed(), Out(Node.B, second));
        Delivered(Node.B, second.Answer(), Node.FromUplink(Node.Up, second.Source(Node.Up.Address(v6), 40000).Answer().Ip()));
        Assert.NotEqual(40000, WirePort(Out(Node.A, first)));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void The_next_owner_of_an_address_inherits_nothing(bool v6, string kind)
    {
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        Datagram wire = sent.Source(Node.Up.Address(v6), sent.FromPort);
        Out(Node.A, sent);
        Node.Put(Node.A with { Generation = 9 });
        Untouched(wire.Answer(), Node.FromUplink(Node.Up, wire.Answer().Ip()));
        // Its place is free at once, for anybody.
        Datagram others = sent.Source(Node.B.Address(v6), sent.FromPort);
        OnWire(others.Source(Node.Up.Address(v6), sent.FromPort).Routed(), Out(Node.B, others));
        Delivered(Node.B, others.Answer(), Node.FromUplink(Node.Up, wire.Answer().Ip()));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void Of_a_pod_that_is_gone_nothing_comes_back(bool v6, string kind)
    {
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        Out(Node.A, sent);
        Node.Remove(Node.A);
        Datagram answer = sent.Source(Node.Up.Address(v6), sent.FromPort).Answer();
        Untouched(answer, Node.FromUplink(Node.Up, answer.Ip()));
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void After_the_maps_were_flushed_a_kept_port_goes_on(bool v6)
    {
        Datagram sent = Datagram.Tcp(Node.A.Address(v6), 40000, Outside(v6), 53);
        Datagram wire = sent.Source(Node.Up.Address(v6), 40000);
        Out(Node.A, sent);
        Node.Programs["nat"].Flush();
        Node.Programs["flows4"].Flush();
        Node.Programs["flows6"].Flush();
        OnWire(wire.Routed(), Out(Node.A, sent));
        Delivered(Node.A, sent.Answer(), Node.FromUplink(Node.Up, wire.Answer().Ip()));
    }

    /// <summary>B's connection under a port that is not its own, as A has that; what B sends and what is on the wire.</summary>
    private (Datagram Sent, Datagram Wire) Moved(bool v6, string kind)
    {
        Datagram first = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        Out(Node.A, first);
        Datagram sent = first.Source(Node.B.Address(v6), 40000);
        Datagram wire = sent.Source(Node.Up.Address(v6), WirePort(Out(Node.B, sent)));
        Assert.NotEqual(40000, wire.FromPort);
        Node.Programs["nat"].Delete(Entries().Single(e => e.Row.Reply == 1 && e.Row.To.Ifindex == Node.A.Ifindex).Key);
        Node.Programs["nat"].Delete(Entries().Single(e => e.Row.Reply == 0 && e.Row.From.Ifindex == Node.A.Ifindex).Key);
        return (sent, wire);
    }

    private (Datagram Sent, Datagram Wire) Established()
    {
        Datagram sent = Datagram.Tcp(Node.A.V4, 40000, Outside(false), 53);
        Datagram wire = sent.Source(Node.Up.V4, 40000);
        Out(Node.A, sent with { Flags = TcpFlags.Syn });
        Node.FromUplink(Node.Up, (wire.Answer() with { Flags = TcpFlags.Syn | TcpFlags.Ack }).Ip());
        Out(Node.A, sent);
        return (sent, wire);
    }

    private List<(NatKey Key, NatRow Row)> Mine(Datagram sent) =>
        Entries().FindAll(e => Addresses.Read(e.Key.Source).Equals(sent.From) || Addresses.Read(e.Row.Destination).Equals(sent.From));
}
