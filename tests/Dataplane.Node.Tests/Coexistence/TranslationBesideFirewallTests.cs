using System.Net;
using System.Net.Sockets;
using Dataplane.Node.Tests.Nat;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests;

/// <summary>Masquerade and host ports beside a firewall: no flush takes them away, and which of its chains decide about them.</summary>
public sealed class TranslationBesideFirewallTests
{
    private const int Port = 7000;
    private const int HostPort = 8080;

    public static IEnumerable<object[]> Networks =>
        from plugin in (string[])["bridge", "ptp"]
        from v6 in (bool[])[false, true]
        select new object[] { plugin, v6 };

    [NeedsTheory(NatBed.Needed), MemberData(nameof(Networks))]
    public void Masquerade_and_host_ports_go_on_while_all_rules_are_flushed_and_written_again(string plugin, bool v6)
    {
        using var bed = new NatBed(plugin);
        NatPod pod = bed.Attach(NatBed.Ports(HostPort, Port));
        using EchoServer inPod = EchoServer.Start(pod.Pod, Port);
        using EchoServer outside = EchoServer.Start(bed.World.Machine, Port, OutsideWorld.Wide(v6));
        KubeProxyRules.Write(bed.Host, "nftables", pod.V4, Port, OutsideWorld.Wide4);
        string rules = Path.Combine(bed.Node.Scratch, "rules.nft");
        File.WriteAllText(rules, bed.Host.Exec("nft", "list", "ruleset").OrThrow().StdoutText);
        (TestNamespace From, IPAddress To, int Port)[] ways =
        [
            (pod.Pod, OutsideWorld.Wide(v6), Port),
            (bed.World.Machine, bed.Uplink.Node(v6), HostPort),
            (bed.Host, bed.Uplink.Node(v6), HostPort),
            (bed.Host, v6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, HostPort),
            (pod.Pod, bed.Uplink.Node(v6), HostPort),
        ];
        ProtocolType[] protocols = [ProtocolType.Tcp, ProtocolType.Udp];
        List<EchoClient> old = [.. ways.SelectMany(way => protocols.Select(protocol => EchoClient.Connect(way.From, protocol, way.To, way.Port, patienceMilliseconds: 5000)))];
        Assert.All(old, static client => Assert.True(client.Ask()));

        for (int round = 0; round < 5; round++)
        {
            bed.Host.Exec("nft", "flush", "ruleset").OrThrow();
            Assert.All(old, static client => Assert.True(client.Ask(), "an old connection goes on without any rule"));
            Assert.All(ways, way => Assert.All(protocols, protocol => Assert.Equal(1, EchoClient.Count(way.From, protocol, way.To, way.Port, times: 1))));
            bed.Host.Exec("nft", "-f", rules).OrThrow();
            Assert.All(old, static client => Assert.True(client.Ask(), "an old connection goes on with the rules back"));
        }
        old.ForEach(static client => client.Dispose());
        Assert.Empty(bed.World.Strangers());
    }

    [NeedsTheory(NatBed.Needed), MemberData(nameof(Networks))]
    public void A_firewall_that_forwards_nothing_holds_pods_back_but_no_host_port(string plugin, bool v6)
    {
        using var bed = new NatBed(plugin);
        NatPod pod = bed.Attach(NatBed.Ports(HostPort, Port));
        NatPod other = bed.Attach();
        using EchoServer inPod = EchoServer.Start(pod.Pod, Port);
        using EchoServer outside = EchoServer.Start(bed.World.Machine, Port, OutsideWorld.Wide(v6));
        // With br_netfilter a bridge's neighbour discovery passes here too, and has to: without it no two pods of a bridge know each other.
        bed.Host.Exec("nft", "add table inet fw; add chain inet fw forward { type filter hook forward priority 0; policy drop; }; add rule inet fw forward icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept").OrThrow();

        foreach (ProtocolType protocol in (ProtocolType[])[ProtocolType.Tcp, ProtocolType.Udp])
        {
            Assert.Equal(0, EchoClient.Count(pod.Pod, protocol, OutsideWorld.Wide(v6), Port, times: 1, patienceMilliseconds: 300));
            // The translation is ours and the packet does not pass the stack.
            Assert.Equal(1, EchoClient.Count(bed.World.Machine, protocol, bed.Uplink.Node(v6), HostPort, times: 1));
            Assert.Equal(1, EchoClient.Count(other.Pod, protocol, bed.Uplink.Node(v6), HostPort, times: 1));
            // The node's own sockets send to the pod itself: OUTPUT, not FORWARD.
            Assert.Equal(1, EchoClient.Count(bed.Host, protocol, bed.Uplink.Node(v6), HostPort, times: 1));
        }
    }

    [NeedsTheory(NatBed.Needed), MemberData(nameof(Networks))]
    public void Rules_for_the_nodes_own_traffic_see_the_pod_behind_a_host_port(string plugin, bool v6)
    {
        using var bed = new NatBed(plugin);
        NatPod pod = bed.Attach(NatBed.Ports(HostPort, Port));
        using EchoServer inPod = EchoServer.Start(pod.Pod, Port);
        string ip = v6 ? "ip6" : "ip";
        bed.Host.Exec("nft", $$"""
            table inet fw {
                chain output { type filter hook output priority 0; {{ip}} daddr {{pod.Address(v6)}} udp dport {{Port}} drop; }
                chain input { type filter hook input priority 0; udp dport {{HostPort}} drop; tcp dport {{HostPort}} drop; }
            }
            """).OrThrow();

        Assert.Equal(0, EchoClient.Count(bed.Host, ProtocolType.Udp, bed.Uplink.Node(v6), HostPort, times: 1, patienceMilliseconds: 300));
        Assert.Equal(1, EchoClient.Count(bed.Host, ProtocolType.Tcp, bed.Uplink.Node(v6), HostPort, times: 1));
        Assert.Equal(1, EchoClient.Count(bed.World.Machine, ProtocolType.Udp, bed.Uplink.Node(v6), HostPort, times: 1));
        Assert.Equal(1, EchoClient.Count(bed.World.Machine, ProtocolType.Tcp, bed.Uplink.Node(v6), HostPort, times: 1));
    }
}
