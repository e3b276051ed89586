using System.Net;
using System.Net.Sockets;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests;

/// <summary>
/// Services as kube-proxy makes them, by DNAT inside the node, keep working beside the fast path: it must not be taken by what
/// somebody translates. With the rule that drops what conntrack calls invalid, a short cut past the translation is fatal.
/// </summary>
public sealed class ServiceTests : NodeTest
{
    private const Needs Rules = Ours | Needs.Iptables | Needs.Nft | Needs.BridgeNetfilter;
    private const string Vip = KubeProxyRules.Vip;
    private const string ExternalVip = KubeProxyRules.ExternalVip;
    private const int ServicePort = KubeProxyRules.ServicePort;
    private const int NodePort = KubeProxyRules.NodePort;
    private const int TargetPort = 8080;
    private static readonly IPAddress s_node = IPAddress.Parse("198.51.100.1");
    private static readonly IPAddress s_outside = IPAddress.Parse("198.51.100.2");

    public static IEnumerable<object[]> Cases =>
        from mode in (string[])["iptables", "nftables"]
        from plugin in (string[])["bridge", "ptp"]
        from way in (string[])["to a local pod", "to itself", "to outside", "from outside by NodePort"]
        from protocol in (ProtocolType[])[ProtocolType.Tcp, ProtocolType.Udp]
        select new object[] { mode, plugin, way, protocol };

    [NeedsTheory(Rules), MemberData(nameof(Cases))]
    public void A_service_works_beside_the_fast_path(string mode, string plugin, string way, ProtocolType protocol)
    {
        TestNamespace outside = Bed.AddOutside("up0", "198.51.100.1/24", "198.51.100.2/24");
        outside.Ip("route", "add", "10.0.0.0/8", "via", s_node.ToString());
        // A bridge sends a frame back to the port it came from only in this mode, whoever translated it.
        string network = Network(plugin, extra: plugin == "bridge" && way == "to itself" ? ", \"hairpinMode\": true" : "");
        Attachment client = Attach(network);
        Attachment backend = Attach(network);
        using EchoServer inBackend = EchoServer.Start(backend.Pod, TargetPort);
        using EchoServer inClient = EchoServer.Start(client.Pod, TargetPort);
        using EchoServer inOutside = EchoServer.Start(outside, TargetPort);
        Services(backend.V4, mode);

        // Twice, with direct traffic between the same two pods before and after: the flows must not be mistaken for each other.
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal(5, EchoClient.Count(client.Pod, protocol, backend.V4, TargetPort));
            int answers = way switch
            {
                "to a local pod" => EchoClient.Count(client.Pod, protocol, IPAddress.Parse(Vip), ServicePort),
                "to itself" => EchoClient.Count(backend.Pod, protocol, IPAddress.Parse(Vip), ServicePort),
                "to outside" => EchoClient.Count(client.Pod, protocol, IPAddress.Parse(ExternalVip), ServicePort),
                _ => EchoClient.Count(outside, protocol, s_node, NodePort),
            };
            Assert.Equal(5, answers);
        }
        Assert.True(Fast(Maps.Counters()) > 0, "the direct flows took the fast path");
    }

    [NeedsTheory(Rules)]
    [InlineData("bridge", ProtocolType.Tcp)]
    [InlineData("bridge", ProtocolType.Udp)]
    [InlineData("ptp", ProtocolType.Tcp)]
    [InlineData("ptp", ProtocolType.Udp)]
    public void Routed_traffic_with_outside_needs_no_service(string plugin, ProtocolType protocol)
    {
        TestNamespace outside = Bed.AddOutside("up0", "198.51.100.1/24", "198.51.100.2/24");
        outside.Ip("route", "add", "10.0.0.0/8", "via", s_node.ToString());
        Attachment pod = Attach(Network(plugin));
        using EchoServer inPod = EchoServer.Start(pod.Pod, TargetPort);
        using EchoServer inOutside = EchoServer.Start(outside, TargetPort);
        Services(pod.V4);

        Assert.Equal(5, EchoClient.Count(pod.Pod, protocol, s_outside, TargetPort));
        Assert.Equal(5, EchoClient.Count(outside, protocol, pod.V4, TargetPort));
        Assert.Contains(pod.V4, inOutside.Clients);
        Assert.Contains(s_outside, inPod.Clients);
    }

    [NeedsTheory(Rules)]
    [InlineData("iptables", "bridge")]
    [InlineData("iptables", "ptp")]
    [InlineData("nftables", "bridge")]
    [InlineData("nftables", "ptp")]
    public void A_lost_flow_map_does_not_break_a_connection(string mode, string plugin)
    {
        Attachment client = Attach(Network(plugin));
        Attachment backend = Attach(Network(plugin));
        using EchoServer server = EchoServer.Start(backend.Pod, TargetPort);
        Services(backend.V4, mode);
        using EchoClient direct = EchoClient.Connect(client.Pod, ProtocolType.Tcp, backend.V4, TargetPort, patienceMilliseconds: 5000);
        using EchoClient service = EchoClient.Connect(client.Pod, ProtocolType.Tcp, IPAddress.Parse(Vip), ServicePort, patienceMilliseconds: 5000);
        Assert.True(direct.Ask() && direct.Ask() && service.Ask());

        for (int round = 0; round < 3; round++)
        {
            Maps.Flush("flows4");
            Assert.True(direct.Ask(), "the direct connection goes on");
            Assert.True(service.Ask(), "the connection to the service goes on");
            Assert.True(direct.Ask(100_000));
        }
    }

    [NeedsFact(Rules)]
    public void A_rule_against_forwarding_holds_before_a_flow_is_proven()
    {
        Attachment a = Attach(Network("ptp"));
        Attachment b = Attach(Network("ptp"));
        using EchoServer server = EchoServer.Start(b.Pod, TargetPort);
        Rule("filter", "FORWARD", "-d", b.V4.ToString(), "-j", "DROP");

        Assert.Equal(0, EchoClient.Count(a.Pod, ProtocolType.Udp, b.V4, TargetPort, times: 1, patienceMilliseconds: 300));
        Assert.Equal(0, EchoClient.Count(a.Pod, ProtocolType.Udp, b.V4, TargetPort, times: 1, patienceMilliseconds: 300));
        Assert.Equal(0, Fast(Maps.Counters()));
    }

    private void Services(IPAddress backend, string mode = "iptables") => KubeProxyRules.Write(Bed.Host, mode, backend, TargetPort, s_outside);

    private void Rule(string table, string chain, params string[] rule) =>
        Bed.Host.Exec("iptables", ["-w", "-t", table, "-A", chain, .. rule]).OrThrow();
}
