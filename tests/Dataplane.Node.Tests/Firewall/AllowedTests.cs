using System.Net;
using System.Net.Sockets;
using Dataplane.Node.Tests.Nat;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Firewall;

/// <summary>Containers with the plugin firewall on a node whose FORWARD chain drops: what they begin goes, what others begin is decided as before.</summary>
public sealed class AllowedTests
{
    private const int Port = 7000;
    private const int HostPort = 8080;

    public static IEnumerable<object[]> Nodes =>
        from plugin in (string[])["bridge", "ptp"]
        from rules in FirewallBed.Rules
        from v6 in (bool[])[false, true]
        select new object[] { plugin, rules, v6 };

    [NeedsTheory(NatBed.Needed), MemberData(nameof(Nodes))]
    public void They_begin_connections_anywhere_and_get_the_answers(string plugin, string rules, bool v6)
    {
        using var bed = new FirewallBed(plugin);
        NatPod pod = bed.Attach(bed.Allowed(), []);
        NatPod other = bed.Attach(bed.Allowed(), []);
        NatPod plain = bed.Attach(bed.Network(plugin, 2), NatBed.Ports(HostPort, Port));
        using EchoServer outside = EchoServer.Start(bed.World.Machine, Port, OutsideWorld.Wide(v6));
        using EchoServer inPlain = EchoServer.Start(plain.Pod, Port);
        using EchoServer inOther = EchoServer.Start(other.Pod, Port);
        using EchoServer inPod = EchoServer.Start(pod.Pod, Port);
        bed.Drop(rules);

        foreach (ProtocolType protocol in (ProtocolType[])[ProtocolType.Tcp, ProtocolType.Udp])
        {
            Assert.Equal(3, EchoClient.Count(pod.Pod, protocol, OutsideWorld.Wide(v6), Port, times: 3));
            Assert.Equal(3, EchoClient.Count(pod.Pod, protocol, plain.Address(v6), Port, times: 3));
            Assert.Equal(3, EchoClient.Count(pod.Pod, protocol, other.Address(v6), Port, times: 3));
            Assert.Equal(1, EchoClient.Count(pod.Pod, protocol, bed.Uplink.Node(v6), HostPort, times: 1));
            // New ones of those who were not allowed are FORWARD's to decide.
            Assert.Equal(0, EchoClient.Count(plain.Pod, protocol, OutsideWorld.Wide(v6), Port, times: 1, patienceMilliseconds: 300));
            Assert.Equal(0, EchoClient.Count(plain.Pod, protocol, pod.Address(v6), Port, times: 1, patienceMilliseconds: 300));
            Assert.Equal(1, EchoClient.Count(bed.World.Machine, protocol, bed.Uplink.Node(v6), HostPort, times: 1));
        }
        Assert.True(Ping.Reaches(pod.Pod, OutsideWorld.Wide(v6), count: 3));
        Assert.True(Ping.Reaches(pod.Pod, plain.Address(v6), count: 3));
        Assert.False(Ping.Reaches(plain.Pod, OutsideWorld.Wide(v6)));
        Assert.Empty(bed.World.Strangers());
    }

    [NeedsTheory(NatBed.Needed), MemberData(nameof(Nodes))]
    public void Without_the_plugin_any_more_they_are_as_others(string plugin, string rules, bool v6)
    {
        using var bed = new FirewallBed(plugin);
        NatPod pod = bed.Attach(bed.Allowed(last: false), NatBed.Ports(HostPort, Port));
        using EchoServer outside = EchoServer.Start(bed.World.Machine, Port, OutsideWorld.Wide(v6));
        bed.Drop(rules);
        Assert.Equal(1, EchoClient.Count(pod.Pod, ProtocolType.Tcp, OutsideWorld.Wide(v6), Port, times: 1));

        bed.Plugins.Del("firewall", """{"cniVersion": "1.0.0", "name": "net1", "type": "firewall"}""", pod.Id, pod.Pod).OrThrow();

        Assert.Equal(0, EchoClient.Count(pod.Pod, ProtocolType.Tcp, OutsideWorld.Wide(v6), Port, times: 1, patienceMilliseconds: 300));
    }

    /// <summary>A service of kube-proxy is a translation of somebody else's: the stack does it, and nothing goes past it.</summary>
    [NeedsTheory(NatBed.Needed), InlineData("bridge", "iptables"), InlineData("bridge", "nftables"), InlineData("ptp", "iptables"), InlineData("ptp", "nftables")]
    public void Services_work_where_FORWARD_lets_them_pass(string plugin, string mode)
    {
        using var bed = new FirewallBed(plugin);
        NatPod pod = bed.Attach(bed.Allowed(), []);
        NatPod backend = bed.Attach(bed.Allowed(), []);
        using EchoServer server = EchoServer.Start(backend.Pod, Port);
        using EchoServer outside = EchoServer.Start(bed.World.Machine, Port, OutsideWorld.Wide(v6: false));
        KubeProxyRules.Write(bed.Host, mode, backend.V4, Port, OutsideWorld.Wide(v6: false));

        foreach (ProtocolType protocol in (ProtocolType[])[ProtocolType.Tcp, ProtocolType.Udp])
        {
            Assert.Equal(3, EchoClient.Count(pod.Pod, protocol, IPAddress.Parse(KubeProxyRules.Vip), KubeProxyRules.ServicePort, times: 3));
            Assert.Equal(3, EchoClient.Count(pod.Pod, protocol, IPAddress.Parse(KubeProxyRules.ExternalVip), KubeProxyRules.ServicePort, times: 3));
            Assert.Equal(3, EchoClient.Count(pod.Pod, protocol, backend.V4, Port, times: 3));
            Assert.Equal(3, EchoClient.Count(pod.Pod, protocol, OutsideWorld.Wide(v6: false), Port, times: 3));
        }
    }

    /// <summary>A lost flow comes back by what the container asked for, whoever speaks first.</summary>
    [NeedsTheory(NatBed.Needed), MemberData(nameof(Nodes))]
    public void Connections_survive_that_all_flows_are_forgotten(string plugin, string rules, bool v6)
    {
        using var bed = new FirewallBed(plugin);
        NatPod pod = bed.Attach(bed.Allowed(), []);
        using EchoServer outside = EchoServer.Start(bed.World.Machine, Port, OutsideWorld.Wide(v6));
        bed.Drop(rules);
        using EchoClient tcp = EchoClient.Connect(pod.Pod, ProtocolType.Tcp, OutsideWorld.Wide(v6), Port, patienceMilliseconds: 5000);
        using EchoClient udp = EchoClient.Connect(pod.Pod, ProtocolType.Udp, OutsideWorld.Wide(v6), Port, patienceMilliseconds: 5000);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(tcp.Ask() && udp.Ask());
            bed.Maps.Flush(v6 ? "flows6" : "flows4");
        }
    }

    /// <summary>Pieces of a datagram have no flow: where nobody could translate them they go too.</summary>
    [NeedsTheory(NatBed.Needed), InlineData("bridge", false), InlineData("bridge", true), InlineData("ptp", false), InlineData("ptp", true)]
    public void Fragments_go_where_no_one_translates(string plugin, bool v6)
    {
        using var bed = new FirewallBed(plugin);
        NatPod pod = bed.Attach(bed.Allowed(), []);
        bed.Drop("plain");
        Assert.True(Ping.Reaches(pod.Pod, OutsideWorld.Wide(v6), count: 2, payload: 4000));
    }
}
