using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests;

/// <summary>Frames that have no flow: description, frame, way out. Never changed, never remembered.</summary>
public sealed class FromPodTests(Node node) : PacketTest(node)
{
    private const byte More = 0x20;
    private static readonly Dictionary<string, (Func<Pod, Pod, Frame> Frame, string Counter)> s_table = new()
    {
        ["ARP"] = ((a, b) => new Frame(a.Mac, b.Mac).EtherType(0x0806), "STACK_NOT_IP"),
        ["LLDP"] = ((a, b) => new Frame(a.Mac, [1, 0x80, 0xc2, 0, 0, 14]).EtherType(0x88cc), "STACK_NOT_IP"),
        ["802.1Q in the frame"] = ((a, b) => new Frame(a.Mac, b.Mac).EtherType(0x8100), "STACK_VLAN"),
        ["802.1ad in the frame"] = ((a, b) => new Frame(a.Mac, b.Mac).EtherType(0x88a8), "STACK_VLAN"),

        ["v4: version 6"] = ((a, b) => Frame(a, b, false).Udp(1, 2).Patch(14, 0x65), "STACK_MALFORMED"),
        ["v4: header length 4"] = ((a, b) => Frame(a, b, false).Udp(1, 2).Patch(14, 0x44), "STACK_MALFORMED"),
        ["v4: longer than the frame"] = ((a, b) => Frame(a, b, false).Udp(1, 2).Patch(16, 0x01), "STACK_MALFORMED"),
        ["v4: shorter than its header"] = ((a, b) => Frame(a, b, false).Udp(1, 2).Patch(16, 0, 19), "STACK_MALFORMED"),
        ["v4: total length zero"] = ((a, b) => Frame(a, b, false).Udp(1, 2).Patch(16, 0, 0), "STACK_MALFORMED"),
        ["v4: router alert"] = ((a, b) => Frame(a, b, false).Options(0x94, 4, 0, 0).Udp(1, 2), "STACK_IP_OPTIONS"),
        ["v4: first fragment"] = ((a, b) => Frame(a, b, false).Udp(1, 2).Fragment(More << 8), "STACK_FRAGMENT"),
        ["v4: last fragment"] = ((a, b) => Frame(a, b, false).Udp(1, 2).Fragment(100), "STACK_FRAGMENT"),
        ["v4: GRE"] = ((a, b) => Frame(a, b, false).Protocol(47), "STACK_PROTOCOL"),
        ["v4: ICMPv6"] = ((a, b) => Frame(a, b, false).Protocol(58), "STACK_PROTOCOL"),
        ["v4: unreachable"] = ((a, b) => Frame(a, b, false).Icmp(3, 1), "STACK_PROTOCOL"),
        ["v4: echo with a code"] = ((a, b) => Frame(a, b, false).Icmp(8, 1), "STACK_PROTOCOL"),
        ["v4: broadcast"] = ((a, b) => new Frame(a.Mac, [255, 255, 255, 255, 255, 255]).Between(a.V4, "255.255.255.255").Udp(1, 2), "STACK_NOT_UNICAST"),
        ["v4: subnet broadcast"] = ((a, b) => new Frame(a.Mac, [255, 255, 255, 255, 255, 255]).Between(a.V4, "10.1.0.255").Udp(1, 2), "STACK_NOT_UNICAST"),
        ["v4: multicast"] = ((a, b) => new Frame(a.Mac, [1, 0, 0x5e, 0, 0, 1]).Between(a.V4, "224.0.0.1").Udp(1, 2), "STACK_NOT_UNICAST"),
        ["v4: multicast in a unicast frame"] = ((a, b) => new Frame(a.Mac, b.Mac).Between(a.V4, "239.1.2.3").Udp(1, 2), "STACK_NOT_UNICAST"),
        ["v4: reserved"] = ((a, b) => new Frame(a.Mac, b.Mac).Between(a.V4, "240.0.0.1").Udp(1, 2), "STACK_NOT_UNICAST"),
        ["v4: loopback"] = ((a, b) => new Frame(a.Mac, b.Mac).Between(a.V4, "127.0.0.1").Udp(1, 2), "STACK_NOT_UNICAST"),
        ["v4: metadata service"] = ((a, b) => new Frame(a.Mac, b.Mac).Between(a.V4, "169.254.169.254").Tcp(1, 80, TcpFlags.Syn), "STACK_NOT_UNICAST"),
        ["v4: DHCP"] = ((a, b) => new Frame(a.Mac, [255, 255, 255, 255, 255, 255]).Between("0.0.0.0", "255.255.255.255").Udp(68, 67), "STACK_NOT_UNICAST"),
        ["v4: TCP header cut"] = ((a, b) => Frame(a, b, false).Protocol(6, 19), "STACK_MALFORMED"),
        ["v4: TCP data offset 4"] = ((a, b) => Frame(a, b, false).Tcp(1, 2, TcpFlags.Ack).Patch(46, 0x40), "STACK_MALFORMED"),
        ["v4: TCP options past the end"] = ((a, b) => Frame(a, b, false).Tcp(1, 2, TcpFlags.Ack, 8).Patch(46, 0xf0), "STACK_MALFORMED"),
        ["v4: UDP length 7"] = ((a, b) => Frame(a, b, false).Udp(1, 2).Patch(38, 0, 7), "STACK_MALFORMED"),
        ["v4: UDP longer than IP"] = ((a, b) => Frame(a, b, false).Udp(1, 2).Patch(38, 0, 29), "STACK_MALFORMED"),
        ["v4: UDP header past IP's end"] = ((a, b) => Frame(a, b, false).Udp(1, 2).Patch(16, 0, 27), "STACK_MALFORMED"),
        ["v4: ICMP header cut"] = ((a, b) => Frame(a, b, false).Protocol(1, 7), "STACK_MALFORMED"),

        ["v6: version 4"] = ((a, b) => Frame(a, b, true).Udp(1, 2).Patch(14, 0x40), "STACK_MALFORMED"),
        ["v6: longer than the frame"] = ((a, b) => Frame(a, b, true).Udp(1, 2).Patch(18, 0x01), "STACK_MALFORMED"),
        ["v6: payload zero"] = ((a, b) => Frame(a, b, true).Udp(1, 2).Patch(18, 0, 0), "STACK_MALFORMED"),
        ["v6: hop-by-hop"] = ((a, b) => Frame(a, b, true).Options(17, 0, 1, 4, 0, 0, 0, 0).Udp(1, 2).Protocol(0), "STACK_IP_OPTIONS"),
        ["v6: routing header"] = ((a, b) => Frame(a, b, true).Options(17, 0, 0, 0, 0, 0, 0, 0).Udp(1, 2).Protocol(43), "STACK_IP_OPTIONS"),
        ["v6: destination options"] = ((a, b) => Frame(a, b, true).Options(17, 0, 1, 4, 0, 0, 0, 0).Udp(1, 2).Protocol(60), "STACK_IP_OPTIONS"),
        ["v6: fragment"] = ((a, b) => Frame(a, b, true).Options(17, 0, 0, 1, 0, 0, 0, 9).Udp(1, 2).Protocol(44), "STACK_FRAGMENT"),
        ["v6: ESP"] = ((a, b) => Frame(a, b, true).Protocol(50), "STACK_PROTOCOL"),
        ["v6: ICMPv4"] = ((a, b) => Frame(a, b, true).Protocol(1), "STACK_PROTOCOL"),
        ["v6: packet too big"] = ((a, b) => Frame(a, b, true).Icmp(2, 0), "STACK_PROTOCOL"),
        ["v6: neighbour solicitation"] = ((a, b) => Frame(a, b, true).Icmp(135, 0), "STACK_PROTOCOL"),
        ["v6: link-local source"] = ((a, b) => new Frame(a.Mac, b.Mac).Between("fe80::1", b.V6).Udp(1, 2), "STACK_NOT_UNICAST"),
        ["v6: link-local destination"] = ((a, b) => new Frame(a.Mac, b.Mac).Between(a.V6, "febf::1").Udp(1, 2), "STACK_NOT_UNICAST"),
        ["v6: multicast"] = ((a, b) => new Frame(a.Mac, [0x33, 0x33, 0, 0, 0, 1]).Between(a.V6, "ff02::1").Udp(1, 2), "STACK_NOT_UNICAST"),
        ["v6: unspecified"] = ((a, b) => new Frame(a.Mac, [0x33, 0x33, 0, 0, 0, 1]).Between("::", "ff02::1").Icmp(135, 0), "STACK_NOT_UNICAST"),
        ["v6: loopback"] = ((a, b) => new Frame(a.Mac, b.Mac).Between(a.V6, "::1").Udp(1, 2), "STACK_NOT_UNICAST"),
        ["v6: IPv4-mapped"] = ((a, b) => new Frame(a.Mac, b.Mac).Between(a.V6, "::ffff:10.1.0.2").Udp(1, 2), "STACK_NOT_UNICAST"),
        ["v6: TCP header cut"] = ((a, b) => Frame(a, b, true).Protocol(6, 19), "STACK_MALFORMED"),
        ["v6: UDP longer than IP"] = ((a, b) => Frame(a, b, true).Udp(1, 2).Patch(58, 0, 29), "STACK_MALFORMED"),

        ["v4: foreign source"] = ((a, b) => new Frame(a.Mac, b.Mac).Between("10.1.0.77", b.V4).Udp(1, 2), "STACK_FOREIGN_SOURCE"),
        ["v4: the neighbour's source"] = ((a, b) => new Frame(a.Mac, b.Mac).Between(b.V4, "10.1.0.3").Udp(1, 2), "STACK_FOREIGN_SOURCE"),
        ["v6: foreign source"] = ((a, b) => new Frame(a.Mac, b.Mac).Between("fd01::77", b.V6).Udp(1, 2), "STACK_FOREIGN_SOURCE"),
    };

