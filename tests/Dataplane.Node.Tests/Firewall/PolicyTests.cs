using System.Net;
using System.Net.Sockets;
using Dataplane.Node.Tests.Nat;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Firewall;

/// <summary>"ingressPolicy" with real packets: containers of two bridges, of one, outside, the node, host ports and services.</summary>
public sealed class PolicyTests
{
    private const int Port = 7000;
    private const int HostPort = 8080;

    public static IEnumerable<object[]> Policies =>
        from policy in (string[])["", "open", "same-bridge", "isolated"]
        from v6 in (bool[])[false, true]
        select new object[] { policy, v6 };

    [NeedsTheory(NatBed.Needed), MemberData(nameof(Policies))]
    public void Containers_are_kept_apart_and_nobody_else(string policy, bool v6)
    {
        using var bed = new FirewallBed("bridge");
        bool across = policy is "" or "open", within = policy != "isolated";
        NatPod pod = bed.Attach(bed.Allowed(1, policy), []);
        NatPod neighbour = bed.Attach(bed.Allowed(1, policy), []);
        NatPod far = bed.Attach(bed.Allowed(2, policy), NatBed.Ports(HostPort, Port));
        NatPod plain = bed.Attach(bed.Network("bridge", 3), []);
        List<EchoServer> servers = [.. new[] { pod, neighbour, far, plain }.Select(static at => EchoServer.Start(at.Pod, Port))];
        servers.Add(EchoServer.Start(bed.World.Machine, Port, OutsideWorld.Wide(v6)));
        servers.Add(EchoServer.Start(bed.Host, Port, bed.Uplink.Node(v6)));

        IReadOnlyDictionary<string, long> counted = bed.Counted(() =>
        {
            foreach (ProtocolType protocol in (ProtocolType[])[ProtocolType.Tcp, ProtocolType.Udp])
            {
                Expect(across, pod, protocol, far.Address(v6), Port);
                Expect(across, far, protocol, pod.Address(v6), Port);
                Expect(across, pod, protocol, bed.Uplink.Node(v6), HostPort);
                Expect(within, pod, protocol, neighbour.Address(v6), Port);
                Expect(true, pod, protocol, plain.Address(v6), Port);
                Expect(true, plain, protocol, pod.Address(v6), Port);
                Expect(true, pod, protocol, OutsideWorld.Wide(v6), Port);
                Expect(true, pod, protocol, bed.Uplink.Node(v6), Port);
                Assert.Equal(1, EchoClient.Count(bed.Host, protocol, far.Address(v6), Port, times: 1));
                Assert.Equal(1, EchoClient.Count(bed.World.Machine, protocol, bed.Uplink.Node(v6), HostPort, times: 1));
            }
            Assert.Equal(across, Reaches(pod, far.Address(v6), 4000));
            Assert.Equal(within, Reaches(pod, neighbour.Address(v6), 4000));
            Assert.True(Ping.Reaches(pod.Pod, plain.Address(v6), payload: 4000));
        });
        Assert.Equal(!across, counted["DROP_POLICY"] > 0);
        servers.ForEach(static server => server.Dispose());
    }

    /// <summary>A service leads to the other bridge: the stack has translated the packet by the time it is dropped.</summary>
    [NeedsTheory(NatBed.Needed), InlineData("iptables"), InlineData("nftables")]
    public void A_service_is_no_way_round(string mode)
    {
        using var bed = new FirewallBed("bridge");
        NatPod pod = bed.Attach(bed.Allowed(1, "same-bridge"), []);
        NatPod far = bed.Attach(bed.Allowed(2, "same-bridge"), []);
        NatPod plain = bed.Attach(bed.Network("bridge", 3), []);
        using EchoServer server = EchoServer.Start(far.Pod, Port);
        KubeProxyRules.Write(bed.Host, mode, far.V4, Port, OutsideWorld.Wide(v6: false));
        foreach (ProtocolType protocol in (ProtocolType[])[ProtocolType.Tcp, ProtocolType.Udp])
        {
            Expect(false, pod, protocol, IPAddress.Parse(KubeProxyRules.Vip), KubeProxyRules.ServicePort);
            Expect(true, plain, protocol, IPAddress.Parse(KubeProxyRules.Vip), KubeProxyRules.ServicePort);
        }
    }

    [NeedsTheory(NatBed.Needed), InlineData(false), InlineData(true)]
    public void A_policy_goes_with_its_container_and_no_other_ones(bool v6)
    {
        using var bed = new FirewallBed("bridge");
        NatPod pod = bed.Attach(bed.Allowed(1, "isolated"), []);
        NatPod neighbour = bed.Attach(bed.Allowed(1, "isolated"), []);
        NatPod third = bed.Attach(bed.Allowed(1, "isolated"), []);
        using EchoServer server = EchoServer.Start(neighbour.Pod, Port);
        Expect(false, pod, ProtocolType.Udp, neighbour.Address(v6), Port);

        bed.Plugins.Del("firewall", """{"cniVersion": "1.0.0", "name": "net1", "type": "firewall"}""", pod.Id, pod.Pod).OrThrow();

        Expect(true, pod, ProtocolType.Udp, neighbour.Address(v6), Port);
        Expect(false, third, ProtocolType.Udp, neighbour.Address(v6), Port);
    }

    private static bool Reaches(NatPod from, IPAddress to, int payload) => from.Pod.Exec("ping",
        [to.AddressFamily == AddressFamily.InterNetworkV6 ? "-6" : "-4", "-n", "-c", "3", "-i", "0.05", "-W", "1", "-s", $"{payload}", to.ToString()]).StdoutText.Contains(" bytes from ", StringComparison.Ordinal);

    private static void Expect(bool reached, NatPod from, ProtocolType protocol, IPAddress to, int port) =>
        Assert.Equal(reached ? 1 : 0, EchoClient.Count(from.Pod, protocol, to, port, times: 1, patienceMilliseconds: reached ? 5000 : 300));
}
