using System.Net;
using Dataplane.Abi;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.Bpf.Tests.Model;
using Dataplane.Bpf.Tests.Packets;

namespace Dataplane.Bpf.Tests.Nat;

/// <summary>Takes the same steps through the programs and through the model, and compares every packet and the table.</summary>
internal sealed class Walk : NatTest
{
    private const ushort PortMin = 40000;
    private const ushort PortMax = 40003;
    private static readonly int[] s_podPorts = [80, 40000, 40001, 50000];
    private static readonly int[] s_peerPorts = [53, 443, 40000];
    private static readonly int[] s_nodePorts = [8080, 40000, 40001, 40003];
    private readonly NatModel _model;
    private readonly Pod[] _pods;
    private uint _generation = 1000;

    public Walk(NatNode node)
        : base(node)
    {
        _model = new NatModel(IPAddress.Parse(node.Up.V4), IPAddress.Parse(node.Up.V6), PortMin, PortMax);
        _pods = [node.A with { MasqueradePorts = (PortMin, PortMax) }, node.B with { MasqueradePorts = (PortMin, PortMax) }];
        node.Reset(_pods);
        Map(_pods[0]);
        Map(_pods[1]);
    }

    public void Take(Step step)
    {
        switch (step)
        {
            case Step.Sends s:
                Send(s.Pod, Datagram.Kind(s.Kind, _pods[s.Pod].Address(s.V6), s_podPorts[s.Port], Peer(s.V6, s.Peer), s_peerPorts[s.PeerPort]) with { Flags = s.Flags });
                break;
            case Step.NodeSends s:
                NodeSend(Datagram.Kind(s.Kind, Node.Up.Address(s.V6), s_podPorts[s.Port], Peer(s.V6, s.Peer), s_peerPorts[s.PeerPort]) with { Flags = s.Flags });
                break;
            case Step.Calls { Kind: not "icmp" } s:
                Receive(Datagram.Kind(s.Kind, Peer(s.V6, s.Peer), s_peerPorts[s.PeerPort], Node.Up.Address(s.V6), s_nodePorts[s.NodePort]) with { Flags = s.Flags });
                break;
            case Step.Answers s when Pick(s.Connection) is { } connection:
                Receive(Packet(connection.Outside).Answer() with { Flags = s.Flags });
                break;
            case Step.GoesOn s when Pick(s.Connection) is { } connection:
                GoOn(connection, Packet(connection.Inside) with { Flags = s.Flags });
                break;
            case Step.Complains s when Pick(s.Connection) is { } connection:
                Complain(connection);
                break;
            case Step.Sleeps s:
                Age((int)_model.Sleep(s.Seconds));
                break;
            case Step.Forgets s when Pick(s.Connection) is { } connection:
                Forget(connection, s.Inside);
                break;
            case Step.Replaced s:
                Replace(s.Pod);
                break;
        }
        Compare();
    }

    private void Send(int number, Datagram packet)
    {
        Pod pod = _pods[number];
        Expectation expected = _model.Outward(pod.Ifindex, FiveTuple.Of(packet), FlagsOf(packet));
        Outcome outcome = Out(pod, packet);
        if (Choose(expected, outcome) is { } tuple)
        {
            OnWire(tuple.In(packet).Routed(), outcome);
        }
    }

    private void NodeSend(Datagram packet)
    {
        Expectation expected = _model.NodeOutward(FiveTuple.Of(packet), FlagsOf(packet));
        Outcome outcome = Node.ToUplink(Node.Up, packet.Ip(), 0);
        if (expected is Expectation.Untouched)
        {
            OnWire(packet, outcome);
        }
        else if (Choose(expected, outcome) is { } tuple)
        {
            OnWire(tuple.In(packet), outcome);
        }
    }

    private void GoOn(Connection connection, Datagram packet)
    {
        if (connection.Pod == Connection.Node)
        {
            NodeSend(packet);
        }
        else
        {
            Send(PodNumber(connection), packet);
        }
    }

    private void Receive(Datagram packet)
    {
        Expectation expected = _model.Inward(FiveTuple.Of(packet), FlagsOf(packet));
        Outcome outcome = Node.FromUplink(Node.Up, packet.Ip());
        if (Choose(expected, outcome) is { } tuple)
        {
            uint pod = expected is Expectation.Becomes known ? known.Pod : ((Expectation.Chooses)expected).Pod;
            Arrived(pod, tuple.In(packet), outcome);
        }
        else if (expected is Expectation.Untouched)
        {
            Untouched(packet, outcome);
        }
    }

    private void Arrived(uint pod, Datagram packet, Outcome outcome)
    {
        if (pod == Connection.Node)
        {
            Untouched(packet, outcome);
        }
        else
        {
            Delivered(_pods.Single(p => p.Ifindex == pod), packet, outcome);
        }
    }

    /// <summary>The tuple that the packet must have now; null: it was dropped or left alone, as it should.</summary>
    private static FiveTuple? Choose(Expectation expected, Outcome outcome)
    {
        switch (expected)
        {
            case Expectation.Becomes known:
                return known.Tuple;
            case Expectation.Chooses { Ports.Count: 0 }:
                Assert.True(outcome.Verdict == Verdict.Drop, $"{outcome.Verdict} {outcome.Counters}: no port is free");
                return null;
            case Expectation.Chooses { MayBeLost: true } when outcome.Counters.Contains("DROP_NAT_LOST", StringComparison.Ordinal):
                return null;
            case Expectation.Chooses chooses:
                Assert.True(outcome.Verdict != Verdict.Drop, $"{outcome.Counters}: {string.Join(' ', chooses.Ports.Take(5))} would have been free");
                ushort port = (ushort)WirePort(outcome);
                Assert.True(chooses.Ports.Contains(port), $"{outcome.Counters}: {port}, free were {string.Join(' ', chooses.Ports.Take(5))}");
                chooses.Chosen(port);
                return chooses.Tuple.Source(chooses.Tuple.From, port);
            default:
                return null;
        }
    }

