using System.Net;
using Dataplane.Bpf.Tests.Packets;

namespace Dataplane.Bpf.Tests.Model;

/// <summary>
/// The translation, as it is meant. Every method says what may become of one packet and remembers that it passed.
/// <para>
/// A connection of a pod leaves with the node's address. It keeps its port if that is in the range and nobody else who is
/// alive has it towards the same peer, else it gets any that is free; without one it is dropped. SCTP keeps its port
/// always, and of protocols without ports one connection to a peer is possible. A connection to a host port goes
/// to the pod with the client's address. Both have two halves, either can be lost, and the one that is left restores the other.
/// </para>
/// </summary>
public sealed class NatModel(IPAddress node4, IPAddress node6, ushort portMin, ushort portMax)
{
    private readonly List<Connection> _connections = [];
    private readonly Dictionary<(byte Protocol, ushort Port), (uint Pod, IPAddress Pod4, IPAddress Pod6, ushort PodPort)> _hostPorts = [];

    /// <summary>What pods would answer to the clients of host ports, ever: flows outlive translations.</summary>
    private readonly HashSet<(uint Pod, FiveTuple Inside)> _answers = [];

    public IReadOnlyList<Connection> Connections => _connections;

    public void HostPort(byte protocol, ushort port, uint pod, IPAddress pod4, IPAddress pod6, ushort podPort) =>
        _hostPorts[(protocol, port)] = (pod, pod4, pod6, podPort);

    /// <summary>The pod is gone, and all it had with it.</summary>
    public void Remove(uint pod)
    {
        _connections.RemoveAll(c => c.Pod == pod);
        _answers.RemoveWhere(a => a.Pod == pod);
        foreach ((byte, ushort) key in _hostPorts.Where(h => h.Value.Pod == pod).Select(h => h.Key).ToList())
        {
            _hostPorts.Remove(key);
        }
    }

    /// <summary>Time passes; never to where a second decides.</summary>
    public long Sleep(long seconds)
    {
        while (_connections.Exists(c => Math.Abs(c.Idle + seconds - c.Patience) < 4))
        {
            seconds += 5;
        }
        _connections.ForEach(c => c.Idle += seconds);
        return seconds;
    }

    /// <summary>The table forgets a half.</summary>
    public void Forget(Connection connection, bool inside)
    {
        connection.HasInside &= !inside;
        connection.HasOutside &= inside;
        _connections.RemoveAll(c => c.Gone);
    }

    /// <summary>A pod sends a packet out of the node.</summary>
    public Expectation Outward(uint pod, FiveTuple tuple, TcpFlags flags) => Outward(pod, tuple, flags, portMin, portMax);

    private Expectation Outward(uint pod, FiveTuple tuple, TcpFlags flags, ushort min, ushort max)
    {
        Connection? known = _connections.Find(c => c.HasInside && c.Pod == pod && c.Inside == tuple);
        if (known is { Expired: true, FromOutside: true })
        {
            known = null; // an answer revives nothing
        }
        if (known is { HasOutside: false } && !Restore(known, outside: true))
        {
            known = null;
        }
        if (known is not null)
        {
            known.Pass(!known.FromOutside, flags);
            return new Expectation.Becomes(known.Outside, 0);
        }
        FiveTuple wire = tuple.Source(tuple.V6 ? node6 : node4, tuple.FromPort);
        return new Expectation.Chooses(wire, 0, PortsFor(wire, pod, tuple, min, max), port =>
            Add(new Connection(tuple, wire.Source(wire.From, port), pod, fromOutside: false), flags)) { MayBeLost = _answers.Contains((pod, tuple)) };
    }

    /// <summary>The node itself sends a packet out: as it is, but where its port is a pod's it gets another; or, where it cannot, that place.</summary>
    public Expectation NodeOutward(FiveTuple tuple, TcpFlags flags)
    {
        Connection? own = _connections.Find(c => c.HasInside && c.Pod == Connection.Node && c.Inside == tuple);
        Connection? other = _connections.Find(c => c != own && c.HasOutside && !c.Expired && !c.FromOutside && c.Outside == tuple);
        if (own is null && other is null)
        {
            return new Expectation.Untouched();
        }
        if (other is not null && !IsMovable(tuple))
        {
            _connections.RemoveAll(c => c == other || c == own);
        }
        return Outward(Connection.Node, tuple, flags, 32768, 65535);
    }

