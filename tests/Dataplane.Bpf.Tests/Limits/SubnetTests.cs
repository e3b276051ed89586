using Dataplane.Abi;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Limits;

/// <summary>Which peers a limit is for.</summary>
public sealed class SubnetTests(LimitNode node) : LimitTest(node)
{
    private const uint Direct = 0x0001_0000;

    /// <summary>Peer, flag, and whether the packet is limited. Listed are 10.1.0.0/24, 192.0.2.7, fd01::/64 and 2001:db8::7.</summary>
    private static readonly (string Peer, LimitFlags Flag, bool Limited)[] s_table =
    [
        ("10.1.0.2", LimitFlags.Unshaped, false), ("10.1.0.2", LimitFlags.Shaped, true),
        ("10.1.1.2", LimitFlags.Unshaped, true), ("10.1.1.2", LimitFlags.Shaped, false),
        ("192.0.2.7", LimitFlags.Unshaped, false), ("192.0.2.7", LimitFlags.Shaped, true),
        ("192.0.2.6", LimitFlags.Unshaped, true), ("192.0.2.6", LimitFlags.Shaped, false),
        ("fd01::2", LimitFlags.Unshaped, false), ("fd01::2", LimitFlags.Shaped, true),
        ("fd01:0:0:1::2", LimitFlags.Unshaped, true), ("fd01:0:0:1::2", LimitFlags.Shaped, false),
        ("2001:db8::7", LimitFlags.Unshaped, false), ("2001:db8::7", LimitFlags.Shaped, true),
        ("2001:db8::6", LimitFlags.Unshaped, true), ("2001:db8::6", LimitFlags.Shaped, false),
    ];

