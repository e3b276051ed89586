using System.Net.Sockets;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>The matrix on a node where nothing of netfilter is in use.</summary>
public abstract class PlainMatrixTests(MatrixFixture fixture) : MatrixTests(fixture)
{
    [NeedsFact(NatBed.Needed)]
    public void Netfilter_has_no_rule_and_tracks_no_connection()
    {
        Assert.Equal(5, EchoClient.Count(Bed.Client.Pod, ProtocolType.Tcp, OutsideWorld.Wide4, MatrixBed.Port));

        Assert.Equal("", Bed.Host.Exec("nft", "list", "ruleset").OrThrow().StdoutText.Trim());
        Assert.Equal("", Bed.Host.Run(static () => File.Exists("/proc/net/ip_tables_names") ? File.ReadAllText("/proc/net/ip_tables_names") : ""));
        Assert.Equal("0", Bed.Host.Sysctl("net/netfilter/nf_conntrack_count") ?? "0");
    }
}

/// <summary>On a bridge.</summary>
public sealed class BridgeMatrixTests(BridgeFixture fixture) : PlainMatrixTests(fixture), IClassFixture<BridgeFixture>;

/// <summary>Routed.</summary>
public sealed class PtpMatrixTests(PtpFixture fixture) : PlainMatrixTests(fixture), IClassFixture<PtpFixture>;
