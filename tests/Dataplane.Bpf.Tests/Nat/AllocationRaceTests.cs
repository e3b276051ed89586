using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Model;
using Dataplane.Bpf.Tests.Native;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Nat;

/// <summary>Two CPUs want the same ports at the same moment.</summary>
public sealed class AllocationRaceTests(NatNode node) : NatTest(node)
{
    private const int Flows = 400;

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(PortKinds))]
    public void Two_pods_never_get_one_port(bool v6, string kind)
    {
        Outcome[][] outcomes = AtOnce((cpu, i) => Sent(cpu == 0 ? Node.A : Node.B, v6, kind, 40000 + i));
        EveryPortHasOneOwner(outcomes, (cpu, i) => Sent(cpu == 0 ? Node.A : Node.B, v6, kind, 40000 + i));
    }

    /// <summary>A connection that expired still has its entries: whoever takes its place must be alone to do so.</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(PortKinds))]
    public void Nor_one_of_a_connection_that_expired(bool v6, string kind)
    {
        Pod gone = Node.A with { V4 = "10.1.0.9", V6 = "fd01::9", Ifindex = 9999, Domain = 9999, Generation = 77 };
        Node.Put(gone);
        for (int i = 0; i < Flows; i++)
        {
            Node.ToUplink(Node.Up, Sent(gone, v6, kind, 40000 + i).Ip(), gone.Ifindex);
        }
        Age(9000);
        Outcome[][] outcomes = AtOnce((cpu, i) => Sent(cpu == 0 ? Node.A : Node.B, v6, kind, 40000 + i));
        EveryPortHasOneOwner(outcomes, (cpu, i) => Sent(cpu == 0 ? Node.A : Node.B, v6, kind, 40000 + i));
    }

    /// <summary>The first packets of one connection on two CPUs (a pod that sends from two threads).</summary>
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(PortKinds))]
    public void One_connection_never_gets_two(bool v6, string kind)
    {
        // B has every port that A wants to keep.
        for (int i = 0; i < Flows; i++)
        {
            Node.ToUplink(Node.Up, Sent(Node.B, v6, kind, 40000 + i).Ip(), Node.B.Ifindex);
        }
        Outcome[][] outcomes = AtOnce((_, i) => Sent(Node.A, v6, kind, 40000 + i));
        for (int i = 0; i < Flows; i++)
        {
            Assert.True(outcomes[0][i].Verdict == Verdict.Pass && outcomes[1][i].Verdict == Verdict.Pass);
            Assert.True(WirePort(outcomes[0][i]) == WirePort(outcomes[1][i]), $"flow {i}: ports {WirePort(outcomes[0][i])} and {WirePort(outcomes[1][i])}");
        }
        // What the loser had taken is free again.
        Assert.Equal(Flows * 4, Entries().Count);
    }

    private static Datagram Sent(Pod pod, bool v6, string kind, int port) => Datagram.Kind(kind, pod.Address(v6), port, Outside(v6), 53);

    /// <summary>Both CPUs run to_uplink on their i-th packet when the other one is there too.</summary>
    private Outcome[][] AtOnce(Func<int, int, Datagram> packet)
    {
        Outcome[][] outcomes = [new Outcome[Flows], new Outcome[Flows]];
        int[] reached = [-1, -1];
        List<Exception> failures = [];
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(cpu => new Thread(() =>
        {
            try
            {
                Node.Namespace.Run(() => Race(cpu));
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
        return outcomes;

        void Race(int cpu)
        {
            Affinity.Pin(cpu);
            for (int i = 0; i < Flows; i++)
            {
                Datagram sent = packet(cpu, i);
                byte[] frame = NatNode.FrameOut(Node.Up, sent.Ip());
                Volatile.Write(ref reached[cpu], i);
                var wait = new SpinWait();
                while (Volatile.Read(ref reached[1 - cpu]) < i)
                {
                    wait.SpinOnce(sleep1Threshold: -1);
                }
                outcomes[cpu][i] = Node.Programs.RunHere("to_uplink", Node.Up.Ifindex, sent.From.Equals(System.Net.IPAddress.Parse(Node.A.Address(sent.V6))) ? Node.A.Ifindex : Node.B.Ifindex, frame);
            }
        }
    }

    private void EveryPortHasOneOwner(Outcome[][] outcomes, Func<int, int, Datagram> packet)
    {
        Dictionary<FiveTuple, FiveTuple> owners = [];
        for (int cpu = 0; cpu < 2; cpu++)
        {
            for (int i = 0; i < Flows; i++)
            {
                Assert.True(outcomes[cpu][i].Verdict == Verdict.Pass, $"CPU {cpu} flow {i} was dropped");
                FiveTuple wire = FiveTuple.Of(DatagramBytes.Read(outcomes[cpu][i].Frame.AsSpan(Ethernet.Header)));
                FiveTuple inside = FiveTuple.Of(packet(cpu, i));
                Assert.True(owners.TryAdd(wire, inside), $"{wire} is {inside} and {owners.GetValueOrDefault(wire)}");
            }
        }
        // The answers reach whom they are for.
        foreach ((FiveTuple wire, FiveTuple inside) in owners)
        {
            Datagram answer = wire.In(Datagram.Kind(inside.Protocol == Datagram.TcpProtocol ? "tcp" : inside.Protocol == Datagram.UdpProtocol ? "udp" : "icmp", wire.From.ToString(), 1, wire.To.ToString(), 1)).Answer();
            Outcome back = Node.Namespace.Run(() => Node.Programs.RunHere("from_uplink", Node.Up.Ifindex, Node.Up.Ifindex, Ethernet.Frame(answer.Ip(), Node.Up.RouterMac, Node.Up.Mac)));
            Assert.Equal(inside.Answer, FiveTuple.Of(DatagramBytes.Read(back.Frame.AsSpan(Ethernet.Header))));
        }
    }
}