    /// <summary>Changes nothing, and reaches the pod of whoever has the port.</summary>
    private void Complain(Connection connection)
    {
        Datagram wire = Packet(connection.Outside);
        Datagram error = wire.V6 ? Datagram.Error(Router(true), 1, 4, wire) : Datagram.Error(Router(false), 3, 3, wire);
        Connection? known = _model.Connections.FirstOrDefault(c => c.HasOutside && !c.Expired && c.Outside == connection.Outside);
        Outcome outcome = Node.FromUplink(Node.Up, error.Ip());
        if (known is null)
        {
            Untouched(error, outcome);
            return;
        }
        Arrived(known.Pod, error.Destination(known.Inside.From.ToString(), 0).About(known.Inside.In(wire)), outcome);
    }

    /// <summary>Only what nobody used for a while is forgotten.</summary>
    private void Forget(Connection connection, bool inside)
    {
        Age((int)_model.Sleep(2));
        foreach ((NatKey key, NatRow row) in Entries())
        {
            bool isInside = key.Scope == connection.Pod && KeyTuple(key) == connection.Inside && RowTuple(key, row) == connection.Outside;
            bool isOutside = key.Scope == 0 && KeyTuple(key) == connection.Outside.Answer && RowTuple(key, row) == connection.Inside.Answer;
            if (inside ? isInside : isOutside)
            {
                Node.Programs["nat"].Delete(key);
            }
        }
        _model.Forget(connection, inside);
    }

    private void Replace(int number)
    {
        _model.Remove(_pods[number].Ifindex);
        _pods[number] = _pods[number] with { Generation = ++_generation };
        Node.Put(_pods[number]);
        Map(_pods[number]);
    }

    private void Map(Pod pod)
    {
        (byte Protocol, ushort Port, ushort PodPort)[] ports = pod.Ifindex == Node.A.Ifindex
            ? [(Datagram.TcpProtocol, 8080, 80), (Datagram.SctpProtocol, 8080, 8080)]
            : [(Datagram.UdpProtocol, 8080, 80), (Datagram.TcpProtocol, 40003, 80)];
        foreach ((byte protocol, ushort port, ushort podPort) in ports)
        {
            Node.HostPort(protocol, "0.0.0.0", port, pod, podPort);
            Node.HostPort(protocol, "::", port, pod, podPort);
            _model.HostPort(protocol, port, pod.Ifindex, IPAddress.Parse(pod.V4), IPAddress.Parse(pod.V6), podPort);
        }
    }

    /// <summary>What the model believes to be in the table is there; nobody shares a port.</summary>
    private void Compare()
    {
        var table = Entries().Where(Lives).ToDictionary(e => (e.Key.Scope, KeyTuple(e.Key)), e => (RowTuple(e.Key, e.Row), e.Row.State));
        HashSet<FiveTuple> wire = [];
        foreach (Connection c in _model.Connections.Where(c => !c.Expired))
        {
            if (c.HasInside)
            {
                Assert.True(table.TryGetValue((c.Pod, c.Inside), out var half) && half.Item1 == c.Outside, $"inside half of {c.Inside} as {c.Outside}: {half}");
            }
            if (c.HasOutside)
            {
                Assert.True(wire.Add(c.Outside), $"two have {c.Outside}");
                Assert.True(table.TryGetValue((0, c.Outside.Answer), out var half) && half.Item1 == c.Inside.Answer, $"outside half of {c.Inside} as {c.Outside}: {half}");
            }
        }
    }

    private bool Lives((NatKey Key, NatRow Row) entry) =>
        new[] { entry.Row.From, entry.Row.To }.All(side => side.Ifindex is 0 or Connection.Node || _pods.Any(p => p.Ifindex == side.Ifindex && p.Generation == side.Generation));

    private static FiveTuple KeyTuple(NatKey key) => new(
        key.Protocol, Addresses.Read(key.Source), Addresses.Swap(key.SourcePort), Addresses.Read(key.Destination), Addresses.Swap(key.DestinationPort));

    private static FiveTuple RowTuple(NatKey key, NatRow row) => new(
        key.Protocol, Addresses.Read(row.Source), Addresses.Swap(row.SourcePort), Addresses.Read(row.Destination), Addresses.Swap(row.DestinationPort));

    private Connection? Pick(int number) => _model.Connections.Count == 0 ? null : _model.Connections[number % _model.Connections.Count];

    private int PodNumber(Connection connection) => connection.Pod == _pods[0].Ifindex ? 0 : 1;

    private static string Peer(bool v6, int number) => number == 0 ? Outside(v6) : Outside2(v6);

    private static TcpFlags FlagsOf(Datagram packet) => packet.Protocol == Datagram.TcpProtocol ? packet.Flags : TcpFlags.None;

    private static Datagram Packet(FiveTuple tuple) => new(tuple.Protocol, tuple.From, tuple.FromPort, tuple.To, tuple.ToPort)
    {
        Type = tuple.Protocol switch { Datagram.Icmp4 => 8, Datagram.Icmp6 => 128, _ => 0 },
    };
}
