using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests;

/// <summary>Frames nobody builds on purpose, with a FAST flow waiting for them.</summary>
public sealed class HostileFrameTests(Node node) : PacketTest(node)
{
    /// <summary>From the end of the IP header on: the kernel refuses to run an IP frame that is shorter (EINVAL).</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(FastPathTests.Kinds), MemberType = typeof(FastPathTests))]
    public void Cut_at_any_length_it_is_never_redirected(bool v6, string kind)
    {
        Node.Reset(Node.A, Node.B);
        Prove(Node.A, Node.B, v6, kind);
        byte[] whole = Packet(Node.A, Node.B, v6, kind);
        Assert.Equal(Verdict.Redirect, Node.FromPod(Node.A, whole).Verdict);
        for (int length = Packets.Frame.Ip + (v6 ? 40 : 20); length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            Expect(Verdict.Pass, "STACK_MALFORMED", Node.FromPod(Node.A, cut), cut);
            Expect(Verdict.Pass, "TO_POD_FORWARDED", Node.ToPod(Node.B, cut, Node.A.Ifindex), cut);
        }
        ExpectFlow(FlowState.Fast);
    }

    /// <summary>
    /// Every single bit: redirected only when the flow, its MACs and its lengths are untouched,
    /// that is when the bit is in a field that neither program reads.
    /// </summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(FastPathTests.Kinds), MemberType = typeof(FastPathTests))]
    public void With_any_bit_flipped_only_what_is_still_the_flow_is_redirected(bool v6, string kind)
    {
        Node.Reset(Node.A, Node.B);
        Prove(Node.A, Node.B, v6, kind);
        FlowEntry flow = Node.Flow()!;
        byte[] whole = Packet(Node.A, Node.B, v6, kind);
        int upper = Packets.Frame.Ip + (v6 ? 40 : 20);
        for (int bit = 0; bit < (upper + 20) * 8; bit++)
        {
            Node.FlushFlows();
            Node.Write(flow);
            byte[] frame = [.. whole];
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Outcome outcome = Node.FromPod(Node.A, frame);
            Assert.Equal(frame, outcome.Frame);
            bool free = IsFree(bit / 8, 1 << (bit % 8), v6, kind, upper);
            Assert.True((outcome.Verdict == Verdict.Redirect) == free, $"byte {bit / 8} bit {bit % 8}: {outcome.Verdict} {outcome.Counters}");
        }
    }

    [NeedsFact(Needs.Namespaces)]
    public void Random_bytes_are_never_redirected()
    {
        Node.Reset(Node.A, Node.B);
        Prove(Node.A, Node.B, v6: false, "tcp");
        var random = new Random(20240229);
        byte[] header4 = Packet(Node.A, Node.B, v6: false, "tcp");
        for (int round = 0; round < 3000; round++)
        {
            byte[] frame = new byte[random.Next(54, 200)];
            random.NextBytes(frame);
            // Deeper with every third: Ethernet, then the ethertype, right.
            header4.AsSpan(0, (round % 3) switch { 0 => 0, 1 => 12, _ => 14 }).CopyTo(frame);
            Outcome outcome = Node.FromPod(Node.A, frame);
            Assert.Equal(Verdict.Pass, outcome.Verdict);
            Assert.Equal(frame, outcome.Frame);
            outcome = Node.ToPod(Node.B, frame, Node.A.Ifindex);
            Assert.Equal(Verdict.Pass, outcome.Verdict);
        }
    }

    /// <summary>Bits that do not take a packet out of its flow.</summary>
    private static bool IsFree(int at, int mask, bool v6, string kind, int upper)
    {
        if (at < 14)
        {
            return at is >= 6 and < 12; // source MAC: checked only when asked to
        }
        if (at < upper)
        {
            int ip = at - 14;
            if (v6)
            {
                return (ip == 0 && mask < 0x10) || ip is 1 or 2 or 3 or 7 || (ip == 5 && Shortens(20 + (kind == "tcp" ? 20 : 8), mask, kind == "tcp" ? 20 : kind == "udp" ? 28 : 8));
            }
            return ip is 1 or 4 or 5 or 8 or 10 or 11 || (ip == 6 && mask >= 0x40)
                || (ip == 3 && Shortens(40 + (kind == "tcp" ? 20 : 8), mask, kind == "tcp" ? 40 : kind == "udp" ? 48 : 28));
        }
        int l4 = at - upper;
        return kind switch
        {
            "tcp" => l4 >= 4 && (l4 != 12 || mask < 0x10 || (0x50 ^ mask) >> 4 is >= 5 and <= 10),
            "udp" => l4 >= 6 || (l4 == 5 && Shortens(28, mask, 8)),
            _ => l4 is 2 or 3 or >= 6 || (l4 == 0 && mask == (v6 ? 1 : 8)),
        };
    }

    /// <summary>A length field with the bit flipped still is not longer than it was, nor than the headers need.</summary>
    private static bool Shortens(int length, int mask, int least) => (length ^ mask) <= length && (length ^ mask) >= least;
}
