using System.Net;
using System.Net.Sockets;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>Host ports over time, and beside services of the node on the same port.</summary>
public sealed class HostPortTests
{
    private const int HostPort = 8080;
    private const int PodPort = 7000;
    private const int FixedPort = 5555;

    [NeedsTheory(NatBed.Needed)]
    [InlineData("bridge", false)]
    [InlineData("bridge", true)]
    [InlineData("ptp", false)]
    [InlineData("ptp", true)]
    public void A_UDP_client_with_a_fixed_port_follows_the_host_port_to_the_next_pod_and_back_to_the_node(string plugin, bool v6)
    {
        using var bed = new NatBed(plugin);
        IPAddress node = bed.Uplink.Node(v6);
        using EchoServer inNode = EchoServer.Start(bed.Host, HostPort, node);
        using EchoClient client = EchoClient.Connect(bed.World.Machine, ProtocolType.Udp, node, HostPort, sourcePort: FixedPort);
        Assert.True(client.Ask());
        Assert.Single(inNode.Peers);

        NatPod first = bed.Attach(NatBed.Ports(HostPort, PodPort));
        using EchoServer inFirst = EchoServer.Start(first.Pod, PodPort);
        Assert.True(client.Ask(), "the first pod answers the first datagram");
        Assert.True(client.Ask());
        Assert.Equal(2, inFirst.Peers.Count);

        bed.Detach(first);
        NatPod second = bed.Attach(NatBed.Ports(HostPort, PodPort));
        using EchoServer inSecond = EchoServer.Start(second.Pod, PodPort);
        Assert.True(client.Ask(), "the second pod answers the first datagram");
        Assert.True(client.Ask());
        Assert.Equal(2, inSecond.Peers.Count);

        bed.Detach(second);
        Assert.True(client.Ask(), "the node's own service answers again");
        Assert.Equal(2, inNode.Peers.Count);
        Assert.All(inFirst.Peers.Concat(inSecond.Peers), peer => Assert.Equal(new IPEndPoint(OutsideWorld.Wide(v6), FixedPort), peer));
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    public void A_daemon_of_the_node_on_the_same_port_keeps_the_addresses_that_are_not_mapped(string plugin)
    {
        using var bed = new NatBed(plugin);
        var second = IPAddress.Parse("198.51.100.2");
        bed.World.AddNodeAddress(bed.Uplink, second);
        using EchoServer daemon = EchoServer.Start(bed.Host, HostPort);
        NatPod pod = bed.Attach(NatBed.Ports(HostPort, PodPort, bed.Uplink.Node4.ToString()));
        using EchoServer inPod = EchoServer.Start(pod.Pod, PodPort);

        foreach (ProtocolType protocol in (ProtocolType[])[ProtocolType.Tcp, ProtocolType.Udp])
        {
            Assert.Equal(3, EchoClient.Count(bed.World.Machine, protocol, bed.Uplink.Node4, HostPort, times: 3));
            Assert.Equal(3, EchoClient.Count(bed.Host, protocol, bed.Uplink.Node4, HostPort, times: 3));
            Assert.NotEmpty(inPod.Peers);
            Assert.Empty(daemon.Peers);
        }
        int before = inPod.Peers.Count;
        foreach (ProtocolType protocol in (ProtocolType[])[ProtocolType.Tcp, ProtocolType.Udp])
        {
            // The wildcard socket answers datagrams from the address the route prefers, so they are asked for at that of IPv6, which is not mapped.
            IPAddress other = protocol == ProtocolType.Tcp ? second : bed.Uplink.Node6;
            Assert.Equal(3, EchoClient.Count(bed.World.Machine, protocol, other, HostPort, times: 3));
            Assert.Equal(3, EchoClient.Count(bed.Host, protocol, other, HostPort, times: 3));
            Assert.Equal(3, EchoClient.Count(bed.Host, protocol, IPAddress.Loopback, HostPort, times: 3));
        }
        Assert.Equal(before, inPod.Peers.Count);
        Assert.NotEmpty(daemon.Peers);
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    public void A_host_port_goes_before_a_daemon_that_listens_on_every_address(string plugin)
    {
        using var bed = new NatBed(plugin);
        using EchoServer daemon = EchoServer.Start(bed.Host, HostPort);
        NatPod pod = bed.Attach(NatBed.Ports(HostPort, PodPort));
        using EchoServer inPod = EchoServer.Start(pod.Pod, PodPort);

        foreach (bool v6 in (bool[])[false, true])
        {
            Assert.Equal(3, EchoClient.Count(bed.World.Machine, ProtocolType.Tcp, bed.Uplink.Node(v6), HostPort, times: 3));
            Assert.Equal(3, EchoClient.Count(bed.World.Machine, ProtocolType.Udp, bed.Uplink.Node(v6), HostPort, times: 3));
            Assert.Equal(3, EchoClient.Count(bed.Host, ProtocolType.Tcp, v6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, HostPort, times: 3));
        }
        Assert.Empty(daemon.Peers);

        bed.Detach(pod);
        Assert.Equal(3, EchoClient.Count(bed.World.Machine, ProtocolType.Tcp, bed.Uplink.Node4, HostPort, times: 3));
        Assert.Single(daemon.Peers);
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    public void A_connection_of_the_node_from_a_port_that_is_mapped_later_goes_on(string plugin)
    {
        using var bed = new NatBed(plugin);
        using EchoServer outside = EchoServer.Start(bed.World.Machine, PodPort);
        bed.Attach();
        using EchoClient own = EchoClient.Connect(bed.Host, ProtocolType.Tcp, OutsideWorld.Wide4, PodPort, sourcePort: HostPort);
        Assert.True(own.Ask());

        NatPod pod = bed.Attach(NatBed.Ports(HostPort, PodPort));
        using EchoServer inPod = EchoServer.Start(pod.Pod, PodPort);

        Assert.True(own.Ask());
        Assert.True(own.Ask(50_000));
        Assert.Empty(inPod.Peers);
        Assert.Equal(3, EchoClient.Count(bed.World.Machine, ProtocolType.Tcp, bed.Uplink.Node4, HostPort, times: 3));
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    public void Ten_thousand_mappings_cost_the_last_one_nothing(string plugin)
    {
        using var bed = new NatBed(plugin);
        NatPod pod = bed.Attach(new PortMapping(HostPort, PodPort, "tcp", bed.Uplink.Node4.ToString()));
        using EchoServer inPod = EchoServer.Start(pod.Pod, PodPort);
        // The row that the plugin wrote, once more for other ports: key is address, port, protocol.
        (byte[] key, byte[] value) = bed.Maps.Single("host_ports");

        bed.Maps.Write("host_ports", Enumerable.Range(20_000, 9_999).Select(port =>
        {
            byte[] copy = [.. key];
            copy[16] = (byte)(port >> 8);
            copy[17] = (byte)port;
            return (copy, value);
        }));

        foreach (int port in (int[])[HostPort, 20_000, 24_999, 29_998])
        {
            Assert.Equal(2, EchoClient.Count(bed.World.Machine, ProtocolType.Tcp, bed.Uplink.Node4, port, times: 2));
        }
        Assert.Equal(0, EchoClient.Count(bed.World.Machine, ProtocolType.Tcp, bed.Uplink.Node4, 29_999, times: 1));
        bed.Maps.Flush("host_ports", (row, _) => row[16] != key[16] || row[17] != key[17]);
    }
}
