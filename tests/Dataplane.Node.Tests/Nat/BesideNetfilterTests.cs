using System.Net;
using System.Net.Sockets;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>A bridge beside kube-proxy's rules.</summary>
public sealed class BridgeBesideNetfilterFixture() : MatrixFixture("bridge")
{
    protected override void Prepare(MatrixBed bed) => KubeProxy.Install(bed);
}

/// <summary>Routed pods beside kube-proxy's rules.</summary>
public sealed class PtpBesideNetfilterFixture() : MatrixFixture("ptp")
{
    protected override void Prepare(MatrixBed bed) => KubeProxy.Install(bed);
}

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

public sealed class BridgeBesideNetfilterTests(BridgeBesideNetfilterFixture fixture)
    : BesideNetfilterTests(fixture), IClassFixture<BridgeBesideNetfilterFixture>;

public sealed class PtpBesideNetfilterTests(PtpBesideNetfilterFixture fixture)
    : BesideNetfilterTests(fixture), IClassFixture<PtpBesideNetfilterFixture>;
