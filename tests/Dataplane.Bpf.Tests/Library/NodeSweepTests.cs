using System.Diagnostics;
using Dataplane.Abi;
using Dataplane.Bpf.Tests.Sweep;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Library;

/// <summary>The timer: who starts it, how fast it goes, what it runs, when it ends.</summary>
public sealed class NodeSweepTests
{
    private const byte Udp = 17;

    [NeedsFact(Needs.Namespaces)]
    public void It_runs_from_the_first_load_on_and_clears_what_has_expired()
    {
        using var node = new PinnedNode();
        using NodePrograms programs = node.Ensure();
        Connect(programs, 1, idleSeconds: 1);
        Connect(programs, 2, idleSeconds: 1000);

        while (programs.Nat.Entries().Count > 2)
        {
            Thread.Sleep(20);
        }

        Assert.True(programs.Nat.TryLookup(SweepBed.Inside(1, Udp, 0, 0, 0).Key, out _));
        Assert.True(programs.Sweep.TryLookup(0, out SweepRow row));
        Assert.Equal(1ul, row.Expired);
    }

    [NeedsFact(Needs.Namespaces)]
    public void It_looks_at_no_more_than_its_share_a_second()
    {
        const int Most = 1024; // DP_SWEEP_LEAST: the table is small
        using var node = new PinnedNode();
        using NodePrograms programs = node.Ensure();
        for (int i = 1; i <= 500; i++)
        {
            Connect(programs, i, idleSeconds: 1);
        }

        SweepRow first = Row(programs), last;
        var clock = Stopwatch.StartNew();
        do
        {
            Thread.Sleep(100);
            last = Row(programs);
        }
        while (last.Visited < first.Visited + 1500);

        Assert.InRange(last.Visited - first.Visited, 1500ul, (ulong)(Most * (clock.Elapsed.TotalSeconds + 1)));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Another_builds_program_goes_on_in_its_place()
    {
        using var node = new PinnedNode();
        uint before;
        using (NodePrograms programs = node.Ensure())
        {
            before = programs.SweepStart.Id;
        }

        using NodePrograms after = node.EnsureOther(1);
        WaitUntilGone(before);
        ulong seen = Row(after).LastRun;
        while (Row(after).LastRun == seen)
        {
            Thread.Sleep(20);
        }
    }

    [NeedsFact(Needs.Namespaces)]
    public void It_ends_with_the_nodes_pins()
    {
        using var node = new PinnedNode();
        uint id;
        using (NodePrograms programs = node.Ensure())
        {
            id = programs.SweepStart.Id;
        }

        using (BpfProgram? loaded = BpfProgram.TryOpenId(id))
        {
            Assert.NotNull(loaded);
        }

        NodePrograms.Remove(node.Cookie);
        WaitUntilGone(id);
    }

    private static void WaitUntilGone(uint program)
    {
        while (BpfProgram.TryOpenId(program) is { } still)
        {
            still.Dispose();
            Thread.Sleep(20);
        }
    }

    private static SweepRow Row(NodePrograms programs)
    {
        Assert.True(programs.Sweep.TryLookup(0, out SweepRow row));
        return row;
    }

    private static void Connect(NodePrograms programs, int number, double idleSeconds)
    {
        (NatKey key, NatRow row) = SweepBed.Inside(number, Udp, NatStates.Replied, idleSeconds, (ulong)number);
        FlowSide pod = row.From;
        programs.Endpoints.Update(pod.Ifindex, new Endpoint { Generation = pod.Generation });
        programs.Nat.Update(key, row);
        (NatKey Key, NatRow Row) other = SweepBed.Outside(number, Udp, NatStates.Replied, idleSeconds);
        programs.Nat.Update(other.Key, other.Row);
        programs.SweepQueue.Push(new SweepItem { Key = key, Ticket = (ulong)number });
    }
}
