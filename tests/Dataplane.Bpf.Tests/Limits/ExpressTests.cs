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

    /// <summary>Nobody has more than 5 ms of the rate ahead of the others.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void The_express_lane_is_five_milliseconds_long(LimitDirection direction)
    {
        Node.Limit(direction, Row(), Waiting());
        ulong begin = Now;
        int overtook = 0;
        while (Departure(direction, Packet(direction), Length(1000)) <= Now)
        {
            overtook++;
        }
        Assert.InRange(overtook, 6, 7 + (int)((Now - begin) / Millisecond));
        Assert.InRange(Node.State(direction).Express, begin + Lead, Now + Lead + Millisecond);
    }

    /// <summary>Who floods fills the horizon; who sends little is not lost for that.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void Behind_a_full_horizon_there_is_room_for_an_idle_flow(LimitDirection direction)
    {
        LimitRow row = Row() with { Horizon = 100_000_000 };
        byte[] frame = Packet(direction);
        Outcome? light = null, heavy = null, own = null;
        Node.Limit(direction, row);
        int[] places = Places(direction, frame);
        ulong end = 0;
        InTime(
            4 * Millisecond,
            () =>
            {
                end = Now + row.Horizon + (4 * Millisecond);
                Node.Write(direction, new LimitState { Clock = end });
            },
            () => Node.Namespace.Run(() =>
            {
                heavy = Node.PassHere(direction, frame, Length(4000));
                light = Node.PassHere(direction, frame, Length(100));
                var state = new LimitState { Clock = end };
                Fill(ref state, places, end);
                Node.Write(direction, state);
                own = Node.PassHere(direction, frame, Length(100));
            }),
            () =>
            {
                Assert.Equal((Verdict.Drop, Verdict.Pass, Verdict.Drop), (heavy!.Verdict, light!.Verdict, own!.Verdict));
                Assert.True(light.Context.Departure < end - row.Horizon);
            });
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void But_no_more_than_the_lane_is_long(LimitDirection direction)
    {
        Node.Limit(direction, Row() with { Horizon = 100_000_000 }, new LimitState { Clock = Now + Second });
        Assert.Equal(Verdict.Drop, Node.Pass(direction, Packet(direction), Length(100)).Verdict);
        LimitState after = Node.State(direction);
        Assert.Equal((1u, 0u), (after.Dropped, after.Express));
    }
}
