using Dataplane.Abi;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace Dataplane.Bpf.Tests.Limits;

/// <summary>from_pod drops what the pod's own queue would not have let out, and nothing else.</summary>
public sealed class GuardTests(LimitNode node) : LimitTest(node)
{
    private const LimitDirection Egress = LimitDirection.Egress;

    /// <summary>DP_GUARD_SLACK.</summary>
    private const ulong Slack = 100 * Millisecond;

    public static TheoryData<bool, bool> EnginesAndFamilies => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(EnginesAndFamilies))]
    public void What_is_faster_than_five_quarters_is_dropped_and_counted(bool edt, bool v6)
    {
        LimitRow row = Row(edt ? LimitFlags.Edt : LimitFlags.None);
        Node.Limit(Egress, row);
        byte[] frame = Frame(v6, 1000);
        ulong time = (ulong)frame.Length * Second / 1_250_000;
        ulong begin = Now;
        int passed = 0, dropped = 0;
        while (dropped < 50)
        {
            Bed.Outcome outcome = Node.Arrive(frame);
            bool drop = outcome.Verdict == Verdict.Drop;
            Assert.Equal(drop, outcome.Counters == "DROP_LIMIT_GUARD");
            passed += drop ? 0 : 1;
            dropped += drop ? 1 : 0;
        }
        // The burst and the slack at 5/4 of the rate, with departure times what may overtake as well; time went by, and the coarse clock has ticks.
        ulong elapsed = Now - begin, allowed = Slack + (100 * Millisecond) + (edt ? row.Horizon + (65_536 * Microsecond) : 0);
        Assert.InRange((ulong)passed, allowed / time, ((allowed + elapsed + (10 * Millisecond)) / time) + 2);
        Assert.Equal((ulong)dropped, Node.State(Egress).Guarded);
        Assert.Equal((0u, 0u), (Node.State(Egress).Packets, Node.State(Egress).Dropped));
    }

    /// <summary>In the long run five quarters of the rate pass, whatever is sent.</summary>
    [NeedsTheory(Needs.Namespaces), InlineData(11, 0.0), InlineData(13, 0.03), InlineData(20, 0.36), InlineData(100, 0.86)]
    public void Of_a_multiple_of_the_rate_the_rest_is_dropped(int tenths, double least)
    {
        Node.Limit(Egress, Row(LimitFlags.None));
        byte[] frame = Frame(false, 1400);
        ulong gap = (ulong)frame.Length * Microsecond * 10 / (ulong)tenths;
        int dropped = 0, late = 0;
        Node.Namespace.Run(() =>
        {
            for (int i = 0; i < 3000; i++)
            {
                ulong before = Now;
                Sleep(gap);
                bool drop = From(frame).Verdict == Verdict.Drop;
                dropped += i >= 1000 && drop ? 1 : 0;
                late += Now - before > gap / 100 ? 1 : 0;
            }
        });
        double share = dropped / 2000.0, most = Math.Max(0, 1 - (12.5 / tenths));
        Assert.InRange(share, late > 0 ? 0 : least, most + 0.01);
    }

    /// <summary>
    /// Whatever a queue of this rate and burst lets out, in any lengths, as one packet or many segments, reaches the host.
    /// </summary>
    [NeedsTheory(Needs.Namespaces), InlineData(1_000ul), InlineData(125_000ul), InlineData(1_250_000ul), InlineData(125_000_000ul)]
    public void What_conforms_is_never_dropped(ulong rate)
    {
        Gen<(int Kind, int Size, int Silence)> step =
            from kind in Gen.Choose(0, 3)
            from size in Gen.Choose(1, 1000)
            from silence in Gen.Frequency((30, Gen.Constant(0)), (3, Gen.Choose(1, 100)), (1, Gen.Choose(100, 2000)))
            select (kind, size, silence);
        Prop.ForAll(Arb.From(step.ArrayOf(300)), steps => Conform(rate, steps)).Check(Config.QuickThrowOnFailure.WithMaxTest(30));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Exempt_traffic_is_not_guarded()
    {
        Node.Limit(Egress, Row(LimitFlags.Unshaped), Full());
        Node.Subnet("10.1.0.0/24");
        Assert.Equal("STACK_CANDIDATE", Node.Arrive(Frame(false, 1000)).Counters);
        Assert.Equal("DROP_LIMIT_GUARD", Node.Arrive(Frame(true, 1000)).Counters);
        Node.Limit(Egress, Row(LimitFlags.Shaped), Full());
        Assert.Equal("DROP_LIMIT_GUARD", Node.Arrive(Frame(false, 1000)).Counters);
        Assert.Equal("STACK_CANDIDATE", Node.Arrive(Frame(true, 1000)).Counters);
        Assert.Equal("STACK_NOT_IP", Node.Arrive(new Frame(Node.Pod.Mac, Node.Peer.Mac).EtherType(0x0806).Build()).Counters);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Only_the_endpoints_own_limit_is_guarded()
    {
        Node.Limit(LimitDirection.Ingress, Row(), Full());
        Assert.Equal("STACK_CANDIDATE", Node.Arrive(Frame(false, 1000)).Counters);
        Node.Limit(Egress, Row() with { Generation = Node.Pod.Generation + 1 }, Full());
        Assert.Equal("STACK_CANDIDATE", Node.Arrive(Frame(false, 1000)).Counters);
        Node.Limit(Egress, Row(), Full());
        (Node.Pod with { Flags = PodFlags.L2 | PodFlags.Queued | PodFlags.Limit }).Put(Node.Programs);
        Assert.Equal("STACK_CANDIDATE", Node.Arrive(Frame(false, 1000)).Counters);
        (Node.Pod with { Flags = PodFlags.L2 | PodFlags.Guard }).Put(Node.Programs);
        Assert.Equal("DROP_LIMIT_GUARD", Node.Arrive(Frame(false, 1000)).Counters);
    }

    /// <summary>ARP, malformed and tagged frames take of the rate as any other.</summary>
    [NeedsFact(Needs.Namespaces)]
    public void Nothing_goes_past_it()
    {
        Node.Limit(Egress, Row(), Full());
        Frame[] frames =
        [
            new Frame(Node.Pod.Mac, Node.Peer.Mac).EtherType(0x0806),
            new Frame(Node.Pod.Mac, Node.Peer.Mac).EtherType(0x8100),
            Between(Egress, Node.Peer.V4).Udp(1, 2).Patch(14, 0x65),
            Between(Egress, Node.Peer.V4).Udp(1, 2).Fragment(100),
            Between(Egress, Node.Peer.V6).Protocol(50),
        ];
        Assert.All(frames, frame => Assert.Equal("DROP_LIMIT_GUARD", Node.Arrive(frame.Build()).Counters));
    }

    private static LimitState Full() => new() { Guard = Now + (3600 * Second) };

    private byte[] Frame(bool v6, int payload) => Between(Egress, Node.Peer.Address(v6)).Udp(2000, 53, payload).Build();

    private Bed.Outcome From(byte[] frame, SkbContext context = default) =>
        Node.Programs.RunHere("from_pod", context with { Ifindex = Node.Pod.Ifindex }, frame);

    /// <summary>Time goes by for the guard.</summary>
    private void Sleep(ulong nanoseconds)
    {
        LimitState state = Node.State(Egress);
        state.Guard -= Math.Min(state.Guard, nanoseconds);
        Node.Write(Egress, state);
    }

    /// <summary>A queue in a time of its own lets packets out as early as rate and burst allow; the guard is shown each at its moment.</summary>
    private void Conform(ulong rate, (int Kind, int Size, int Silence)[] steps)
    {
        const ulong Burst = 20_000;
        Node.Limit(Egress, Row(LimitFlags.None) with { Rate = rate, Burst = Burst, Idle = (uint)Math.Min(Burst * Second / rate, 4 * Second) });
        Node.Namespace.Run(() =>
        {
            double tokens = Burst;
            foreach ((int kind, int size, int silence) in steps)
            {
                (byte[] frame, SkbContext context, ulong wire) = Sample(kind, size);
                ulong wait = (ulong)silence * Millisecond;
                tokens = Math.Min(Burst, tokens + (rate * (wait / (double)Second)));
                if (wire > tokens)
                {
                    ulong more = (ulong)Math.Ceiling((wire - tokens) * Second / rate);
                    tokens += rate * (more / (double)Second);
                    wait += more;
                }
                tokens -= wire;
                Sleep(wait);
                Assert.True(From(frame, context).Verdict != Verdict.Drop, $"{wire} bytes after {wait} ns");
            }
        });
    }

    /// <summary>A frame, what the kernel says of it, and what it takes on the wire.</summary>
    private (byte[] Frame, SkbContext Context, ulong Wire) Sample(int kind, int size)
    {
        switch (kind)
        {
            case 0: // UDP, one packet
            {
                byte[] frame = Frame(size % 2 == 1, size);
                return (frame, default, (ulong)frame.Length);
            }
            case 1: // TCP segments
            {
                Frame tcp = Between(Egress, Node.Peer.Address(size % 2 == 1));
                byte[] frame = tcp.Tcp(1, 2, TcpFlags.Ack, 3 * size).Build();
                return Segmented(frame, (size % 2 == 1 ? 40 : 20) + 34, size);
            }
            case 2: // UDP segments, short ones
            {
                int segment = 1 + (size % 50);
                return Segmented(Frame(false, 20 * segment), 42, segment);
            }
            default:
                return (new Frame(Node.Pod.Mac, Node.Peer.Mac).EtherType(0x0806).Build(), default, 60);
        }
    }

    private static (byte[] Frame, SkbContext Context, ulong Wire) Segmented(byte[] frame, int headers, int segment)
    {
        int segments = (frame.Length - headers + segment - 1) / segment;
        return (frame, new SkbContext { GsoSize = (uint)segment, GsoSegments = (uint)segments }, (ulong)(frame.Length + ((segments - 1) * headers)));
    }
}
