using System.Net.Sockets;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>A node where nothing of netfilter is in use.</summary>
public abstract class PlainTests(MatrixFixture fixture)
{
    [NeedsFact(NatBed.Needed)]
    public void Netfilter_has_no_rule_and_tracks_no_connection()
    {
        MatrixBed bed = fixture.Bed;
        Assert.Equal(5, EchoClient.Count(bed.Client.Pod, ProtocolType.Tcp, OutsideWorld.Wide4, MatrixBed.Port));

        Assert.Equal("", bed.Host.Exec("nft", "list", "ruleset").OrThrow().StdoutText.Trim());
        Assert.Equal("", bed.Host.Run(static () => File.Exists("/proc/net/ip_tables_names") ? File.ReadAllText("/proc/net/ip_tables_names") : ""));
        Assert.Equal("0", bed.Host.Sysctl("net/netfilter/nf_conntrack_count") ?? "0");
    }

    [NeedsFact(NatBed.Needed)]
    public void What_was_attached_is_found_whole()
    {
        fixture.Bed.Client.Check();
        fixture.Bed.Server.Check();
    }
}

[Collection(OnBridge.Name)]
public sealed class BridgeMatrixTests(BridgeFixture fixture) : MatrixTests(fixture);

[Collection(Routed.Name)]
public sealed class PtpMatrixTests(PtpFixture fixture) : MatrixTests(fixture);

[Collection(OnBridge.Name)]
public sealed class BridgePlainTests(BridgeFixture fixture) : PlainTests(fixture);

[Collection(Routed.Name)]
public sealed class PtpPlainTests(PtpFixture fixture) : PlainTests(fixture);

[Collection(OnBridge.Name)]
public sealed class BridgeIcmpErrorTests(BridgeFixture fixture) : IcmpErrorTests(fixture);

[Collection(Routed.Name)]
public sealed class PtpIcmpErrorTests(PtpFixture fixture) : IcmpErrorTests(fixture);

[Collection(OnBridge.Name)]
public sealed class BridgeFragmentTests(BridgeFixture fixture) : FragmentTests(fixture);

[Collection(Routed.Name)]
public sealed class PtpFragmentTests(PtpFixture fixture) : FragmentTests(fixture);

[Collection(OnBridge.Name)]
public sealed class BridgeStrayPacketTests(BridgeFixture fixture) : StrayPacketTests(fixture);

[Collection(Routed.Name)]
public sealed class PtpStrayPacketTests(PtpFixture fixture) : StrayPacketTests(fixture);
