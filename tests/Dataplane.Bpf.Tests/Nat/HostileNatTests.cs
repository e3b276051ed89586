using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Nat;

/// <summary>
/// Packets cut at every length, with every bit turned, and of random bytes. Inward such a packet is the stack's,
/// unchanged, or translated in what is whole. Outward a pod's address never gets out, whatever is around it. (BPF_PROG_TEST_RUN
/// refuses frames that end in the IP header.)
/// </summary>
public sealed class HostileNatTests(NatNode node) : NatTest(node)
{
    public static TheoryData<bool, string> Shapes => Every("tcp", "udp", "icmp", "sctp", "gre", "error", "error of gre", "first fragment", "later fragment");

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Shapes))]
    public void Cut_at_any_length_a_pods_packet_leaves_translated_or_not_at_all(bool v6, string shape)
    {
        byte[] whole = FromPod(v6, shape);
        for (int length = v6 ? 40 : 20; length < whole.Length; length++)
        {
            // The frame ends there, and the packet says more; the packet ends there, and says so.
            byte[] cut = whole[..length];
            NeverLeaks(v6, Node.ToUplink(Node.Up, cut, Node.A.Ifindex), cut);
            NeverLeaks(v6, Node.ToUplink(Node.Up, Shortened(cut), Node.A.Ifindex), Shortened(cut));
        }
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Shapes))]
    public void Cut_at_any_length_an_answer_is_whole_or_the_stacks(bool v6, string shape)
    {
        byte[] whole = FromOutside(v6, shape);
        for (int length = v6 ? 40 : 20; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            Same(Verdict.Pass, Ethernet.Frame(cut, Node.Up.RouterMac, Node.Up.Mac), Node.FromUplink(Node.Up, cut));
            byte[] shortened = Shortened(cut);
            Outcome outcome = Node.FromUplink(Node.Up, shortened);
            Assert.NotEqual(Verdict.Drop, outcome.Verdict);
            Assert.Equal(shortened.Length + Ethernet.Header, outcome.Frame.Length);
            Assert.True(Checksum.Of(outcome.Frame.AsSpan(Ethernet.Header, 20)) == 0 || v6, $"length {length}");
        }
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Shapes))]
    public void With_any_bit_turned_a_pods_packet_does_not_leave_untranslated(bool v6, string shape)
    {
        byte[] whole = FromPod(v6, shape);
        for (int bit = 0; bit < Math.Min(whole.Length, 110) * 8; bit++)
        {
            byte[] ip = [.. whole];
            ip[bit / 8] ^= (byte)(1 << (bit % 8));
            NeverLeaks(v6, Node.ToUplink(Node.Up, ip, Node.A.Ifindex), ip);
        }
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Shapes))]
    public void With_any_bit_turned_what_comes_in_changes_only_in_what_is_translated(bool v6, string shape)
    {
        byte[] whole = FromOutside(v6, shape);
        for (int bit = 0; bit < Math.Min(whole.Length, 110) * 8; bit++)
        {
            byte[] ip = [.. whole];
            ip[bit / 8] ^= (byte)(1 << (bit % 8));
            Outcome outcome = Node.FromUplink(Node.Up, ip);
            Assert.NotEqual(Verdict.Drop, outcome.Verdict);
            Assert.Equal(ip.Length + Ethernet.Header, outcome.Frame.Length);
            byte[] got = outcome.Frame[Ethernet.Header..];
            // To A or to where it was going: no third one.
            byte[] to = [.. got[(v6 ? 24 : 16)..(v6 ? 40 : 20)]];
            Assert.True(to.AsSpan().SequenceEqual(Bytes(Node.A.Address(v6))) || to.AsSpan().SequenceEqual(ip.AsSpan(v6 ? 24 : 16, to.Length)), $"bit {bit}");
            Assert.True(got.AsSpan(v6 ? 8 : 12, to.Length).SequenceEqual(ip.AsSpan(v6 ? 8 : 12, to.Length)), $"bit {bit}: another source");
        }
    }

    [NeedsFact(Needs.Namespaces)]
    public void Random_bytes_with_a_pods_address_never_leave_as_they_are()
    {
        var random = new Random(20250611);
        for (int round = 0; round < 3000; round++)
        {
            bool v6 = round % 2 == 0;
            byte[] ip = new byte[random.Next(40, 160)];
            random.NextBytes(ip);
            ip[0] = (byte)(v6 ? 0x60 : round % 4 == 1 ? 0x45 : 0x40 | random.Next(16));
            if (round % 3 != 0)
            {
                ip = Shortened(ip);
                ip[v6 ? 6 : 9] = (byte)new[] { 0, 1, 6, 17, 43, 44, 47, 51, 58, 60, 132, 135 }[random.Next(12)];
            }
            Bytes(Node.A.Address(v6)).CopyTo(ip, v6 ? 8 : 12);
            NeverLeaks(v6, Node.ToUplink(Node.Up, ip, Node.A.Ifindex), ip);
        }
    }

    /// <summary>A packet of A that has an entry; an error is about an answer to it.</summary>
    private byte[] FromPod(bool v6, string shape)
    {
        string kind = Kind(shape);
        Datagram sent = Datagram.Kind(kind, Node.A.Address(v6), 40000, Outside(v6), 53);
        if (shape.Contains("fragment"))
        {
            List<byte[]> pieces = Fragments.Split((sent with { Payload = 200 }).Ip(), 104);
            Out(Node.A, pieces[0]);
            return pieces[shape == "first fragment" ? 0 : 1];
        }
        Out(Node.A, sent);
        return shape.StartsWith("error") ? Error(Node.A.Address(v6), sent.Answer()).Ip() : sent.Ip();
    }

    /// <summary>An answer to a packet of A; an error about it.</summary>
    private byte[] FromOutside(bool v6, string shape)
    {
        Datagram sent = Datagram.Kind(Kind(shape), Node.A.Address(v6), 40000, Outside(v6), 53);
        Out(Node.A, sent);
        Datagram wire = sent.Source(Node.Up.Address(v6), sent.FromPort);
        if (shape.Contains("fragment"))
        {
            List<byte[]> pieces = Fragments.Split((wire.Answer() with { Payload = 200 }).Ip(), 104);
            Node.FromUplink(Node.Up, pieces[0]);
            return pieces[shape == "first fragment" ? 0 : 1];
        }
        return shape.StartsWith("error") ? Error(Router(v6), wire).Ip() : wire.Answer().Ip();
    }

    private static string Kind(string shape) => shape switch { "error" => "udp", "error of gre" => "gre", "first fragment" or "later fragment" => "udp", _ => shape };

    private static Datagram Error(string from, Datagram about) => about.V6 ? Datagram.Error(from, 1, 4, about) : Datagram.Error(from, 3, 3, about);

    /// <summary>The same bytes as a packet of that length.</summary>
    private static byte[] Shortened(byte[] ip)
    {
        byte[] copy = [.. ip];
        if (ip[0] >> 4 == 6)
        {
            (copy[4], copy[5]) = ((byte)((ip.Length - 40) >> 8), (byte)(ip.Length - 40));
            return copy;
        }
        (copy[2], copy[3]) = ((byte)(ip.Length >> 8), (byte)ip.Length);
        (copy[10], copy[11]) = (0, 0);
        ushort sum = Checksum.Of(copy.AsSpan(0, Math.Min(copy.Length, (copy[0] & 0xf) * 4)));
        (copy[10], copy[11]) = ((byte)(sum >> 8), (byte)sum);
        return copy;
    }

    private static byte[] Bytes(string address) => System.Net.IPAddress.Parse(address).GetAddressBytes();

    /// <summary>
    /// What went out has neither as its source nor where an ICMP error quotes it a pod's address, unless the packet was for
    /// where pods are not masqueraded to, or was no packet of a pod any more.
    /// </summary>
    private void NeverLeaks(bool v6, Outcome outcome, byte[] sent)
    {
        Assert.NotEqual(Verdict.Redirect, outcome.Verdict);
        byte[] pod = Bytes(Node.A.Address(v6));
        int source = v6 ? 8 : 12;
        if (sent[0] >> 4 != (v6 ? 6 : 4))
        {
            return; // no IP packet, whatever the ethertype says
        }
        if (outcome.Verdict != Verdict.Pass || sent.Length < source + pod.Length || !sent.AsSpan(source, pod.Length).SequenceEqual(pod))
        {
            return;
        }
        string text = $"{outcome.Counters}: {Convert.ToHexString(sent)} became {Convert.ToHexString(outcome.Frame)}";
        bool plain = outcome.Counters.Contains("UPLINK_PLAIN") && sent.Length >= (v6 ? 40 : 20) && Excluded(sent.AsSpan(v6 ? 24 : 16, pod.Length));
        if (plain)
        {
            return;
        }
        ReadOnlySpan<byte> left = outcome.Frame.AsSpan(Ethernet.Header);
        int header = v6 ? 40 : (sent[0] & 0xf) * 4;
        bool error = sent.Length > header && IsError(v6, sent[v6 ? 6 : 9], sent[header]);
        Assert.True((error ? left : left[..(v6 ? 40 : 20)]).IndexOf(pod) < 0, text);
    }

    private static bool IsError(bool v6, byte protocol, byte type) =>
        v6 ? protocol == Datagram.Icmp6 && type is >= 1 and <= 4 : protocol == Datagram.Icmp4 && type is 3 or 11 or 12;

    private static bool Excluded(ReadOnlySpan<byte> to) => to.Length == 4
        ? to[0] >= 224 || (to[0] == 169 && to[1] == 254) || (to[0] == 10 && to[1] == 1 && to[2] == 0)
        : to[0] == 0xff || (to[0] == 0xfe && (to[1] & 0xc0) == 0x80) || (to[0] == 0xfd && to[1] == 1 && to[2..8].IndexOfAnyExcept((byte)0) < 0);
}
