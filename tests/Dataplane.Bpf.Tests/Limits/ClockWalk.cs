using System.Runtime.InteropServices;
using Dataplane.Abi;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Model;

namespace Dataplane.Bpf.Tests.Limits;

/// <summary>Takes the same steps through the program and the model. On a thread in the node's namespace.</summary>
internal sealed class ClockWalk
{
    private readonly LimitNode _node;
    private readonly LimitDirection _direction;
    private readonly IReadOnlyList<(byte[] Plain, byte[] Ecn, int[] Places)> _flows;
    private readonly HashSet<int> _unordered = [];
    private readonly Dictionary<int, ulong> _last = [];
    private LimitRow _row;
    private ulong _slept;

    public ClockWalk(LimitNode node, LimitDirection direction, LimitRow row, IReadOnlyList<(byte[] Plain, byte[] Ecn, int[] Places)> flows)
    {
        (_node, _direction, _row, _flows) = (node, direction, row, flows);
        node.Limit(direction, row);
    }

    /// <summary>What was admitted: when it leaves in the time of the walk, how long it is.</summary>
    public List<(ulong At, uint Length)> Departures { get; } = [];

    public void Take(ClockStep step)
    {
        switch (step)
        {
            case ClockStep.Sends s:
                Send(s);
                break;
            case ClockStep.Sleeps s:
                Sleep(s.Nanoseconds);
                break;
            case ClockStep.Changes c:
                _row.Rate = c.Rate;
                _node.Programs["limits"].Put(_node.Key(_direction), _row);
                break;
        }
    }

    private void Send(ClockStep.Sends s)
    {
        (byte[] plain, byte[] ecn, int[] places) = _flows[s.Flow];
        byte[] frame = s.Ecn ? ecn : plain;
        LimitState before = _node.State(_direction);
        ulong earliest = LimitNode.Now, wanted = s.Later == 0 ? 0 : earliest + s.Later;
        Outcome outcome = _node.PassHere(_direction, frame, new SkbContext { WireLength = s.Length, Departure = wanted });
        ulong latest = LimitNode.Now;
        LimitState after = _node.State(_direction);
        bool admitted = outcome.Verdict == Verdict.Pass, marked = !outcome.Frame.AsSpan().SequenceEqual(frame);

        IEnumerable<ulong> moments = ClockModel.Moments(before, after, _row, s.Length, places, outcome.Context.Departure);
        bool known = moments.Prepend(earliest).Append(latest).Where(m => m >= earliest && m <= latest).Any(now =>
        {
            var expected = ClockModel.Send(before, _row, now, s.Length, places, s.Ecn, wanted);
            return expected.Admitted == admitted && expected.Departure == outcome.Context.Departure && expected.Marked == marked && Same(expected.State, after);
        });
        Assert.True(known, $"{s}: {outcome.Verdict}, leaves {(long)(outcome.Context.Departure - earliest)} ns later, at {earliest} to {latest}; "
            + $"clock {(long)(before.Clock - earliest)} to {(long)(after.Clock - earliest)}, express {(long)(before.Express - earliest)} to {(long)(after.Express - earliest)}, "
            + $"flow {(long)(before.Flow[places[0]] - earliest)} to {(long)(after.Flow[places[0]] - earliest)}");
        if (!admitted)
        {
            return;
        }
        ulong at = outcome.Context.Departure + _slept;
        Departures.Add((at, s.Length));
        if (s.Later != 0)
        {
            _unordered.Add(s.Flow);
        }
        if (!_unordered.Contains(s.Flow))
        {
            Assert.True(at >= _last.GetValueOrDefault(s.Flow), $"{s} overtakes its own flow");
            _last[s.Flow] = at;
        }
    }

    private void Sleep(ulong nanoseconds)
    {
        LimitState state = _node.State(_direction);
        state.Clock -= Math.Min(state.Clock, nanoseconds);
        state.Express -= Math.Min(state.Express, nanoseconds);
        for (int i = 0; i < LimitFlows.Places; i++)
        {
            state.Flow[i] -= Math.Min(state.Flow[i], nanoseconds);
        }
        _node.Write(_direction, state);
        _slept += nanoseconds;
    }

    private static bool Same(LimitState a, LimitState b) =>
        MemoryMarshal.AsBytes<LimitState>([a]).SequenceEqual(MemoryMarshal.AsBytes<LimitState>([b]));
}