    public static TheoryData<LimitDirection, bool, string, LimitFlags, bool> Table
    {
        get
        {
            var data = new TheoryData<LimitDirection, bool, string, LimitFlags, bool>();
            foreach ((string peer, LimitFlags flag, bool limited) in s_table)
            {
                foreach (bool edt in new[] { false, true })
                {
                    data.Add(LimitDirection.Ingress, edt, peer, flag, limited);
                    data.Add(LimitDirection.Egress, edt, peer, flag, limited);
                }
            }
            return data;
        }
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Table))]
    public void A_peers_address_decides(LimitDirection direction, bool edt, string peer, LimitFlags flag, bool limited)
    {
        Limit(direction, edt, flag);
        Expect(direction, edt, limited, Between(direction, peer).Build());
    }

    /// <summary>The pod's own address is not asked: all of it is one pod.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(DirectionsAndFamilies))]
    public void The_pods_own_address_does_not(LimitDirection direction, bool v6)
    {
        Node.Limit(direction, Row(LimitFlags.Edt | LimitFlags.Unshaped), Busy());
        Node.Subnet(v6 ? $"{Node.Pod.V6}/128" : $"{Node.Pod.V4}/32");
        Expect(direction, true, limited: true, Packet(direction, v6));
    }

    /// <summary>Whatever is inside of IP, and however broken: only the address is read.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void Any_IP_packet_is_asked_by_its_address(LimitDirection direction)
    {
        Limit(direction, true, LimitFlags.Unshaped);
        foreach (string peer in new[] { "10.1.0.2", "fd01::2", "10.1.1.2", "fd01:0:0:1::2" })
        {
            bool v6 = peer.Contains(':'), limited = peer.Contains(":1:", StringComparison.Ordinal) || peer.StartsWith("10.1.1", StringComparison.Ordinal);
            Frame[] frames =
            [
                Between(direction, peer).Tcp(1, 2, TcpFlags.Syn),
                Between(direction, peer).Echo(7),
                Between(direction, peer).Protocol(47),
                Between(direction, peer).Protocol(6, payload: 3),
                v6 ? Between(direction, peer).Options(17, 0, 0, 1, 0, 0, 0, 9).Protocol(44) : Between(direction, peer).Fragment(100),
                v6 ? Between(direction, peer).Options(17, 0, 1, 4, 0, 0, 0, 0).Protocol(0) : Between(direction, peer).Options(0x94, 4, 0, 0),
            ];
            Assert.All(frames, frame => Expect(direction, true, limited, frame.Build()));
        }
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void What_is_no_IP_packet_has_no_peer(LimitDirection direction)
    {
        Frame[] frames =
        [
            new Frame(Node.Pod.Mac, Node.Peer.Mac).EtherType(0x0806),
            new Frame(Node.Pod.Mac, [1, 0x80, 0xc2, 0, 0, 14]).EtherType(0x88cc),
            new Frame(Node.Pod.Mac, Node.Peer.Mac).EtherType(0x8100),
        ];
        foreach (bool edt in new[] { false, true })
        {
            Limit(direction, edt, LimitFlags.Unshaped);
            Assert.All(frames, frame => Expect(direction, edt, limited: true, frame.Build()));
            Limit(direction, edt, LimitFlags.Shaped);
            Assert.All(frames, frame => Expect(direction, edt, limited: false, frame.Build()));
        }
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(DirectionsAndFamilies))]
    public void Prefixes_of_another_pod_or_another_time_are_not_these(LimitDirection direction, bool v6)
    {
        string peer = v6 ? "fd01::2/128" : "10.1.0.2/32";
        Node.Limit(direction, Row(LimitFlags.Edt | LimitFlags.Unshaped), Busy());
        Node.Subnet(peer, ifindex: Node.Peer.Ifindex);
        Expect(direction, true, limited: true, Packet(direction, v6));
        Node.Subnet(peer, generation: Node.Pod.Generation + 1);
        Expect(direction, true, limited: true, Packet(direction, v6));
        Node.Subnet(peer);
        Expect(direction, true, limited: false, Packet(direction, v6));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(DirectionsAndFamilies))]
    public void All_of_a_family_is_a_prefix_too(LimitDirection direction, bool v6)
    {
        Node.Limit(direction, Row(LimitFlags.Edt | LimitFlags.Unshaped), Busy());
        Node.Subnet(v6 ? "::/0" : "0.0.0.0/0");
        Expect(direction, true, limited: false, Packet(direction, v6));
        // ::/0 has IPv4's as a part of it (::ffff:0:0/96): user space gives that one back.
        if (!v6)
        {
            Expect(direction, true, limited: true, Packet(direction, v6: true));
        }
    }

    /// <summary>HTB sends directly what has its own handle as priority: a pod may not say so itself.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void A_sender_cannot_say_itself_that_it_is_exempt(LimitDirection direction)
    {
        Limit(direction, edt: false, LimitFlags.Unshaped);
        Outcome outcome = Node.Pass(direction, Between(direction, "10.1.1.2").Build(), new SkbContext { Priority = Direct });
        Assert.Equal((Sent(direction), 0u), (outcome.Counters, outcome.Context.Priority));
        outcome = Node.Pass(direction, Between(direction, "10.1.1.2").Build(), new SkbContext { Priority = 6 });
        Assert.Equal((Sent(direction), 6u), (outcome.Counters, outcome.Context.Priority));
    }

    private void Limit(LimitDirection direction, bool edt, LimitFlags flag)
    {
        Node.Limit(direction, Row(flag | (edt ? LimitFlags.Edt : LimitFlags.None)) with { Priority = edt ? 0 : Direct }, Busy());
        foreach (string prefix in new[] { "10.1.0.0/24", "192.0.2.7/32", "fd01::/64", "2001:db8::7/128" })
        {
            Node.Subnet(prefix);
        }
    }

    private void Expect(LimitDirection direction, bool edt, bool limited, byte[] frame)
    {
        ulong clock = Node.State(direction).Clock;
        Outcome outcome = Node.Pass(direction, frame, Length(1000));
        Assert.Equal(Verdict.Pass, outcome.Verdict);
        if (direction == LimitDirection.Egress)
        {
            Assert.Equal(limited ? "LIMIT_SENT" : "LIMIT_EXEMPT", outcome.Counters);
        }
        Assert.Equal(edt && limited ? clock : 0, outcome.Context.Departure);
        Assert.Equal(edt || limited ? 0 : Direct, outcome.Context.Priority);
        Assert.Equal(clock + (edt && limited ? Millisecond : 0), Node.State(direction).Clock);
        Assert.Equal(frame, outcome.Frame);
    }
}
