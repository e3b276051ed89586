using Dataplane.Abi;
using Dataplane.Bpf.Tests.Packets;

namespace Dataplane.Bpf.Tests.Bed;

/// <summary>What the tests of limits say often. At the rate of most of them a byte takes a microsecond.</summary>
[Collection(LimitCollection.Name)]
public abstract class LimitTest
{
    protected const ulong Microsecond = 1000;
    protected const ulong Millisecond = 1_000_000;
    protected const ulong Second = 1_000_000_000;

    /// <summary>DP_EXPRESS_LENGTH: what is longer never overtakes.</summary>
    protected const uint Short = 3100;

    /// <summary>DP_EXPRESS_LEAD.</summary>
    protected const ulong Lead = 5 * Millisecond;

    protected LimitTest(LimitNode node)
    {
        Node = node;
        node.Reset();
    }

    public static TheoryData<LimitDirection> Directions => [LimitDirection.Ingress, LimitDirection.Egress];

    public static TheoryData<LimitDirection, bool> DirectionsAndFamilies => new()
    {
        { LimitDirection.Ingress, false }, { LimitDirection.Ingress, true }, { LimitDirection.Egress, false }, { LimitDirection.Egress, true },
    };

    protected LimitNode Node { get; }

    protected static ulong Now => LimitNode.Now;

    /// <summary>1 MB/s, a burst of 100 ms, with departure times.</summary>
    protected LimitRow Row(LimitFlags flags = LimitFlags.Edt) => new()
    {
        Rate = 1_000_000,
        Burst = 100_000,
        Idle = 100_000_000,
        Horizon = 4_000_000_000,
        Mark = 4_000_000_000,
        Flags = flags,
        Generation = Node.Pod.Generation,
    };

    /// <summary>A second's worth is waiting and nobody may overtake for an hour: what comes now leaves in a second, and that is exact.</summary>
    protected static LimitState Busy() => new() { Clock = Now + Second, Express = Now + (3600 * Second) };

    /// <summary>A packet of a flow that goes this way, by the number of the flow.</summary>
    protected byte[] Packet(LimitDirection direction, bool v6 = false, int flow = 0, byte trafficClass = 0) =>
        Between(direction, Node.Peer.Address(v6), flow).TrafficClass(trafficClass).Build();

    /// <summary>A frame of UDP between the pod and an address outside it.</summary>
    protected Frame Between(LimitDirection direction, string peer, int flow = 0)
    {
        string own = Node.Pod.Address(peer.Contains(':'));
        return direction == LimitDirection.Ingress
            ? new Frame(Node.Peer.Mac, Node.Pod.Mac).Between(peer, own).Udp((ushort)(2000 + flow), 53)
            : new Frame(Node.Pod.Mac, Node.Peer.Mac).Between(own, peer).Udp((ushort)(2000 + flow), 53);
    }

    protected static SkbContext Length(uint bytes) => new() { WireLength = bytes };

    /// <summary>How a packet that is admitted is counted.</summary>
    protected static string Sent(LimitDirection direction) => direction == LimitDirection.Ingress ? "TO_POD_LOCAL" : "LIMIT_SENT";

    /// <summary>How one is counted that the limit is not for.</summary>
    protected static string Exempt(LimitDirection direction) => direction == LimitDirection.Ingress ? "TO_POD_LOCAL" : "LIMIT_EXEMPT";

    /// <summary>It passes; says when it leaves, 0: nobody says.</summary>
    protected ulong Departure(LimitDirection direction, byte[] frame, SkbContext context = default)
    {
        Outcome outcome = Node.Pass(direction, frame, context);
        Assert.Equal((Verdict.Pass, Sent(direction)), (outcome.Verdict, outcome.Counters));
        return outcome.Context.Departure;
    }

    /// <summary>Which places of flow[] a packet's flow has: the only ones that are written when it waits.</summary>
    protected int[] Places(LimitDirection direction, byte[] frame)
    {
        LimitRow row = Node.Row(direction) ?? default;
        LimitState before = Node.State(direction);
        Node.Limit(direction, Row(), Busy());
        Departure(direction, frame, Length(Short));
        LimitState state = Node.State(direction);
        Node.Limit(direction, row, before);
        return [.. Enumerable.Range(0, LimitFlows.Places).Where(i => state.Flow[i] != 0)];
    }

    /// <summary>Does something that has to be over within a time to say anything; again, until it was.</summary>
    protected static void InTime(ulong nanoseconds, Action prepare, Action act, Action judge)
    {
        ArgumentNullException.ThrowIfNull(prepare);
        ArgumentNullException.ThrowIfNull(act);
        ArgumentNullException.ThrowIfNull(judge);
        for (;;)
        {
            ulong before = Now;
            prepare();
            act();
            if (Now - before < nanoseconds)
            {
                judge();
                return;
            }
        }
    }
}
