using Dataplane.Abi;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Model;
using Dataplane.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace Dataplane.Bpf.Tests.Limits;

/// <summary>Any sequence of packets leaves when the model says, keeps to the rate, and passes the guard.</summary>
public sealed class ClockWalkTests(LimitNode node) : LimitTest(node)
{
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void Random_walks_do_what_the_model_does(LimitDirection direction) => Walk(direction, WalkRow(), steady: false, 200, 100, _ => { });

    /// <summary>
    /// Between any two moments no more leaves than the rate, the burst, what may wait (others may overtake it) and the
    /// express lane allow, and a packet that has begun.
    /// </summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void No_walk_is_faster_than_the_rate(LimitDirection direction) => Walk(direction, WalkRow(), steady: true, 300, 40, departures =>
    {
        // The last one that may wait is a long one.
        ulong more = WalkRow().Idle + WalkRow().Horizon + (64_000 * Microsecond) + (2 * Lead);
        for (int i = 0; i < departures.Count; i++)
        {
            ulong bytes = 0;
            for (int j = i; j < departures.Count; j++)
            {
                bytes += departures[j].Length;
                ulong time = departures[j].At - departures[i].At + more;
                Assert.True((bytes * Microsecond) <= time + (64_000 * Microsecond), $"{bytes} bytes in {time} ns");
            }
        }
    });

    /// <summary>What pod_limit lets go is never too fast for from_pod.</summary>
    [NeedsFact(Needs.Namespaces)]
    public void No_walk_is_dropped_by_the_guard()
    {
        byte[] frame = Packet(LimitDirection.Egress);
        Walk(LimitDirection.Egress, WalkRow() with { Idle = 20_000_000, Burst = 20_000 }, steady: true, 300, 40, departures =>
        {
            ulong at = departures.Count == 0 ? 0 : departures[0].At;
            LimitState state = default;
            foreach ((ulong departure, uint length) in departures)
            {
                state.Guard -= Math.Min(state.Guard, departure - at);
                at = departure;
                Node.Write(LimitDirection.Egress, state);
                // BPF_PROG_TEST_RUN takes no frame that long: segments of which the guard counts the headers.
                int more = (int)length - frame.Length, headers = more / 42;
                var context = new SkbContext { Ifindex = Node.Pod.Ifindex, GsoSegments = (uint)headers + 1, GsoSize = 1 };
                Bed.Outcome outcome = Node.Programs.RunHere("from_pod", context, [.. frame, .. new byte[more - (headers * 42)]]);
                Assert.True(outcome.Verdict != Verdict.Drop, $"{length} bytes at {departure} ns");
                state = Node.State(LimitDirection.Egress);
            }
        });
    }

    private LimitRow WalkRow() => Row() with { Horizon = 250_000_000, Mark = 50_000_000 };

    private void Walk(LimitDirection direction, LimitRow row, bool steady, int length, int walks, Action<List<(ulong At, uint Length)>> judge)
    {
        Node.Limit(direction, row);
        List<(byte[], byte[], int[])> flows = [.. Enumerable.Range(0, 8).Select(f =>
            (Packet(direction, f % 2 == 1, f), Packet(direction, f % 2 == 1, f, trafficClass: 2), Places(direction, Packet(direction, f % 2 == 1, f))))];
        Node.Namespace.Run(() => Prop.ForAll(ClockStep.Walks(length, steady), steps =>
        {
            var walk = new ClockWalk(Node, direction, row, flows);
            Array.ForEach(steps, walk.Take);
            judge([.. walk.Departures.OrderBy(d => d.At)]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(walks)));
    }
}
