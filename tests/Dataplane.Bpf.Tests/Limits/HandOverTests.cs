using Dataplane.Abi;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Native;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Limits;

/// <summary>What the fast path puts into a limited pod's queue comes by to_pod: it is limited there, and teaches nothing.</summary>
public sealed class HandOverTests(LimitNode node) : LimitTest(node)
{
    private const uint HandedOver = 0xd9a2;

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void A_packet_that_was_handed_over_teaches_nothing_and_is_limited(bool v6)
    {
        LimitState state = Busy();
        Node.Limit(LimitDirection.Ingress, Row(), state);
        Outcome outcome = Marked(HandedOver, Packet(LimitDirection.Ingress, v6));
        Assert.Equal(Verdict.Pass, outcome.Verdict);
        Assert.Equal(1u, Node.Programs.Counted("TO_POD_QUEUED"));
        Assert.Equal(state.Clock, outcome.Context.Departure);
        Assert.Empty(Node.Programs["flows4"].All());
        Assert.Empty(Node.Programs["flows6"].All());
    }

    /// <summary>Any other number is somebody else's business.</summary>
    [NeedsTheory(Needs.Namespaces), InlineData(0u), InlineData(1u), InlineData(0xd9a0u), InlineData(0xd9a1u), InlineData(0xffffu)]
    public void Without_the_mark_it_is_the_stacks(uint mark)
    {
        Marked(mark, Packet(LimitDirection.Ingress));
        Assert.Equal((0u, 1u), (Node.Programs.Counted("TO_POD_QUEUED"), Node.Programs.Counted("TO_POD_TRANSLATED")));
        Assert.Single(Node.Programs["flows4"].All());
    }

    [NeedsTheory(Needs.Namespaces), InlineData(false), InlineData(true)]
    public void A_fast_flow_stays_fast_in_the_queue(bool v6)
    {
        byte[] frame = Packet(LimitDirection.Ingress, v6);
        string table = v6 ? "flows6" : "flows4";
        Assert.Equal("STACK_CANDIDATE", Node.Programs.Run("from_pod", Node.Peer.Ifindex, 0, frame).Counters);
        Assert.Equal("TO_POD_PROVEN", Node.Programs.Run("to_pod", Node.Pod.Ifindex, Node.Peer.Ifindex, frame).Counters);
        (byte[] key, byte[] row) = Assert.Single(Node.Programs[table].All());
        // Long proven: what the stack carries now demotes it.
        FlowEntry aged = new FlowEntry(key, row).Aged(since: 10, fallback: 10);
        Assert.Equal(Bed.FlowState.Fast, aged.State);
        Node.Programs[table].Put(key, aged.Row);

        Outcome sent = Node.Programs.Run("from_pod", Node.Peer.Ifindex, 0, frame);
        Assert.Equal((Verdict.Redirect, "FAST_L2"), (sent.Verdict, sent.Counters));
        Marked(HandedOver, frame);
        Assert.Equal(aged.Row, Node.Programs[table].Get(key));
        Assert.Equal("TO_POD_DEMOTED", Node.Programs.Run("to_pod", Node.Pod.Ifindex, Node.Peer.Ifindex, frame).Counters);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_handed_over_packet_can_be_dropped_too()
    {
        Node.Limit(LimitDirection.Ingress, Row(), Busy() with { Clock = Now + (3600 * Second) });
        Assert.Equal(Verdict.Drop, Marked(HandedOver, Packet(LimitDirection.Ingress)).Verdict);
        Assert.Equal((0u, 1u), (Node.Programs.Counted("TO_POD_QUEUED"), Node.Programs.Counted("DROP_LIMIT_QUEUE")));
    }

    private Outcome Marked(uint mark, byte[] frame)
    {
        using RawProgram marks = RawProgram.Marks(mark, Node.Programs.Fd("to_pod"));
        return Node.Namespace.Run(() => Programs.TestRun(marks.Fd, "marks", Length(1000) with { Ifindex = Node.Pod.Ifindex, Ingress = Node.Peer.Ifindex }, frame));
    }
}
