using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Nat;

/// <summary>Packets in pieces: only the first has ports, all must become the same, and what they are together is right.</summary>
public sealed class FragmentTests(NatNode node) : NatTest(node)
{
    private const int Size = 400;

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void All_pieces_leave_as_the_node_and_come_back_to_the_pod(bool v6, string kind)
    {
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), kind is "tcp" or "udp" ? 53 : 40000, Outside(v6), 53) with { Payload = 1100 };
        List<byte[]> wire = [];
        foreach (byte[] piece in Fragments.Split(sent.Ip(), Size))
        {
            Outcome outcome = Out(Node.A, piece);
            Assert.True(outcome.Verdict == Verdict.Pass, outcome.Counters);
            wire.Add(outcome.Frame[Ethernet.Header..]);
        }
        Datagram whole = sent.Source(Node.Up.Address(v6), DatagramBytes.Read(wire[0].AsSpan()).Protocol == 44 ? PortOf6(wire[0]) : DatagramBytes.Read(wire[0]).FromPort).Routed();
        Equal(whole.Ip(), Fragments.Join(wire));

        Datagram answer = whole.Answer();
        Equal(answer.Destination(Node.A.Address(v6), sent.FromPort).Ip(), Fragments.Join(In(Fragments.Split(answer.Ip(), Size))));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void A_piece_that_comes_before_the_first_does_not_leave(bool v6, string kind)
    {
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53) with { Payload = 1100 };
        List<byte[]> pieces = Fragments.Split(sent.Ip(), Size);
        if (kind != "gre")
        {
            Dropped("DROP_NAT_FRAGMENT", Out(Node.A, pieces[1]));
        }
        Assert.Equal(Verdict.Pass, Out(Node.A, pieces[0]).Verdict);
        // Of the last ones the order is free.
        Assert.Equal(Verdict.Pass, Out(Node.A, pieces[2]).Verdict);
        Assert.Equal(Verdict.Pass, Out(Node.A, pieces[1]).Verdict);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Kinds))]
    public void Pieces_of_two_packets_are_not_mixed_up(bool v6, string kind)
    {
        Datagram first = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53) with { Payload = 700 };
        Datagram second = Datagram.Kind(kind, Node.B.Address(v6), 40001, Outside2(v6), 53) with { Payload = 700 };
        List<byte[]>[] pieces = [Fragments.Split(first.Ip(), Size), Fragments.Split(second.Ip(), Size)];
        List<byte[]>[] wire = [[], []];
        for (int i = 0; i < pieces[0].Count; i++)
        {
            wire[0].Add(Out(Node.A, pieces[0][i]).Frame[Ethernet.Header..]);
            wire[1].Add(Out(Node.B, pieces[1][i]).Frame[Ethernet.Header..]);
        }
        Equal(first.Source(Node.Up.Address(v6), first.FromPort).Routed().Ip(), Fragments.Join(wire[0]));
        Equal(second.Source(Node.Up.Address(v6), second.FromPort).Routed().Ip(), Fragments.Join(wire[1]));
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false, "udp"), InlineData(true, "udp"), InlineData(false, "tcp"), InlineData(true, "tcp"), InlineData(false, "sctp"), InlineData(true, "sctp")]
    public void They_reach_a_host_port_and_the_answers_leave(bool v6, string kind)
    {
        int inner = kind == "sctp" ? 8080 : 80;
        Datagram sent = Datagram.Kind(kind, Outside(v6), 5555, Node.Up.Address(v6), 8080) with { Payload = 1100 };
        Node.HostPort(sent.Protocol, v6 ? "::" : "0.0.0.0", 8080, Node.A, inner);
        Datagram seen = sent.Destination(Node.A.Address(v6), inner);
        Equal(seen.Ip(), Fragments.Join(In(Fragments.Split(sent.Ip(), Size))));

        List<byte[]> wire = Fragments.Split(seen.Answer().Ip(), Size).ConvertAll(piece => Out(Node.A, piece).Frame[Ethernet.Header..]);
        Equal(sent.Answer().Routed().Ip(), Fragments.Join(wire));
    }

    /// <summary>Nobody knows whose it is: the node would keep it in its own queue.</summary>
    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void A_later_piece_from_outside_of_an_unknown_packet_is_the_nodes(bool v6)
    {
        Datagram stray = Datagram.Udp(Outside(v6), 53, Node.Up.Address(v6), 40000) with { Payload = 700 };
        byte[] piece = Fragments.Split(stray.Ip(), Size)[1];
        Outcome outcome = Node.FromUplink(Node.Up, piece);
        Same(Verdict.Pass, Ethernet.Frame(piece, Node.Up.RouterMac, Node.Up.Mac), outcome);
    }

    /// <summary>An "atomic" IPv6 fragment (RFC 6946) is whole.</summary>
    [NeedsFact(Needs.Namespaces)]
    public void A_fragment_header_without_fragmentation_does_not_matter()
    {
        Datagram sent = Datagram.Udp(Node.A.V6, 40000, Outside(true), 53);
        byte[] piece = Assert.Single(Fragments.Split(sent.Ip(), 2000));
        Outcome outcome = Out(Node.A, piece);
        Assert.Equal(Verdict.Pass, outcome.Verdict);
        Equal(sent.Source(Node.Up.V6, 40000).Routed().Ip(), Fragments.Join([outcome.Frame[Ethernet.Header..]]));
    }

    private static ushort PortOf6(byte[] ip) => DatagramBytes.Read(Fragments.Join([ip])).FromPort;

    private static void Equal(byte[] expected, byte[] got) =>
        Assert.True(expected.AsSpan().SequenceEqual(got), $"expected {DatagramBytes.Read(expected)}\ngot      {DatagramBytes.Read(got)} wrong: {Verify.Checksums(got)}\n{Convert.ToHexString(expected)}\n{Convert.ToHexString(got)}");

    /// <summary>The pieces come in by the first uplink; none is lost, and none takes the fast path, which has no order with the stack.</summary>
    private List<byte[]> In(List<byte[]> pieces) => pieces.ConvertAll(piece =>
    {
        Outcome outcome = Node.FromUplink(Node.Up, piece);
        Assert.True(outcome.Verdict == Verdict.Pass, outcome.Counters);
        return outcome.Frame[Ethernet.Header..];
    });
}
