using System.Net;
using System.Net.Sockets;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests;

/// <summary>A firewall beside us: what its FORWARD rules decide, and that its reload, which takes everybody's rules away for a moment, is nothing to our flows.</summary>
public sealed class FirewallTests : NodeTest
{
    private const Needs Rules = Ours | Needs.Nft | Needs.BridgeNetfilter;
    private const int Port = 8080;
    private static readonly IPAddress s_nowhere = IPAddress.Parse("192.0.2.1");

    /// <summary>What firewalld writes for zones that do not forward; policy and rejection are at the end of its chain.</summary>
    private const string Firewalld = """
        table inet firewalld {
            chain filter_FORWARD {
                type filter hook forward priority filter + 10; policy accept;
                ct state { established, related } accept
                ct status dnat accept
                iifname "lo" accept
                ct state invalid drop
                reject with icmpx admin-prohibited
            }
        }
        """;

    public static IEnumerable<object[]> Networks =>
        from plugin in (string[])["bridge", "ptp"]
        from protocol in (ProtocolType[])[ProtocolType.Tcp, ProtocolType.Udp]
        select new object[] { plugin, protocol };

    [NeedsTheory(Rules), MemberData(nameof(Networks))]
    public void Flows_go_on_while_all_rules_are_flushed_and_written_again(string plugin, ProtocolType protocol)
    {
        Attachment client = Attach(Network(plugin));
        Attachment backend = Attach(Network(plugin));
        using EchoServer server = EchoServer.Start(backend.Pod, Port);
        KubeProxyRules.Write(Bed.Host, "nftables", backend.V4, Port, s_nowhere);
        string rules = Path.Combine(Bed.Scratch, "rules.nft");
        File.WriteAllText(rules, Bed.Host.Exec("nft", "list", "ruleset").OrThrow().StdoutText);
        using EchoClient direct = EchoClient.Connect(client.Pod, protocol, backend.V4, Port, patienceMilliseconds: 5000);
        using EchoClient direct6 = EchoClient.Connect(client.Pod, protocol, backend.V6, Port, patienceMilliseconds: 5000);
        using EchoClient service = EchoClient.Connect(client.Pod, protocol, IPAddress.Parse(KubeProxyRules.Vip), KubeProxyRules.ServicePort, patienceMilliseconds: 5000);
        Assert.True(direct.Ask() && direct6.Ask() && service.Ask());

        for (int round = 0; round < 10; round++)
        {
            Bed.Host.Exec("nft", "flush", "ruleset").OrThrow();
            Assert.True(direct.Ask() && direct6.Ask(), "without any rule, flows go on");
            Assert.Equal(1, EchoClient.Count(client.Pod, protocol, backend.V4, Port, times: 1));
            Bed.Host.Exec("nft", "-f", rules).OrThrow();
            Assert.True(direct.Ask() && direct6.Ask(), "with the rules back, flows go on");
            Assert.True(service.Ask(), "and so does the service: what is translated is conntrack's");
            Assert.Equal(1, EchoClient.Count(client.Pod, protocol, IPAddress.Parse(KubeProxyRules.Vip), KubeProxyRules.ServicePort, times: 1));
        }
    }

    [NeedsTheory(Rules), MemberData(nameof(Networks))]
    public void A_firewall_that_forwards_nothing_is_obeyed_from_the_first_packet(string plugin, ProtocolType protocol)
    {
        Attachment client = Attach(Network(plugin));
        Attachment backend = Attach(Network(plugin));
        using EchoServer server = EchoServer.Start(backend.Pod, Port);
        Bed.Host.Exec("nft", Firewalld).OrThrow();

        for (int round = 0; round < 2; round++)
        {
            Assert.Equal(0, EchoClient.Count(client.Pod, protocol, backend.V4, Port, times: 1, patienceMilliseconds: 300));
        }
        Assert.Equal(0, Fast(Maps.Counters()));
        Bed.Host.Exec("nft", "insert", "rule", "inet", "firewalld", "filter_FORWARD", "ip", "saddr", "10.1.0.0/24", "accept").OrThrow();
        Assert.Equal(5, EchoClient.Count(client.Pod, protocol, backend.V4, Port));
        Assert.True(Fast(Maps.Counters()) > 0, "what it lets pass takes the fast path");
    }

    [NeedsTheory(Rules), MemberData(nameof(Networks))]
    public void A_rule_that_comes_later_holds_for_new_flows_and_for_old_ones_once_they_are_flushed(string plugin, ProtocolType protocol)
    {
        Attachment client = Attach(Network(plugin));
        Attachment backend = Attach(Network(plugin));
        using EchoServer server = EchoServer.Start(backend.Pod, Port);
        using EchoClient old = EchoClient.Connect(client.Pod, protocol, backend.V4, Port, patienceMilliseconds: 300);
        Assert.True(old.Ask() && old.Ask());

        Bed.Host.Exec("nft", $"add table ip netpol; add chain ip netpol forward {{ type filter hook forward priority 0; }}; add rule ip netpol forward ip daddr {backend.V4} drop").OrThrow();

        Assert.True(old.Ask(), "an established flow no longer passes FORWARD");
        Assert.Equal(0, EchoClient.Count(client.Pod, protocol, backend.V4, Port, times: 1, patienceMilliseconds: 300));
        Maps.Flush("flows4");
        Assert.False(old.Ask(), "a flushed one does");
    }

    [NeedsFact(Rules)]
    public void With_the_fast_path_off_every_packet_passes_FORWARD()
    {
        Attachment client = Attach(Network("ptp", extra: ", \"dataplane\": {\"fastPath\": \"off\"}"));
        Attachment backend = Attach(Network("ptp"));
        using EchoServer server = EchoServer.Start(backend.Pod, Port);
        Bed.Host.Exec("nft", $"add table ip netpol; add chain ip netpol forward {{ type filter hook forward priority 0; }}; add rule ip netpol forward ip daddr {backend.V4} counter").OrThrow();
        using EchoClient udp = EchoClient.Connect(client.Pod, ProtocolType.Udp, backend.V4, Port);
        for (int i = 0; i < 20; i++)
        {
            Assert.True(udp.Ask());
        }
        Assert.Contains("counter packets 20 ", Bed.Host.Exec("nft", "list", "ruleset").OrThrow().StdoutText, StringComparison.Ordinal);
    }
}
