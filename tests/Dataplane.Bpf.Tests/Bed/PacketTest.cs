using Dataplane.Bpf.Tests.Packets;

namespace Dataplane.Bpf.Tests.Bed;

/// <summary>What the packet tests say often.</summary>
[Collection(NodeCollection.Name)]
public abstract class PacketTest
{
    protected PacketTest(Node node) => Node = node;

    protected Node Node { get; }

    protected static Frame Frame(Pod from, Pod to, bool v6, byte[]? destination = null) =>
        new Frame(from.Mac, destination ?? to.Mac).Between(from.Address(v6), to.Address(v6));

    /// <summary>A frame of the kind: tcp (with SYN or ACK), udp, icmp; forth or back.</summary>
    protected static byte[] Packet(Pod from, Pod to, bool v6, string kind, bool first = false, byte[]? destination = null, byte ttl = 64)
    {
        Frame frame = Frame(from, to, v6, destination).Ttl(ttl);
        (ushort source, ushort target) = ((ushort)(1000 + from.Mac[5]), (ushort)(1000 + to.Mac[5]));
        return (kind switch
        {
            "tcp" => frame.Tcp(source, target, first ? TcpFlags.Syn : TcpFlags.Ack),
            "udp" => frame.Udp(source, target),
            _ => frame.Echo(77, reply: !first),
        }).Build();
    }

    protected static void Expect(Verdict verdict, string counters, Outcome outcome, byte[] frame)
    {
        Assert.Equal(counters, outcome.Counters);
        Assert.Equal(verdict, outcome.Verdict);
        Assert.Equal(Convert.ToHexString(frame), Convert.ToHexString(outcome.Frame));
    }

    protected void ExpectFlow(FlowState state)
    {
        Assert.Equal(state, Node.Flow()?.State ?? FlowState.None);
    }

    /// <summary>A FAST flow from <paramref name="from"/> to <paramref name="to"/>, proven by its first packet.</summary>
    protected void Prove(Pod from, Pod to, bool v6, string kind, byte[]? destination = null)
    {
        byte[] packet = Packet(from, to, v6, kind, first: true, destination);
        Expect(Verdict.Pass, "STACK_CANDIDATE", Node.FromPod(from, packet), packet);
        Expect(Verdict.Pass, "TO_POD_PROVEN", Node.ToPod(to, packet, from.Ifindex), packet);
        ExpectFlow(FlowState.Fast);
    }
}
