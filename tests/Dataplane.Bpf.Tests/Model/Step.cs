using Dataplane.Bpf.Tests.Packets;

namespace Dataplane.Bpf.Tests.Model;

/// <summary>One step of a walk. Choices are small numbers, so that they meet often.</summary>
public abstract record Step
{
    /// <summary>A pod (0 or 1) sends to a peer outside.</summary>
    public sealed record Sends(bool V6, string Kind, int Pod, int Port, int Peer, int PeerPort, TcpFlags Flags) : Step;

    /// <summary>The node itself sends, from a port that a pod may have.</summary>
    public sealed record NodeSends(bool V6, string Kind, int Port, int Peer, int PeerPort, TcpFlags Flags) : Step;

    /// <summary>What the other side of a connection (by number) sends.</summary>
    public sealed record Answers(int Connection, TcpFlags Flags) : Step;

    /// <summary>What the pod of a connection sends.</summary>
    public sealed record GoesOn(int Connection, TcpFlags Flags) : Step;

    /// <summary>A peer sends to a port of the node: a host port, or one of the masqueraded.</summary>
    public sealed record Calls(bool V6, string Kind, int Peer, int PeerPort, int NodePort, TcpFlags Flags) : Step;

    /// <summary>Somebody on the way complains about a packet of a connection that left the node.</summary>
    public sealed record Complains(int Connection) : Step;

    /// <summary>Seconds pass.</summary>
    public sealed record Sleeps(int Seconds) : Step;

    /// <summary>The table forgets half a connection.</summary>
    public sealed record Forgets(int Connection, bool Inside) : Step;

    /// <summary>A pod goes, the next one gets its address.</summary>
    public sealed record Replaced(int Pod) : Step;
}
