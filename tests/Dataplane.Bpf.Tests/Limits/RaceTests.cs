using Dataplane.Abi;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Native;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Limits;

/// <summary>Two CPUs send at the same moment: nothing is lost of what is charged, and nobody has another's turn.</summary>
public sealed class RaceTests(LimitNode node) : LimitTest(node)
{
    private const int Cpus = 2;

    /// <summary>1000 bytes take 800 ns.</summary>
    private LimitRow Fast => Row() with { Rate = 1_250_000_000 };

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void The_sum_of_what_is_charged_is_exact(LimitDirection direction)
    {
        const int Rounds = 100, Repeat = 1000;
        const ulong Sent = Cpus * Rounds * Repeat;
        LimitState state = Busy() with { Clock = Now + (3 * Second) };
        Node.Limit(direction, Fast, state);
        byte[][] frames = Frames(direction);
        AtOnce(Rounds, (cpu, _) => Node.PassHere(direction, frames[cpu], Length(1000), Repeat));
        LimitState after = Node.State(direction);
        Assert.Equal(state.Clock + (Sent * 800), after.Clock);
        Assert.Equal((Sent, Sent * 1000, Sent, 0u), (after.Packets, after.Bytes, after.Delayed, after.Dropped));
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void Nobody_has_anothers_turn(LimitDirection direction)
    {
        const int Batches = 20, Rounds = 100;
        byte[][] frames = Frames(direction);
        for (int batch = 0; batch < Batches; batch++)
        {
            LimitState state = Busy() with { Clock = Now + (3 * Second) };
            Node.Limit(direction, Fast, state);
            ulong[][] departures = [new ulong[Rounds], new ulong[Rounds]];
            AtOnce(Rounds, (cpu, i) => departures[cpu][i] = Node.PassHere(direction, frames[cpu], Length(1000)).Context.Departure);
            if (Now > state.Clock)
            {
                batch--; // so slow a machine that nothing had to wait
                continue;
            }
            IEnumerable<ulong> expected = Enumerable.Range(0, Cpus * Rounds).Select(i => state.Clock + (ulong)(i * 800));
            Assert.Equal(expected, departures.SelectMany(d => d).Order());
            Assert.All(departures, own => Assert.Equal(own.Order(), own));
        }
    }

    /// <summary>Both find a clock that is behind: one of them winds it, once.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void A_silence_is_worth_one_burst_also_to_two(LimitDirection direction)
    {
        byte[][] frames = Frames(direction);
        for (int round = 0; round < 100; round++)
        {
            // 64 kB take longer than both need for a packet, so the clock is not left behind again.
            Node.Limit(direction, Row());
            ulong begin = Now;
            AtOnce(1, (cpu, _) => Node.PassHere(direction, frames[cpu], Length(64_000)));
            Assert.InRange(Node.State(direction).Clock, begin - (100 * Millisecond) + (128 * Millisecond), Now - (100 * Millisecond) + (128 * Millisecond));
        }
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void The_express_lane_is_not_longer_for_two(LimitDirection direction)
    {
        const int Rounds = 3000;
        Node.Limit(direction, Row(), Busy() with { Express = 0 });
        int overtook = 0;
        byte[][] frames = Frames(direction);
        ulong begin = Now;
        AtOnce(Rounds, (cpu, _) =>
        {
            Outcome outcome = Node.PassHere(direction, frames[cpu], Length(100));
            if (outcome.Verdict == Verdict.Pass && outcome.Context.Departure <= Now)
            {
                Interlocked.Increment(ref overtook);
            }
        });
        ulong time = 100 * Microsecond, room = Lead + (Now - begin);
        Assert.InRange((ulong)overtook, Lead / time, (room / time) + Cpus);
        Assert.True(Node.State(direction).Express <= Now + Lead + (Cpus * time));
    }

    [NeedsFact(Needs.Namespaces)]
    public void The_guard_charges_both()
    {
        const int Rounds = 100, Repeat = 200;
        byte[][] frames = Frames(LimitDirection.Egress);
        ulong time = (ulong)frames[0].Length * Second / (1_250_000_000 / 4 * 5);
        Assert.Equal(frames[0].Length, frames[1].Length);
        LimitState state = new() { Guard = Now - (90 * Millisecond) };
        Node.Limit(LimitDirection.Egress, Fast with { Idle = 1_000_000_000 }, state);
        AtOnce(Rounds, (cpu, _) => Node.Programs.RunHere("from_pod", Node.Pod.Ifindex, 0, frames[cpu], repeat: Repeat));
        LimitState after = Node.State(LimitDirection.Egress);
        Assert.Equal((state.Guard + (Cpus * Rounds * Repeat * time), 0ul), (after.Guard, after.Guarded));
    }

    /// <summary>Two flows that have no place in common.</summary>
    private byte[][] Frames(LimitDirection direction)
    {
        int[] own = Places(direction, Packet(direction));
        int other = Enumerable.Range(1, 100).First(f => !Places(direction, Packet(direction, flow: f)).Intersect(own).Any());
        return [Packet(direction), Packet(direction, flow: other)];
    }

    /// <summary>Each CPU does its i-th thing when the other one is there too.</summary>
    private void AtOnce(int rounds, Action<int, int> act)
    {
        int[] reached = [-1, -1];
        List<Exception> failures = [];
        Thread[] threads = [.. Enumerable.Range(0, Cpus).Select(cpu => new Thread(() =>
        {
            try
            {
                Node.Namespace.Run(() =>
                {
                    Affinity.Pin(cpu);
                    for (int i = 0; i < rounds; i++)
                    {
                        Volatile.Write(ref reached[cpu], i);
                        var wait = new SpinWait();
                        while (Volatile.Read(ref reached[1 - cpu]) < i)
                        {
                            wait.SpinOnce(sleep1Threshold: -1);
                        }
                        act(cpu, i);
                    }
                });
            }
            catch (Exception e)
            {
                lock (failures)
                {
                    failures.Add(e);
                }
                Volatile.Write(ref reached[cpu], int.MaxValue);
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.Empty(failures);
    }
}
