using System.Net;
using System.Net.Sockets;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests;

/// <summary>Pods talk to each other and to the host, over both kinds of network, in both families.</summary>
public sealed class TrafficTests : NodeTest
{
    [NeedsTheory(Ours)]
    [InlineData("bridge", false)]
    [InlineData("bridge", true)]
    [InlineData("ptp", false)]
    [InlineData("ptp", true)]
    public void Tcp_udp_and_icmp_between_pods_take_the_fast_path(string plugin, bool v6)
    {
        Attachment a = Attach(Network(plugin));
        Attachment b = Attach(Network(plugin));
        using EchoServer server = EchoServer.Start(b.Pod, 7000);

        IReadOnlyDictionary<string, long> counted = Counted(() =>
        {
            Assert.True(Ping.Reaches(a.Pod, b.Address(v6), count: 5), "ping");
            Assert.Equal(20, EchoClient.Count(a.Pod, ProtocolType.Tcp, b.Address(v6), 7000, times: 20, bytes: 20_000));
            Assert.Equal(20, EchoClient.Count(a.Pod, ProtocolType.Udp, b.Address(v6), 7000, times: 20));
        });

        // 20 datagrams, 5 pings and a lot of segments each way; a handful prove the flows.
        Assert.True(Fast(counted) >= 60, Text(counted));
        Assert.True(counted["TO_POD_PROVEN"] is >= 3 and <= 12, Text(counted));
        Assert.True(counted[plugin == "bridge" ? "FAST_L3" : "FAST_L2"] == 0, Text(counted));
        Assert.All(server.Clients, client => Assert.Equal(a.Address(v6), client));
    }

