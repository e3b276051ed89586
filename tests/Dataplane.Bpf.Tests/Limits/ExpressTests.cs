using Dataplane.Abi;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Limits;

/// <summary>Who sends little does not wait behind who sends much.</summary>
public sealed class ExpressTests(LimitNode node) : LimitTest(node)
{
    /// <summary>A second's worth waits, of other flows.</summary>
    private static LimitState Waiting() => Busy() with { Express = 0 };

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(DirectionsAndFamilies))]
    public void A_short_packet_of_an_idle_flow_overtakes_and_is_charged(LimitDirection direction, bool v6)
    {
        LimitState state = Waiting();
        Node.Limit(direction, Row(), state);
        ulong before = Now, leaves = Departure(direction, Packet(direction, v6), Length(1000));
        Assert.InRange(leaves, before, Now);
        LimitState after = Node.State(direction);
        Assert.Equal((state.Clock + Millisecond, leaves + Millisecond), (after.Clock, after.Express));
        Assert.Equal((1u, 1000u, 0u), (after.Packets, after.Bytes, after.Delayed));
        // Whoever waits, waits for it too.
        Assert.Equal(state.Clock + Millisecond, Departure(direction, Packet(direction, v6, flow: 1), Length(4000)));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void Up_to_two_frames_are_short(LimitDirection direction)
    {
        foreach ((uint length, bool overtakes) in new[] { (62u, true), (1514u, true), (Short, true), (Short + 1, false), (9014u, false), (65_000u, false) })
        {
            LimitState state = Waiting();
            Node.Limit(direction, Row(), state);
            ulong leaves = Departure(direction, Packet(direction), Length(length));
            Assert.Equal(overtakes, leaves < state.Clock);
            Assert.Equal(overtakes ? leaves + (length * Microsecond) : 0, Node.State(direction).Express);
        }
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(DirectionsAndFamilies))]
    public void Packets_of_one_flow_never_overtake_each_other(LimitDirection direction, bool v6)
    {
        Node.Limit(direction, Row());
        int[] own = Places(direction, Packet(direction, v6)), others = [];
        int other = Enumerable.Range(1, 100).First(f => !(others = Places(direction, Packet(direction, v6, f))).Intersect(own).Any());
        LimitState state = Waiting();
        Node.Write(direction, state);
        Assert.Equal(state.Clock, Departure(direction, Packet(direction, v6), Length(4000)));
        Assert.Equal(state.Clock + (4 * Millisecond), Departure(direction, Packet(direction, v6), Length(100)));
        Assert.True(Departure(direction, Packet(direction, v6, other), Length(100)) < state.Clock);
        Assert.Equal(state.Clock + (4 * Millisecond) + (200 * Microsecond), Departure(direction, Packet(direction, v6), Length(100)));
        LimitState after = Node.State(direction);
        Assert.All(own, place => Assert.Equal(state.Clock + (4 * Millisecond) + (200 * Microsecond), after.Flow[place]));
        Assert.All(others, place => Assert.Equal(0u, after.Flow[place]));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void A_flow_whose_last_packet_has_left_is_idle(LimitDirection direction)
    {
        Node.Limit(direction, Row());
        int[] places = Places(direction, Packet(direction));
        LimitState state = Waiting();
        Fill(ref state, places, Now);
        Node.Write(direction, state);
        Assert.True(Departure(direction, Packet(direction), Length(100)) < state.Clock);
        Fill(ref state, places, Now + Second);
        Node.Write(direction, state);
        Assert.Equal(state.Clock, Departure(direction, Packet(direction), Length(100)));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void A_flow_that_shares_one_place_with_others_has_the_second(LimitDirection direction)
    {
        Node.Limit(direction, Row());
        foreach (int shared in Places(direction, Packet(direction)))
        {
            LimitState state = Waiting();
            state.Flow[shared] = Now + Second;
            Node.Write(direction, state);
            Assert.True(Departure(direction, Packet(direction), Length(100)) < state.Clock);
        }
    }

    private static void Fill(ref LimitState state, int[] places, ulong until)
    {
        foreach (int place in places)
        {
            state.Flow[place] = until;
        }
    }

    /// <summary>Nobody has more than 5 ms of the rate ahead of the others, and nobody with packets that are not small more than half of it.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void The_express_lane_is_five_milliseconds_long(LimitDirection direction)
    {
        foreach ((uint length, ulong lane) in new[] { (512u, Lead), (513u, Lead / 2), (1514u, Lead / 2) })
        {
            Node.Limit(direction, Row() with { Rate = 250_000 }, Waiting());
            ulong begin = Now, time = length * 4 * Microsecond;
            int overtook = 0;
            while (Departure(direction, Packet(direction), Length(length)) <= Now)
            {
                overtook++;
            }
            int least = (int)(lane / time) + 1;
            Assert.InRange(overtook, least, least + 1 + (int)((Now - begin) / time));
            Assert.InRange(Node.State(direction).Express, begin + lane, Now + lane + time);
        }
    }

    /// <summary>Where the rate is low, busy flows often have nothing waiting: what they have taken of the lane leaves room for who sends little.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void Full_frames_of_others_leave_room_for_small_packets(LimitDirection direction)
    {
        Outcome? full = null, small = null;
        InTime(
            Millisecond,
            () => Node.Limit(direction, Row(), Waiting() with { Express = Now + (4 * Millisecond) }),
            () => Node.Namespace.Run(() =>
            {
                full = Node.PassHere(direction, Packet(direction, flow: 1), Length(1514));
                small = Node.PassHere(direction, Packet(direction), Length(100));
            }),
            () => Assert.Equal((true, false), (full!.Context.Departure > Now + (100 * Millisecond), small!.Context.Departure > Now)));
    }

    /// <summary>Who floods fills the horizon; who sends little is not lost for that.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void Behind_a_full_horizon_there_is_room_for_an_idle_flow(LimitDirection direction)
    {
        byte[] frame = Packet(direction);
        Node.Limit(direction, Row());
        int[] places = Places(direction, frame);
        var state = new LimitState { Clock = Now + (3600 * Second) };
        Node.Limit(direction, Row(), state);

        Assert.Equal(Verdict.Drop, Node.Pass(direction, frame, Length(4000)).Verdict);
        Assert.True(Departure(direction, frame, Length(100)) <= Now);
        Assert.Equal(state.Clock + (100 * Microsecond), Node.State(direction).Clock);

        Fill(ref state, places, Now + (3600 * Second));
        Node.Write(direction, state);
        Assert.Equal(Verdict.Drop, Node.Pass(direction, frame, Length(100)).Verdict);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void But_no_more_than_the_lane_is_long(LimitDirection direction)
    {
        Node.Limit(direction, Row(), new LimitState { Clock = Now + (3600 * Second), Express = Now + (3600 * Second) });
        Assert.Equal(Verdict.Drop, Node.Pass(direction, Packet(direction), Length(100)).Verdict);
        Assert.Equal(1u, Node.State(direction).Dropped);
    }
}
