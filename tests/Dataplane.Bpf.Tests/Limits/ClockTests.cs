using Dataplane.Abi;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Limits;

/// <summary>When packets leave: one clock for all flows of a direction.</summary>
public sealed class ClockTests(LimitNode node) : LimitTest(node)
{
    public static TheoryData<LimitDirection, ulong> Rates
    {
        get
        {
            var data = new TheoryData<LimitDirection, ulong>();
            foreach (ulong bits in new ulong[] { 1_000, 64_000, 10_000_000, 20_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000 })
            {
                data.Add(LimitDirection.Ingress, bits / 8);
                data.Add(LimitDirection.Egress, bits / 8);
            }
            return data;
        }
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Rates))]
    public void Packets_are_apart_by_their_length_at_the_rate(LimitDirection direction, ulong rate)
    {
        LimitState state = Busy();
        Node.Limit(direction, Row() with { Rate = rate }, state);
        ulong expected = state.Clock;
        uint[] lengths = [62, 1514, 9014, 3100, 65535, 62];
        foreach (uint length in lengths)
        {
            if (expected > Now + (4 * Second))
            {
                break; // beyond the horizon, where the rate is so low
            }
            Assert.Equal(expected, Departure(direction, Packet(direction), Length(length)));
            expected += length * Second / rate;
        }
        Assert.Equal(expected, Node.State(direction).Clock);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void All_flows_and_both_families_have_one_clock(LimitDirection direction)
    {
        LimitState state = Busy();
        Node.Limit(direction, Row(), state);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(state.Clock + ((ulong)i * Millisecond), Departure(direction, Packet(direction, i % 2 == 1, i), Length(1000)));
        }
        Assert.Equal((10u, 10_000u, 10u, 0u, 0u), Counts(Node.State(direction)));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void The_directions_have_nothing_to_do_with_each_other(LimitDirection direction)
    {
        LimitState state = Busy();
        Node.Limit(LimitDirection.Ingress, Row(), state);
        Node.Limit(LimitDirection.Egress, Row(), state);
        Departure(direction, Packet(direction), Length(1000));
        Assert.Equal(state.Clock, Node.State(1 - direction).Clock);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void Without_a_length_on_the_wire_the_frames_own_counts(LimitDirection direction)
    {
        Node.Limit(direction, Row(), Busy());
        byte[] frame = Packet(direction);
        Departure(direction, frame);
        Assert.Equal((ulong)frame.Length, Node.State(direction).Bytes);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void After_a_silence_the_burst_leaves_at_once_and_no_more(LimitDirection direction)
    {
        Node.Limit(direction, Row());
        byte[] frame = Packet(direction);
        ulong begin = Now;
        var departures = new List<(ulong Before, ulong Leaves, ulong After)>();
        for (int i = 0; i < 60; i++)
        {
            ulong before = Now, leaves = Departure(direction, frame, Length(4000));
            departures.Add((before, leaves, Now));
        }
        ulong took = Now - begin;
        int atOnce = departures.TakeWhile(d => d.Leaves <= d.After).Count();
        // 100 ms are 25 packets; the one that begins as the burst ends is one of them, and time went by.
        Assert.InRange(atOnce, 25, 26 + (int)(took / (4 * Millisecond)));
        Assert.All(departures.Take(atOnce), d => Assert.InRange(d.Leaves, d.Before, d.After));
        for (int i = atOnce + 1; i < 60; i++)
        {
            (ulong before, ulong leaves, ulong after) = departures[i - 1];
            // Whoever left at once was due by then, and up to a packet's time earlier: where the test was held up, a burst has grown again.
            (ulong first, ulong last) = leaves > after ? (leaves, leaves) : (before - (4 * Millisecond), after);
            ulong now = departures[i].Leaves;
            Assert.True(now <= departures[i].After || (now >= first + (4 * Millisecond) && now <= last + (4 * Millisecond)), $"{i}: {departures[i]} after {departures[i - 1]}");
        }
    }

    /// <summary>However long the silence was: hours of it are no hours of traffic.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void A_silence_is_worth_no_more_than_the_burst(LimitDirection direction)
    {
        foreach (ulong ago in new[] { 101 * Millisecond, Second, 3600 * Second })
        {
            Node.Limit(direction, Row(), new LimitState { Clock = Now > ago ? Now - ago : 0 });
            ulong before = Now;
            Departure(direction, Packet(direction), Length(4000));
            Assert.InRange(Node.State(direction).Clock, before - (96 * Millisecond), Now - (96 * Millisecond));
        }
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void What_would_wait_longer_than_the_horizon_is_dropped_and_not_charged(LimitDirection direction)
    {
        LimitState state = Busy() with { Clock = Now + (3600 * Second) };
        Node.Limit(direction, Row(), state);
        foreach (uint length in new uint[] { 62, 1514, 60_000 })
        {
            Outcome outcome = Node.Pass(direction, Packet(direction), Length(length));
            Assert.Equal((Verdict.Drop, "DROP_LIMIT_QUEUE"), (outcome.Verdict, outcome.Counters));
        }
        LimitState after = Node.State(direction);
        Assert.Equal((state.Clock, state.Express), (after.Clock, after.Express));
        Assert.Equal((0u, 0u, 0u, 0u, 3u), Counts(after));
    }

    /// <summary>Who sends on this node waits instead of losing: its TCP would stop until a timer fires.</summary>
    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void What_the_node_itself_sends_may_wait_for_a_quarter_of_a_second(bool forwarded)
    {
        const LimitDirection Direction = LimitDirection.Ingress;
        byte[] frame = Packet(Direction);
        var context = new SkbContext { WireLength = 4000, Ingress = forwarded ? Node.Peer.Ifindex : 0 };
        Outcome? outcome = null;
        InTime(
            100 * Millisecond,
            () => Node.Limit(Direction, Row() with { Horizon = 50_000_000 }, Busy() with { Clock = Now + (200 * Millisecond) }),
            () => outcome = Node.Pass(Direction, frame, context),
            () => Assert.Equal(forwarded, outcome!.Verdict == Verdict.Drop));

        Node.Write(Direction, Busy());
        Assert.Equal(Verdict.Drop, Node.Pass(Direction, frame, context).Verdict);
    }

    /// <summary>The last one that is admitted begins before the horizon, however long it is.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void The_queue_is_as_long_as_the_horizon(LimitDirection direction)
    {
        Node.Limit(direction, Row() with { Horizon = 300_000_000 }, Busy() with { Clock = Now });
        ulong begin = Now, end = begin;
        int admitted = 0;
        for (int i = 0; i < 100; i++)
        {
            ulong before = Now;
            Outcome outcome = Node.Pass(direction, Packet(direction), Length(10_000));
            end = Now;
            if (outcome.Verdict == Verdict.Pass)
            {
                admitted++;
                Assert.InRange(outcome.Context.Departure, before, end + (300 * Millisecond));
            }
        }
        Assert.InRange(admitted, 31, 32 + (int)((end - begin) / (10 * Millisecond)));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void What_a_sender_wants_later_leaves_later(LimitDirection direction)
    {
        LimitState state = Busy();
        Node.Limit(direction, Row(), state);
        ulong wanted = state.Clock + (2 * Second);
        Assert.Equal(wanted, Departure(direction, Packet(direction), Length(1000) with { Departure = wanted }));
        // It has taken its turn all the same.
        Assert.Equal(state.Clock + Millisecond, Departure(direction, Packet(direction), Length(1000) with { Departure = state.Clock }));
        Assert.Equal(state.Clock + (2 * Millisecond), Departure(direction, Packet(direction), Length(1000) with { Departure = 1 }));
        // Also where nothing waits.
        Node.Write(direction, default);
        Assert.Equal(wanted, Departure(direction, Packet(direction), Length(1000) with { Departure = wanted }));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void Another_rate_is_that_of_the_next_packet(LimitDirection direction)
    {
        LimitState state = Busy();
        Node.Limit(direction, Row(), state);
        Assert.Equal(state.Clock, Departure(direction, Packet(direction), Length(1000)));
        Node.Programs["limits"].Put(Node.Key(direction), Row() with { Rate = 10_000_000 });
        Assert.Equal(state.Clock + Millisecond, Departure(direction, Packet(direction), Length(1000)));
        Assert.Equal(state.Clock + Millisecond + (100 * Microsecond), Departure(direction, Packet(direction), Length(1000)));
    }

    public static TheoryData<LimitDirection, bool, byte, byte, bool> Marks
    {
        get
        {
            var data = new TheoryData<LimitDirection, bool, byte, byte, bool>();
            foreach ((LimitDirection direction, bool v6) in new[] { (LimitDirection.Ingress, false), (LimitDirection.Ingress, true), (LimitDirection.Egress, false), (LimitDirection.Egress, true) })
            {
                // DSCP stays. Not-ECT, ECT(1), ECT(0), and what somebody marked before.
                data.Add(direction, v6, 0xb8, 0xb8, false);
                data.Add(direction, v6, 0xb9, 0xbb, true);
                data.Add(direction, v6, 0xba, 0xbb, true);
                data.Add(direction, v6, 0xbb, 0xbb, true);
            }
            return data;
        }
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Marks))]
    public void What_waits_long_is_marked_where_it_can_be(LimitDirection direction, bool v6, byte before, byte after, bool marked)
    {
        Node.Limit(direction, Row() with { Mark = 50_000_000 }, Busy());
        Outcome outcome = Node.Pass(direction, Packet(direction, v6, trafficClass: before), Length(1000));
        Assert.Equal(Convert.ToHexString(Packet(direction, v6, trafficClass: after)), Convert.ToHexString(outcome.Frame));
        Assert.Equal((1u, 1000u, 1u, marked ? 1u : 0u, 0u), Counts(Node.State(direction)));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(DirectionsAndFamilies))]
    public void What_waits_a_little_or_overtakes_is_not(LimitDirection direction, bool v6)
    {
        byte[] frame = Packet(direction, v6, trafficClass: 2);
        Node.Limit(direction, Row() with { Mark = 1_100_000_000 }, Busy());
        Assert.Equal(frame, Node.Pass(direction, frame, Length(4000)).Frame);
        Node.Limit(direction, Row() with { Mark = 0 }, Busy() with { Express = 0 });
        Assert.Equal(frame, Node.Pass(direction, frame, Length(1000)).Frame);
        Node.Limit(direction, Row() with { Mark = 0 });
        Assert.Equal(frame, Node.Pass(direction, frame, Length(1000)).Frame);
        Assert.Equal(0u, Node.State(direction).Marked);
    }

    /// <summary>ARP has no flow and no ECN; it takes its turn.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void What_is_no_IP_packet_waits_too(LimitDirection direction)
    {
        LimitState state = Busy();
        Node.Limit(direction, Row() with { Mark = 0 }, state);
        byte[] arp = new Frame(Node.Pod.Mac, Node.Peer.Mac).EtherType(0x0806).Build();
        Assert.Equal(state.Clock, Departure(direction, arp, Length(1000)));
        Assert.Equal((1u, 1000u, 1u, 0u, 0u), Counts(Node.State(direction)));
    }

    private static (ulong Packets, ulong Bytes, ulong Delayed, ulong Marked, ulong Dropped) Counts(LimitState state) =>
        (state.Packets, state.Bytes, state.Delayed, state.Marked, state.Dropped);
}
