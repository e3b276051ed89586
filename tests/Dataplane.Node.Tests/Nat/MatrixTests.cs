using System.Net;
using System.Net.Sockets;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>
/// Every way through the translation, with real packets: what is sent comes back unchanged, the peer sees the address it should, and nothing
/// leaves the node untranslated. A class for each bed, so that the cells share it.
/// </summary>
public abstract class MatrixTests(MatrixFixture fixture)
{
    private static int s_sctpPort = 10_000;

    public static IEnumerable<object[]> Cells => Cell.All;

    protected MatrixBed Bed => fixture.Bed;

    [NeedsTheory(NatBed.Needed), MemberData(nameof(Cells))]
    public void Is_answered_and_seen_from_the_right_address(bool v6, Transport transport, Way way, Size size)
    {
        IPAddress outside = size == Size.Small || transport != Transport.Tcp && size == Size.Fragmented
            ? OutsideWorld.Wide(v6) : OutsideWorld.Narrow(v6);
        IPAddress node = Bed.Uplink.Node(v6);
        IPAddress localhost = v6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        (TestNamespace from, IPAddress? source, IPAddress target) = way switch
        {
            Way.PodToOutside => (Bed.Client.Pod, Bed.Client.Address(v6), outside),
            Way.OutsideToHostPort => (Bed.World.Machine, outside, node),
            Way.NodeToNodeAddress => (Bed.Host, null, node),
            Way.NodeToLocalhost => (Bed.Host, null, localhost),
            Way.PodToOwnNode => (Bed.Client.Pod, Bed.Client.Address(v6), node),
            _ => (Bed.Server.Pod, Bed.Server.Address(v6), node),
        };
        int port = way == Way.PodToOutside || transport == Transport.Sctp ? MatrixBed.Port : MatrixBed.HostPort;
        int before = Peers(v6, transport, way, outside).Count;

        IReadOnlyDictionary<string, long> counted = Bed.Counted(() => Around(v6, transport, size, () => Ask(from, source, target, port, transport, size)));

        IPEndPoint[] seen = [.. Peers(v6, transport, way, outside).Skip(before)];
        Assert.True(seen.Length > 0 || transport == Transport.Icmp, "the right one answered");
        Assert.All(seen, peer =>
        {
            switch (way)
            {
                case Way.PodToOutside:
                    Assert.Equal(node, peer.Address);
                    break;
                case Way.OutsideToHostPort or Way.PodToOwnNode:
                    Assert.Equal(source, peer.Address);
                    break;
                default:
                    Assert.Contains(peer.Address, Bed.HostAddresses);
                    break;
            }
        });
        Assert.Empty(Bed.World.Strangers());
        Assert.True(counted.Where(static counter => counter.Key.StartsWith("DROP_", StringComparison.Ordinal)).All(static counter => counter.Value == 0),
            NatBed.Text(counted));
    }

    /// <summary>Runs one cell; a bed may have to make room for some.</summary>
    protected virtual void Around(bool v6, Transport transport, Size size, Action cell) => cell();

    private static void Ask(TestNamespace from, IPAddress? source, IPAddress target, int port, Transport transport, Size size)
    {
        switch (transport)
        {
            case Transport.Tcp:
                using (EchoClient tcp = EchoClient.Connect(from, ProtocolType.Tcp, target, port, patienceMilliseconds: 5000,
                    source: source, pathMtu: size == Size.Fragmented ? PathMtuMode.Never : null))
                {
                    Assert.Equal(new IPEndPoint(target, port), tcp.RemoteEndPoint);
                    Assert.True(tcp.Ask(), "first bytes");
                    Assert.True(tcp.Ask(size == Size.Small ? 100 : 200_000), "more bytes");
                    Assert.True(tcp.Ask(), "last bytes");
                }
                break;
            case Transport.Udp:
                using (EchoClient udp = EchoClient.Connect(from, ProtocolType.Udp, target, port, patienceMilliseconds: size == Size.Larger ? 300 : 2000,
                    source: source))
                {
                    for (int i = 0; i < 3; i++)
                    {
                        Assert.True(size switch
                        {
                            Size.Small => udp.Ask(),
                            Size.Larger => udp.AskAgain(1400),
                            _ => udp.Ask(4000),
                        }, $"datagram {i + 1}");
                    }
                }
                break;
            case Transport.Icmp when size == Size.Larger:
                ToolResult refused = from.Exec("ping", target.AddressFamily == AddressFamily.InterNetworkV6 ? "-6" : "-4", "-n", "-M", "do",
                    "-s", "1400", "-c", "3", "-i", "0.05", "-W", "1", target.ToString());
                Assert.Contains($"{OutsideWorld.NarrowMtu}", refused.StdoutText + refused.StderrText);
                Assert.True(Ping.Reaches(from, target, count: 2, payload: 1200));
                break;
            case Transport.Icmp:
                Assert.True(Ping.Reaches(from, target, count: 3, payload: size == Size.Small ? 56 : 4000));
                break;
            default:
                Assert.True(SctpEcho.Ask(from, source!, target, port, Interlocked.Increment(ref s_sctpPort), size == Size.Small ? 32 : 4000));
                break;
        }
    }

    private IReadOnlyList<IPEndPoint> Peers(bool v6, Transport transport, Way way, IPAddress outside) => transport switch
    {
        Transport.Icmp => [],
        Transport.Sctp => (way == Way.PodToOutside ? Bed.SctpOutside : Bed.SctpInServer)[v6 ? 1 : 0].Peers,
        _ => way == Way.PodToOutside ? Bed.Outside[outside].Peers : Bed.InServer.Peers,
    };
}
