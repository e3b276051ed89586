using System.Net;
using System.Net.Sockets;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>The matrix where conntrack sees everything that is in the stack, and what it calls invalid is dropped.</summary>
public abstract class BesideNetfilterTests(MatrixFixture fixture) : MatrixTests(fixture)
{
    private const Needs Rules = NatBed.Needed | Needs.Iptables | Needs.Ip6tables;

    [NeedsTheory(Rules)]
    [InlineData(false)]
    [InlineData(true)]
    public void A_service_is_reached_by_pods_and_by_the_node(bool v6)
    {
        var service = IPAddress.Parse(v6 ? KubeProxy.ServiceV6 : KubeProxy.ServiceV4);
        foreach (ProtocolType protocol in (ProtocolType[])[ProtocolType.Tcp, ProtocolType.Udp])
        {
            Assert.Equal(5, EchoClient.Count(Bed.Client.Pod, protocol, service, KubeProxy.ServicePort));
            Assert.Equal(5, EchoClient.Count(Bed.Host, protocol, service, KubeProxy.ServicePort));
        }
    }
}

[Collection(OnBridgeBesideNetfilter.Name)]
public sealed class BridgeBesideNetfilterTests(BridgeBesideNetfilterFixture fixture) : BesideNetfilterTests(fixture)
{
    private const string BridgesAskIp6tables = "net/bridge/bridge-nf-call-ip6tables";

    // br_netfilter puts fragments together and forgets how large they were, so that a router of IPv6 sends on what the path does not take, again
    // and again (linux/net/bridge/br_netfilter_ipv6.c; the reference plugins fare no better). Only this cell has such fragments.
    protected override void Around(bool v6, Transport transport, Size size, Action cell)
    {
        bool forgets = v6 && transport == Transport.Udp && size == Size.Larger && Bed.Host.Sysctl(BridgesAskIp6tables) == "1";
        if (forgets)
        {
            Bed.Host.SetSysctl(BridgesAskIp6tables, "0");
        }
        cell();
        if (forgets)
        {
            Bed.Host.SetSysctl(BridgesAskIp6tables, "1");
        }
    }
}

[Collection(RoutedBesideNetfilter.Name)]
public sealed class PtpBesideNetfilterTests(PtpBesideNetfilterFixture fixture) : BesideNetfilterTests(fixture);

[Collection(OnBridgeBesideNetfilter.Name)]
public sealed class BridgeIcmpErrorBesideNetfilterTests(BridgeBesideNetfilterFixture fixture) : IcmpErrorTests(fixture);

[Collection(OnBridgeBesideNetfilter.Name)]
public sealed class BridgeFragmentBesideNetfilterTests(BridgeBesideNetfilterFixture fixture) : FragmentTests(fixture);

[Collection(OnBridgeBesideNetfilter.Name)]
public sealed class BridgeStrayPacketBesideNetfilterTests(BridgeBesideNetfilterFixture fixture) : StrayPacketTests(fixture);

[Collection(RoutedBesideNetfilter.Name)]
public sealed class PtpIcmpErrorBesideNetfilterTests(PtpBesideNetfilterFixture fixture) : IcmpErrorTests(fixture);

[Collection(RoutedBesideNetfilter.Name)]
public sealed class PtpFragmentBesideNetfilterTests(PtpBesideNetfilterFixture fixture) : FragmentTests(fixture);

[Collection(RoutedBesideNetfilter.Name)]
public sealed class PtpStrayPacketBesideNetfilterTests(PtpBesideNetfilterFixture fixture) : StrayPacketTests(fixture);
