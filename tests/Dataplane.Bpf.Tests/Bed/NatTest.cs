using System.Globalization;
using Dataplane.Abi;
using Dataplane.Bpf.Tests.Packets;

namespace Dataplane.Bpf.Tests.Bed;

/// <summary>
/// What the tests of translation say often. A packet is followed through all programs that it meets; where one hands
/// it to the stack, the stack is a router that does nothing but route.
/// </summary>
[Collection(NatCollection.Name)]
public abstract class NatTest
{
    protected NatTest(NatNode node)
    {
        Node = node;
        node.Reset();
    }

    protected NatNode Node { get; }

    public static TheoryData<bool, string> Kinds => Every("tcp", "udp", "icmp", "sctp", "gre");

    public static TheoryData<bool, string> PortKinds => Every("tcp", "udp", "icmp");

    /// <summary>A host beyond the router of the first uplink.</summary>
    protected static string Outside(bool v6) => v6 ? "2001:db8:f0::50" : "198.18.0.50";

    /// <summary>Another one.</summary>
    protected static string Outside2(bool v6) => v6 ? "2001:db8:f0::51" : "198.18.0.51";

    /// <summary>The router of the first uplink.</summary>
    protected static string Router(bool v6) => v6 ? "2001:db8::1" : "192.0.2.1";

    /// <summary>The packet of a pod on its way to the wire.</summary>
    protected Outcome Out(Pod pod, Datagram packet, Uplink? uplink = null) => Out(pod, packet.Ip(), uplink);

    /// <inheritdoc cref="Out(Pod,Datagram,Uplink?)"/>
    protected Outcome Out(Pod pod, byte[] ip, Uplink? uplink = null)
    {
        Uplink by = uplink ?? Node.Up;
        Outcome first = Node.FromPod(pod, ip);
        if (first.Verdict == Verdict.Drop)
        {
            return first;
        }
        // Redirected out of the node: it meets to_uplink as from_pod left it.
        byte[] on = first.Verdict == Verdict.Redirect ? first.Frame[Ethernet.Header..] : Routed(first.Frame[Ethernet.Header..]);
        Outcome second = Node.ToUplink(by, on, pod.Flags.HasFlag(PodFlags.L2) ? pod.Domain : pod.Ifindex);
        return second with { Counters = $"{first.Counters} | {second.Counters}" };
    }

    /// <summary>It is on the wire just so: built from nothing, with every checksum.</summary>
    protected void OnWire(Datagram expected, Outcome outcome, Uplink? uplink = null) =>
        Same(Verdict.Pass, NatNode.FrameOut(uplink ?? Node.Up, expected.Ip()), outcome);

    /// <summary>It came in by the first uplink and reached the pod just so, by the fast path or by the stack.</summary>
    protected void Delivered(Pod pod, Datagram expected, Outcome outcome)
    {
        // By the fast path the program is the router.
        byte[] frame = outcome.Verdict == Verdict.Redirect
            ? Ethernet.Frame(expected.Routed().Ip(), pod.GatewayMac, pod.Mac)
            : Ethernet.Frame(expected.Ip(), Node.Up.RouterMac, Node.Up.Mac);
        Assert.NotEqual(Verdict.Drop, outcome.Verdict);
        Same(outcome.Verdict, frame, outcome);
    }

    /// <summary>Passed on as it was.</summary>
    protected void Untouched(Datagram packet, Outcome outcome, Uplink? uplink = null) =>
        Same(Verdict.Pass, Ethernet.Frame(packet.Ip(), (uplink ?? Node.Up).RouterMac, (uplink ?? Node.Up).Mac), outcome);

    protected static void Dropped(string counter, Outcome outcome)
    {
        Assert.Equal(Verdict.Drop, outcome.Verdict);
        Assert.Contains(counter, outcome.Counters.Split(' '));
    }

    protected static void Same(Verdict verdict, byte[] frame, Outcome outcome)
    {
        string got = Describe(outcome.Frame);
        Assert.True(verdict == outcome.Verdict, $"{outcome.Verdict} ({outcome.Counters}), expected {verdict}: {got}");
        Assert.True(frame.AsSpan().SequenceEqual(outcome.Frame), $"{outcome.Counters}\nexpected {Describe(frame)}\ngot      {got}\n{Convert.ToHexString(frame)}\n{Convert.ToHexString(outcome.Frame)}");
    }

    /// <summary>Every entry of "nat".</summary>
    protected List<(NatKey Key, NatRow Row)> Entries() => Node.Programs["nat"].All<NatKey, NatRow>();

    /// <summary>The halves as they are seen: the one of the side that began, or that of the answers.</summary>
    protected (NatKey Key, NatRow Row) Half(bool reply) => Assert.Single(Entries(), e => e.Row.Reply == (reply ? 1 : 0));

    /// <summary>Makes every entry older by some seconds.</summary>
    protected void Age(int seconds)
    {
        foreach ((NatKey key, NatRow row) in Entries())
        {
            NatRow aged = row;
            aged.LastSeen -= (ulong)seconds * 1_000_000_000;
            Node.Programs["nat"].Put(key, aged);
        }
    }

    /// <summary>What a router makes of an IP packet.</summary>
    protected static byte[] Routed(byte[] ip) => Frame.Routed(Ethernet.Frame(ip, new byte[6], new byte[6]), new byte[6], new byte[6])[Ethernet.Header..];

    protected static TheoryData<bool, string> Every(params ReadOnlySpan<string> kinds)
    {
        var data = new TheoryData<bool, string>();
        foreach (string kind in kinds)
        {
            data.Add(false, kind);
            data.Add(true, kind);
        }
        return data;
    }

    /// <summary>The source port on the wire, where it is not known before.</summary>
    protected static int WirePort(Outcome outcome) => DatagramBytes.Read(outcome.Frame.AsSpan(Ethernet.Header)).FromPort;

    private static string Describe(byte[] frame)
    {
        try
        {
            return string.Create(CultureInfo.InvariantCulture, $"{DatagramBytes.Read(frame.AsSpan(Ethernet.Header))} wrong: {Verify.Checksums(frame.AsSpan(Ethernet.Header)) ?? "nothing"}");
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            return "not a whole packet";
        }
    }
}