    private static bool IsMovable(FiveTuple tuple) => tuple.Protocol is Datagram.TcpProtocol or Datagram.UdpProtocol or Datagram.Icmp4 or Datagram.Icmp6;

    /// <summary>A packet comes in by an uplink.</summary>
    public Expectation Inward(FiveTuple tuple, TcpFlags flags)
    {
        Connection? known = _connections.Find(c => c.HasOutside && c.Outside.Answer == tuple);
        if (known is { Expired: true, FromOutside: false })
        {
            known = null;
        }
        if (known is { HasInside: false } && !Restore(known, outside: false))
        {
            known = null;
        }
        if (known is not null)
        {
            known.Pass(known.FromOutside, flags);
            return new Expectation.Becomes(known.Inside.Answer, known.Pod);
        }
        if (!_hostPorts.TryGetValue((tuple.Protocol, tuple.ToPort), out var row))
        {
            return new Expectation.Untouched();
        }
        FiveTuple seen = tuple.Destination(tuple.V6 ? row.Pod6 : row.Pod4, row.PodPort);
        return new Expectation.Chooses(seen, row.Pod, ClientPorts(seen, row.Pod, tuple), port =>
        {
            FiveTuple inside = seen.Source(seen.From, port).Answer;
            _answers.Add((row.Pod, inside));
            Add(new Connection(inside, tuple.Answer, row.Pod, fromOutside: true), flags);
        });
    }

    /// <summary>Is the port towards this peer somebody's who is alive?</summary>
    public bool Taken(FiveTuple wire, Connection? but = null) => _connections.Exists(c => c != but && c.HasOutside && !c.Expired && c.Outside == wire);

    private bool InsideTaken(uint pod, FiveTuple inside, Connection? but = null) =>
        _connections.Exists(c => c != but && c.HasInside && !c.Expired && c.Pod == pod && c.Inside == inside);

    /// <summary>The lost half at its place again, or the one that is left removed too.</summary>
    private bool Restore(Connection connection, bool outside)
    {
        bool taken = outside ? Taken(connection.Outside, connection) : InsideTaken(connection.Pod, connection.Inside, connection);
        if (taken)
        {
            _connections.Remove(connection);
            return false;
        }
        Evict(connection);
        (connection.HasInside, connection.HasOutside) = (true, true);
        return true;
    }

    private void Add(Connection connection, TcpFlags flags)
    {
        Evict(connection);
        _connections.Add(connection);
        connection.Pass(original: true, flags);
    }

    /// <summary>What is at the places of a connection's halves has expired, or was a half of it.</summary>
    private void Evict(Connection connection)
    {
        foreach (Connection other in _connections.Where(c => c != connection))
        {
            other.HasInside &= other.Pod != connection.Pod || other.Inside != connection.Inside;
            other.HasOutside &= other.Outside != connection.Outside;
        }
        _connections.RemoveAll(c => c.Gone);
    }

    private List<ushort> PortsFor(FiveTuple wire, uint pod, FiveTuple inside, ushort min, ushort max)
    {
        // What is left of a connection of just this tuple is its own.
        bool Free(ushort port) => !_hostPorts.ContainsKey((wire.Protocol, port))
            && !_connections.Exists(c => c.HasOutside && !c.Expired && c.Outside == wire.Source(wire.From, port) && !(c.Pod == pod && c.Inside == inside));
        bool icmp = wire.Protocol is Datagram.Icmp4 or Datagram.Icmp6;
        bool movable = IsMovable(wire);
        if (Free(wire.FromPort) && (!movable || icmp || (wire.FromPort >= min && wire.FromPort <= max)))
        {
            return [wire.FromPort];
        }
        return movable ? [.. Enumerable.Range(min, max - min + 1).Select(p => (ushort)p).Where(Free)] : [];
    }

    /// <summary>The client keeps its port, unless the pod has a connection of its own that looks the same.</summary>
    private List<ushort> ClientPorts(FiveTuple seen, uint pod, FiveTuple wire)
    {
        // What is left of a connection of just this tuple is its own.
        bool Free(ushort port) => !InsideTaken(pod, seen.Source(seen.From, port).Answer, _connections.Find(c => c.Outside == wire.Answer));
        if (Free(seen.FromPort))
        {
            return [seen.FromPort];
        }
        return seen.Protocol == Datagram.SctpProtocol ? [] : [.. Enumerable.Range(32768, 32768).Select(p => (ushort)p).Where(Free)];
    }
}
