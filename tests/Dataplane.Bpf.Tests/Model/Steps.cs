using Dataplane.Bpf.Tests.Packets;
using FsCheck;
using FsCheck.Fluent;

namespace Dataplane.Bpf.Tests.Model;

/// <summary>Random walks; a failing one is shrunk to the steps that matter.</summary>
internal static class Steps
{
    private static readonly TcpFlags[] s_flags =
        [TcpFlags.Syn, TcpFlags.Ack, TcpFlags.Ack, TcpFlags.Ack, TcpFlags.Fin | TcpFlags.Ack, TcpFlags.Fin | TcpFlags.Ack, TcpFlags.Rst];

    public static Arbitrary<Step[]> Walks(int length) =>
        Arb.From(Step().ArrayOf(length), walk => Shrunk(walk));

    private static Gen<Step> Step()
    {
        Gen<string> kind = Gen.Elements("tcp", "tcp", "udp", "udp", "icmp", "sctp", "gre");
        Gen<TcpFlags> flags = Gen.Elements(s_flags);
        Gen<int> few = Gen.Choose(0, 2);
        Gen<int> any = Gen.Choose(0, 1000);
        Gen<Step> sends =
            from v6 in Gen.Elements(false, true)
            from k in kind
            from pod in Gen.Choose(0, 1)
            from port in Gen.Choose(0, 3)
            from peer in Gen.Choose(0, 1)
            from peerPort in few
            from f in flags
            select (Step)new Step.Sends(v6, k, pod, port, peer, peerPort, f);
        Gen<Step> calls =
            from v6 in Gen.Elements(false, true)
            from k in kind
            from peer in Gen.Choose(0, 1)
            from peerPort in few
            from port in Gen.Choose(0, 3)
            from f in flags
            select (Step)new Step.Calls(v6, k, peer, peerPort, port, f);
        Gen<Step> own = sends.Select(s => (Step.Sends)s).Select(s => (Step)new Step.NodeSends(s.V6, s.Kind, s.Port, s.Peer, s.PeerPort, s.Flags));
        return Gen.Frequency(
            (8, sends),
            (3, own),
            (5, calls),
            (5, any.SelectMany(c => flags.Select(f => (Step)new Step.Answers(c, f)))),
            (4, any.SelectMany(c => flags.Select(f => (Step)new Step.GoesOn(c, f)))),
            (2, any.Select(c => (Step)new Step.Complains(c))),
            (2, Gen.Elements(2, 40, 100, 1000, 9000).Select(s => (Step)new Step.Sleeps(s))),
            (3, any.SelectMany(c => Gen.Elements(false, true).Select(i => (Step)new Step.Forgets(c, i)))),
            (1, Gen.Choose(0, 1).Select(p => (Step)new Step.Replaced(p))));
    }

    /// <summary>Without a half, a quarter, … of its steps.</summary>
    private static IEnumerable<Step[]> Shrunk(Step[] walk)
    {
        for (int size = walk.Length / 2; size > 0; size /= 2)
        {
            for (int at = 0; at + size <= walk.Length; at += size)
            {
                yield return [.. walk[..at], .. walk[(at + size)..]];
            }
        }
    }
}
