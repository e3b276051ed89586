using System.Net.Sockets;
using Dataplane.Abi;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Native;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Limits;

/// <summary>Packets that really go: through the queue of a limited pod, and out of one, whoever made them.</summary>
public sealed class LiveTests : IDisposable
{
    private const int Count = 50;
    private readonly LiveNode _node = new();

    [NeedsFact(Needs.Namespaces)]
    public void A_limited_pod_gets_every_packet_through_its_queue()
    {
        (_node.B with { Flags = PodFlags.L2 | PodFlags.Queued }).Put(_node.Programs);
        (ulong clear, ulong marked) = Deliver();
        // Not one in the pod's own way: all pass the egress of the host's end, and nobody after to_pod sees the mark.
        Assert.Equal(((ulong)Count, 0ul), (clear, marked));
        Assert.Equal(Count - 1ul, _node.Programs.Counted("FAST_L2"));
        Assert.Equal(Count - 1ul, _node.Programs.Counted("TO_POD_QUEUED"));
        Assert.Equal(0u, _node.Programs.Counted("TO_POD_DEMOTED"));
        Assert.Equal(Bed.FlowState.Fast, Flow());
    }

    [NeedsFact(Needs.Namespaces)]
    public void Another_ones_limit_costs_an_unlimited_pod_nothing()
    {
        (_node.A with { Flags = PodFlags.L2 | PodFlags.Queued | PodFlags.Limit | PodFlags.Guard }).Put(_node.Programs);
        (ulong clear, ulong marked) = Deliver();
        Assert.Equal((1ul, 0ul), (clear, marked));
        Assert.Equal((Count - 1ul, 0ul), (_node.Programs.Counted("FAST_L2"), _node.Programs.Counted("TO_POD_QUEUED")));
    }

    /// <summary>The answers to ARP and what the pod forwards have no socket, or one of another namespace.</summary>
    [NeedsFact(Needs.Namespaces)]
    public void Whatever_leaves_a_limited_pod_is_limited()
    {
        using TestNamespace inner = TestNamespace.Create("livei");
        _node.SpaceA.Ip("link", "add", "in0", "type", "veth", "peer", "name", "eth0", "netns", inner.Name);
        _node.SpaceA.Ip("address", "add", "10.7.0.1/24", "dev", "in0");
        _node.SpaceA.Ip("link", "set", "in0", "up");
        _node.SpaceA.SetSysctl("net/ipv4/ip_forward", "1");
        inner.Ip("address", "add", "10.7.0.2/24", "dev", "eth0");
        inner.Ip("link", "set", "eth0", "up");
        inner.Ip("route", "add", "default", "via", "10.7.0.1");

        uint device = Node.Ifindex(_node.SpaceA, "eth0");
        var key = new LimitKey { Ifindex = _node.A.Ifindex, Direction = LimitDirection.Egress };
        _node.Programs["limits"].Put(key, new LimitRow
        {
            Rate = 1_000_000_000, Burst = 1_000_000, Idle = 1_000_000, Horizon = 250_000_000, Mark = 250_000_000, Flags = LimitFlags.Edt, Generation = _node.A.Generation,
        });
        _node.Programs["limit_states"].Put(key, default(LimitState));
        _node.Programs["limit_pods"].Put(new LimitPodKey { NetnsCookie = _node.SpaceA.Cookie, Ifindex = device }, new LimitPod { Ifindex = _node.A.Ifindex, Generation = _node.A.Generation });
        _node.Attach(_node.SpaceA, "eth0", "egress", _node.Programs.Fd("pod_limit"), 1);

        using (Socket receiver = LiveNode.Receiver(_node.SpaceB))
        {
            LiveNode.Send(_node.SpaceA, _node.B.V4, 10); // asks by ARP as well
            LiveNode.Send(inner, _node.B.V4, 10);
            Receive(receiver, 20);
        }
        _node.SpaceB.Ip("neighbour", "flush", "all");
        LiveNode.Send(_node.SpaceB, _node.A.V4, 1); // is answered by ARP and by "port unreachable"
        LimitState state = default;
        for (int i = 0; i < 100 && (state = _node.Programs["limit_states"].All<LimitKey, LimitState>().Single().Row).Packets < 23; i++)
        {
            Thread.Sleep(50);
        }
        Assert.InRange(state.Packets, 23u, 30u);
        Assert.Equal(0u, _node.Programs.Counted("LIMIT_EXEMPT"));
    }

    public void Dispose() => _node.Dispose();

    private (ulong Clear, ulong Marked) Deliver()
    {
        // ARP is done with first, so that what is counted are the datagrams.
        _node.SpaceA.Ip("neighbour", "add", _node.B.V4, "lladdr", "02:00:00:00:00:02", "dev", "eth0");
        using RawProgram counts = RawProgram.Counts();
        _node.AttachBehindToPod("vb", counts);
        using Socket receiver = LiveNode.Receiver(_node.SpaceB);
        LiveNode.Send(_node.SpaceA, _node.B.V4, 1);
        Receive(receiver, 1);
        LiveNode.Send(_node.SpaceA, _node.B.V4, Count - 1);
        Receive(receiver, Count - 1);
        return counts.Seen;
    }

    private Bed.FlowState Flow()
    {
        (byte[] key, byte[] row) = Assert.Single(_node.Programs["flows4"].All());
        return new FlowEntry(key, row).State;
    }

    private static void Receive(Socket receiver, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(100, receiver.Receive(new byte[200]));
        }
    }
}