    public static TheoryData<string> Names => [.. s_table.Keys];

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Names))]
    public void A_frame_without_a_flow_takes_the_stack(string name)
    {
        Node.Reset(Node.A, Node.B);
        byte[] frame = s_table[name].Frame(Node.A, Node.B).Build();
        Expect(Verdict.Pass, s_table[name].Counter, Node.FromPod(Node.A, frame), frame);
        ExpectFlow(FlowState.None);
    }

    /// <summary>With a strict source check every frame of the table goes the same way, but foreign sources end.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Names))]
    public void Strict_source_check_drops_foreign_sources_only(string name)
    {
        Node.Reset(Node.A with { Flags = PodFlags.L2 | PodFlags.SourceStrict }, Node.B);
        byte[] frame = s_table[name].Frame(Node.A, Node.B).Build();
        bool foreign = s_table[name].Counter == "STACK_FOREIGN_SOURCE";
        Expect(foreign ? Verdict.Drop : Verdict.Pass, foreign ? "DROP_SOURCE_SPOOFED" : s_table[name].Counter, Node.FromPod(Node.A, frame), frame);
        ExpectFlow(FlowState.None);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Names))]
    public void The_MAC_check_drops_foreign_source_MACs_of_every_kind(string name)
    {
        Node.Reset(Node.A with { Flags = PodFlags.L2 | PodFlags.MacCheck }, Node.B);
        byte[] frame = s_table[name].Frame(Node.A, Node.B).Build();
        Expect(Verdict.Pass, s_table[name].Counter, Node.FromPod(Node.A, frame), frame);
        frame[11] ^= 1;
        Expect(Verdict.Drop, "DROP_MAC_SPOOFED", Node.FromPod(Node.A, frame), frame);
    }

    /// <summary>What a strict check must not let through in another guise.</summary>
    [NeedsFact(Needs.Namespaces)]
    public void Strict_source_check_holds_for_what_has_no_flow()
    {
        Node.Reset(Node.A with { Flags = PodFlags.L2 | PodFlags.SourceStrict }, Node.B);
        Pod forged = Node.A with { V4 = "10.1.0.77", V6 = "fd01::77" };
        byte[][] frames =
        [
            Frame(forged, Node.B, false).Udp(1, 2).Fragment(100).Build(),
            Frame(forged, Node.B, false).Options(0x94, 4, 0, 0).Udp(1, 2).Build(),
            Frame(forged, Node.B, false).Protocol(47).Build(),
            Frame(forged, Node.B, false).Icmp(3, 1).Build(),
            Frame(forged, Node.B, false).Udp(1, 2).Patch(38, 0, 7).Build(),
            Frame(forged, Node.B, true).Options(17, 0, 0, 1, 0, 0, 0, 9).Udp(1, 2).Protocol(44).Build(),
            new Frame(Node.A.Mac, [1, 0, 0x5e, 0, 0, 1]).Between(forged.V4, "224.0.0.1").Udp(1, 2).Build(),
        ];
        foreach (byte[] frame in frames)
        {
            Expect(Verdict.Drop, "DROP_SOURCE_SPOOFED", Node.FromPod(Node.A, frame), frame);
        }
        ExpectFlow(FlowState.None);
    }

    /// <summary>The flow vouches only for the pod that made it: the same tuple from another pod is checked.</summary>
    [NeedsFact(Needs.Namespaces)]
    public void A_proven_flow_cannot_be_used_by_another_pod()
    {
        Pod b = Node.B with { Flags = PodFlags.L2 | PodFlags.SourceStrict };
        Pod far = new(9999, [2, 0, 0, 0, 0, 9], "10.1.0.9", "fd01::9") { Generation = 9 };
        Node.Reset(Node.A, b, far);
        byte[] packet = Packet(Node.A, far, v6: false, "udp", first: true);
        Node.FromPod(Node.A, packet);
        Expect(Verdict.Drop, "DROP_SOURCE_SPOOFED", Node.FromPod(b, packet), packet);
        Node.Put(Node.B);
        Expect(Verdict.Pass, "STACK_FOREIGN_SOURCE", Node.FromPod(Node.B, packet), packet);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_device_without_a_row_takes_the_stack()
    {
        Node.Reset();
        byte[] packet = Packet(Node.A, Node.B, v6: false, "tcp", first: true);
        Expect(Verdict.Pass, "STACK_NO_ENDPOINT", Node.FromPod(Node.A, packet), packet);
        Expect(Verdict.Pass, "STACK_NO_ENDPOINT", Node.ToPod(Node.B, packet, Node.A.Ifindex), packet);
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void Turned_off_nothing_is_remembered(bool v6)
    {
        Node.Reset(Node.A with { Flags = PodFlags.L2 | PodFlags.FastPathOff }, Node.B);
        byte[] packet = Packet(Node.A, Node.B, v6, "tcp", first: true);
        Expect(Verdict.Pass, "STACK_FASTPATH_OFF", Node.FromPod(Node.A, packet), packet);
        ExpectFlow(FlowState.None);
    }
}