    [NeedsTheory(Ours)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    public void With_fastPath_off_everything_takes_the_stack(string plugin)
    {
        Attachment a = Attach(Network(plugin, extra: ", \"dataplane\": {\"fastPath\": \"off\"}"));
        Attachment b = Attach(Network(plugin, extra: ", \"dataplane\": {\"fastPath\": \"off\"}"));
        using EchoServer server = EchoServer.Start(b.Pod, 7000);

        IReadOnlyDictionary<string, long> counted = Counted(() =>
        {
            Assert.True(Ping.Reaches(a.Pod, b.V4, count: 5));
            Assert.Equal(10, EchoClient.Count(a.Pod, ProtocolType.Tcp, b.V4, 7000, times: 10));
            Assert.Equal(10, EchoClient.Count(a.Pod, ProtocolType.Udp, b.V6, 7000, times: 10));
        });

        Assert.Equal(0, Fast(counted));
        Assert.True(counted["STACK_FASTPATH_OFF"] >= 40, Text(counted));
    }

    [NeedsTheory(Ours)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    public void Pods_and_host_reach_each_other(string plugin)
    {
        Attachment a = Attach(Network(plugin));
        using EchoServer inPod = EchoServer.Start(a.Pod, 7000);
        using EchoServer onHost = EchoServer.Start(Bed.Host, 7001);

        foreach (bool v6 in (bool[])[false, true])
        {
            IPAddress gateway = IPAddress.Parse(v6 ? "fd00:1::1" : "10.1.0.1");
            Assert.True(Ping.Reaches(a.Pod, gateway), $"pod to host, v6: {v6}");
            Assert.True(Ping.Reaches(Bed.Host, a.Address(v6)), $"host to pod, v6: {v6}");
            Assert.Equal(3, EchoClient.Count(a.Pod, ProtocolType.Tcp, gateway, 7001, times: 3));
            Assert.Equal(3, EchoClient.Count(Bed.Host, ProtocolType.Tcp, a.Address(v6), 7000, times: 3));
            Assert.Equal(3, EchoClient.Count(Bed.Host, ProtocolType.Udp, a.Address(v6), 7000, times: 3));
        }
    }

    [NeedsFact(Ours)]
    public void Pods_of_two_bridges_are_routed_by_the_fast_path()
    {
        Attachment a = Attach(Network("bridge", 1));
        Attachment b = Attach(Network("bridge", 2));
        using EchoServer server = EchoServer.Start(b.Pod, 7000);

        IReadOnlyDictionary<string, long> counted = Counted(() =>
        {
            Assert.Equal(20, EchoClient.Count(a.Pod, ProtocolType.Tcp, b.V4, 7000, times: 20));
            Assert.Equal(20, EchoClient.Count(a.Pod, ProtocolType.Tcp, b.V6, 7000, times: 20));
        });

        Assert.True(counted["FAST_L3"] >= 60, Text(counted));
    }

    [NeedsFact(Ours)]
    public void A_bridge_pod_and_a_ptp_pod_reach_each_other()
    {
        Attachment a = Attach(Network("bridge", 1));
        Attachment b = Attach(Network("ptp", 2));
        using EchoServer server = EchoServer.Start(b.Pod, 7000);

        IReadOnlyDictionary<string, long> counted = Counted(() =>
        {
            Assert.Equal(20, EchoClient.Count(a.Pod, ProtocolType.Udp, b.V4, 7000, times: 20));
            Assert.Equal(20, EchoClient.Count(a.Pod, ProtocolType.Udp, b.V6, 7000, times: 20));
        });

        Assert.True(counted["FAST_L3"] >= 60, Text(counted));
    }

    [NeedsTheory(Ours)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    public void What_needs_fragments_takes_the_stack_and_arrives(string plugin)
    {
        Attachment a = Attach(Network(plugin));
        Attachment b = Attach(Network(plugin));

        IReadOnlyDictionary<string, long> counted = Counted(() =>
        {
            Assert.True(Ping.Reaches(a.Pod, b.V4, count: 3, payload: 4000));
            Assert.True(Ping.Reaches(a.Pod, b.V6, count: 3, payload: 4000));
        });

        Assert.True(counted["STACK_FRAGMENT"] + counted["STACK_IP_OPTIONS"] >= 12, Text(counted));
    }

    [NeedsFact(Ours)]
    public void A_routed_packet_whose_hops_are_used_up_is_answered_by_the_host()
    {
        Attachment a = Attach(Network("ptp"));
        Attachment b = Attach(Network("ptp"));
        Assert.True(Ping.Reaches(a.Pod, b.V4, count: 3));

        ToolResult answer = a.Pod.Exec("ping", "-4", "-n", "-c", "1", "-W", "1", "-t", "1", b.V4.ToString());

        Assert.Contains("Time to live exceeded", answer.StdoutText);
        Assert.Contains("From 10.1.0.1", answer.StdoutText);
    }

    [NeedsFact(Ours)]
    public void A_bridge_costs_no_hop()
    {
        Attachment a = Attach(Network("bridge"));
        Attachment b = Attach(Network("bridge"));
        Assert.True(Ping.Reaches(a.Pod, b.V4, count: 3));

        Assert.Equal(0, a.Pod.Exec("ping", "-4", "-n", "-c", "3", "-i", "0.05", "-W", "1", "-t", "1", b.V4.ToString()).ExitStatus);
    }

    [NeedsFact(Ours)]
    public void An_untagged_bridge_network_leaves_the_bridge_and_one_veth_for_each_attachment()
    {
        Attachment a = Attach(Network("bridge"));
        Attachment b = Attach(Network("bridge"));

        string[] names = [.. Bed.Host.Ip("-br", "link", "show").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split([' ', '@'])[0]).Order(StringComparer.Ordinal)];

        Assert.Equal(((string[])["lo", "br1", a.HostVeth, b.HostVeth]).Order(StringComparer.Ordinal), names);
    }

    [NeedsFact(Ours)]
    public void No_rule_of_netfilter_is_written()
    {
        Attach(Network("bridge", 1, ", \"ipMasq\": true, \"macspoofchk\": true"));
        Attach(Network("ptp", 2, ", \"ipMasq\": true"));

        Assert.Equal("", Bed.Host.Exec("nft", "list", "ruleset").OrThrow().StdoutText.Trim());
    }

    private static string Text(IReadOnlyDictionary<string, long> counters) =>
        string.Join(", ", counters.Where(static counter => counter.Value != 0).Select(static counter => $"{counter.Key} {counter.Value}"));
}
