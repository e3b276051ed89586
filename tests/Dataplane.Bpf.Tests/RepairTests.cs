using System.Net;
using System.Net.Sockets;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests;

/// <summary>A TCP flow that is lost in the middle of its connection, with conntrack still at its SYN.</summary>
public sealed class RepairTests(Node node) : PacketTest(node)
{
    [NeedsFact(Needs.Namespaces | Needs.Iptables)]
    public void A_lost_flow_that_conntrack_knows_untranslated_is_fast_at_once()
    {
        Node.Reset(Node.A, Node.B);
        byte[] middle = Packet(Node.A, Node.B, v6: false, "tcp");
        Expect(Verdict.Pass, "STACK_CANDIDATE", Node.FromPod(Node.A, middle), middle);
        Node.FlushFlows();

        using Socket open = SendSyn(Node.A.V4, 1001, Node.B.V4, 1002);
        Expect(Verdict.Redirect, "FAST_L2 FLOW_REPAIRED", Node.FromPod(Node.A, middle), middle);
        ExpectFlow(FlowState.Fast);
        byte[] answer = Packet(Node.B, Node.A, v6: false, "tcp");
        Expect(Verdict.Redirect, "FAST_L2", Node.FromPod(Node.B, answer), answer);

        Node.FlushFlows();
        Expect(Verdict.Redirect, "FAST_L2 FLOW_REPAIRED", Node.FromPod(Node.B, answer), answer);

        Node.FlushFlows();
        byte[] syn = Packet(Node.A, Node.B, v6: false, "tcp", first: true);
        Expect(Verdict.Pass, "STACK_CANDIDATE", Node.FromPod(Node.A, syn), syn);
    }

    [NeedsFact(Needs.Namespaces | Needs.Iptables)]
    public void A_translated_one_is_not()
    {
        Node.Reset(Node.A, Node.B);
        Node.Namespace.Exec("iptables", "-w", "-t", "nat", "-A", "OUTPUT", "-p", "tcp", "-d", "10.96.0.1", "-j", "DNAT", "--to-destination", $"{Node.B.V4}:1002").OrThrow();
        using Socket open = SendSyn(Node.A.V4, 1003, "10.96.0.1", 80);
        byte[] answer = Frame(Node.B, Node.A, v6: false).Tcp(1002, 1003, Packets.TcpFlags.Ack).Build();
        Expect(Verdict.Pass, "STACK_CANDIDATE", Node.FromPod(Node.B, answer), answer);
        ExpectFlow(FlowState.Candidate);
    }

    /// <summary>conntrack of the namespace sees this SYN and nothing else; the socket keeps it from being reset.</summary>
    private Socket SendSyn(string from, int port, string to, int toPort) => Node.Namespace.Run(() =>
    {
        Node.Namespace.Ip("address", "replace", "10.1.0.1/24", "dev", "va");
        Node.Namespace.Ip("link", "set", "va", "up");
        Node.Namespace.Ip("link", "set", "vb", "up");
        Node.Namespace.Ip("neighbour", "replace", "10.1.0.2", "lladdr", "02:00:00:00:00:02", "dev", "va");
        Node.Namespace.Ip("route", "replace", "10.96.0.0/16", "dev", "va");
        Node.Namespace.Exec("iptables", "-w", "-A", "OUTPUT", "-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP").OrThrow();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), port));
        SocketException refused = Assert.Throws<SocketException>(() => socket.Connect(new IPEndPoint(IPAddress.Parse(to), toPort)));
        Assert.Equal(SocketError.WouldBlock, refused.SocketErrorCode);
        return socket;
    });
}
