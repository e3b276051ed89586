using System.Net;
using System.Net.Sockets;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>Uplinks of other kinds, several of them, and the address that a route prefers.</summary>
public sealed class UplinkTests
{
    private const int Port = 7000;
    private const int HostPort = 8080;

    public static IEnumerable<object[]> Networks =>
        from plugin in (string[])["bridge", "ptp"]
        from v6 in (bool[])[false, true]
        select new object[] { plugin, v6 };

    [NeedsTheory(NatBed.Needed | Needs.Tun), MemberData(nameof(Networks))]
    public void An_uplink_without_link_layer_header(string plugin, bool v6)
    {
        TunCable? cable = null;
        using (var bed = new NatBed(plugin, uplink: (node, world) => world.Connect("tun0", (device, router) =>
            cable = new TunCable(node.Host, device, world.Router, router))))
        {
            BothWays(bed, v6);
        }
        cable!.Dispose();
    }

    [NeedsTheory(NatBed.Needed | Needs.Vlan), MemberData(nameof(Networks))]
    public void An_uplink_that_is_a_VLAN(string plugin, bool v6)
    {
        using var bed = new NatBed(plugin, uplink: static (node, world) => world.Connect("up0.5", (device, router) =>
        {
            node.Host.Ip("link", "add", "up0", "type", "veth", "peer", "name", "trunk", "netns", world.Router.Name);
            node.Host.Ip("link", "set", "up0", "up");
            world.Router.Ip("link", "set", "trunk", "up");
            node.Host.Ip("link", "add", "link", "up0", "name", device, "type", "vlan", "id", "5");
            world.Router.Ip("link", "add", "link", "trunk", "name", router, "type", "vlan", "id", "5");
        }));
        BothWays(bed, v6);
    }

    [NeedsTheory(NatBed.Needed | Needs.Iptables | Needs.Ip6tables)]
    [InlineData("bridge", false, false)]
    [InlineData("bridge", true, true)]
    [InlineData("ptp", true, false)]
    [InlineData("ptp", false, true)]
    public void Two_uplinks_by_policy_routing(string plugin, bool v6, bool netfilter)
    {
        using var bed = new NatBed(plugin);
        Uplink second = bed.World.AddUplink("up1");
        using EchoServer outside = EchoServer.Start(bed.World.Machine, Port, OutsideWorld.Wide(v6));
        NatPod one = bed.Attach(NatBed.Ports(HostPort, Port));
        NatPod two = bed.Attach();
        using EchoServer inOne = EchoServer.Start(one.Pod, Port);
        if (netfilter)
        {
            KubeProxy.Install(bed.Host, one);
        }
        string family = v6 ? "-6" : "-4";
        bed.Host.Ip(family, "route", "add", "default", "via", second.Router(v6).ToString(), "table", "100");
        bed.Host.Ip(family, "rule", "add", "from", two.Address(v6).ToString(), "table", "100");
        bed.Host.Ip(family, "rule", "add", "from", second.Node(v6).ToString(), "table", "100");

        foreach (ProtocolType protocol in (ProtocolType[])[ProtocolType.Tcp, ProtocolType.Udp])
        {
            Assert.Equal(5, EchoClient.Count(one.Pod, protocol, OutsideWorld.Wide(v6), Port));
            Assert.Equal(bed.Uplink.Node(v6), outside.Clients[^1]);
            Assert.Equal(5, EchoClient.Count(two.Pod, protocol, OutsideWorld.Wide(v6), Port));
            Assert.Equal(second.Node(v6), outside.Clients[^1]);
            // The host port is on both, whichever way the answers take.
            Assert.Equal(5, EchoClient.Count(bed.World.Machine, protocol, bed.Uplink.Node(v6), HostPort));
            Assert.Equal(5, EchoClient.Count(bed.World.Machine, protocol, second.Node(v6), HostPort));
        }
        Assert.Equal(second.Node(v6), Hosts(bed, outside, two, v6));
        Assert.All(inOne.Clients, client => Assert.Equal(OutsideWorld.Wide(v6), client));
        Assert.Empty(bed.World.Strangers());

        // The rule goes: the next connection takes the other uplink, and its address.
        bed.Host.Ip(family, "rule", "delete", "from", two.Address(v6).ToString(), "table", "100");
        Assert.Equal(bed.Uplink.Node(v6), Hosts(bed, outside, two, v6));
        Assert.Empty(bed.World.Strangers());
    }

    [NeedsTheory(NatBed.Needed), MemberData(nameof(Networks))]
    public void The_address_is_the_one_that_the_route_prefers(string plugin, bool v6)
    {
        using var bed = new NatBed(plugin);
        using EchoServer outside = EchoServer.Start(bed.World.Machine, Port, OutsideWorld.Wide(v6));
        var preferred = IPAddress.Parse(v6 ? "2001:db8:1::2" : "198.51.100.2");
        NatPod pod = bed.Attach();
        Assert.Equal(bed.Uplink.Node(v6), Hosts(bed, outside, pod, v6));

        bed.World.AddNodeAddress(bed.Uplink, preferred);
        bed.Host.Ip(v6 ? "-6" : "-4", "route", "replace", "default", "via", bed.Uplink.Router(v6).ToString(), "src", preferred.ToString());
        // The uplinks' addresses are looked at again by whoever is attached next.
        bed.Attach();

        Assert.Equal(preferred, Hosts(bed, outside, pod, v6));
        Assert.Empty(bed.World.Strangers());
    }

    [NeedsTheory(NatBed.Needed), MemberData(nameof(Networks))]
    public void An_uplink_that_comes_later_is_found_by_the_next_ADD(string plugin, bool v6)
    {
        using var bed = new NatBed(plugin);
        NatPod pod = bed.Attach();
        Uplink later = bed.World.AddUplink("later0");
        using EchoServer outside = EchoServer.Start(bed.World.Machine, Port, OutsideWorld.Wide(v6));
        bed.Host.Ip(v6 ? "-6" : "-4", "route", "replace", "default", "via", later.Router(v6).ToString());

        bed.Attach();

        Assert.Equal(later.Node(v6), Hosts(bed, outside, pod, v6));
        Assert.Empty(bed.World.Strangers());
    }

    [NeedsTheory(NatBed.Needed), MemberData(nameof(Networks))]
    public void What_is_excluded_leaves_with_the_pods_own_address(string plugin, bool v6)
    {
        using var bed = new NatBed(plugin, main: $", \"dataplane\": {{\"nonMasqueradeCIDRs\": [\"{OutsideWorld.Narrow4}/32\", \"{OutsideWorld.Narrow6}/128\"]}}");
        using EchoServer outside = EchoServer.Start(bed.World.Machine, Port, OutsideWorld.Wide(v6));
        NatPod pod = bed.Attach();
        using var seen = Capture.In(bed.World.Router);

        // Nobody there knows the way back to the pod.
        Assert.Equal(0, EchoClient.Count(pod.Pod, ProtocolType.Udp, OutsideWorld.Narrow(v6), Port, times: 1, patienceMilliseconds: 100));
        Assert.NotNull(seen.WaitFor(packet => packet.Source.Equals(pod.Address(v6)) && packet.Destination.Equals(OutsideWorld.Narrow(v6))));

        Assert.Equal(bed.Uplink.Node(v6), Hosts(bed, outside, pod, v6));
    }

    // Which address the machine outside sees.
    private static IPAddress Hosts(NatBed bed, EchoServer outside, NatPod pod, bool v6)
    {
        Assert.Equal(2, EchoClient.Count(pod.Pod, ProtocolType.Tcp, OutsideWorld.Wide(v6), Port, times: 2));
        Assert.True(Ping.Reaches(pod.Pod, OutsideWorld.Wide(v6)));
        return outside.Clients[^1];
    }

    private static void BothWays(NatBed bed, bool v6)
    {
        using EchoServer outside = EchoServer.Start(bed.World.Machine, Port, OutsideWorld.Wide(v6));
        using EchoServer narrow = EchoServer.Start(bed.World.Machine, Port, OutsideWorld.Narrow(v6));
        NatPod pod = bed.Attach(NatBed.Ports(HostPort, Port));
        NatPod other = bed.Attach();
        using EchoServer inPod = EchoServer.Start(pod.Pod, Port);

        Assert.True(Ping.Reaches(other.Pod, OutsideWorld.Wide(v6), count: 2));
        Assert.True(Ping.Reaches(other.Pod, OutsideWorld.Wide(v6), count: 2, payload: 4000));
        foreach (ProtocolType protocol in (ProtocolType[])[ProtocolType.Tcp, ProtocolType.Udp])
        {
            Assert.Equal(5, EchoClient.Count(other.Pod, protocol, OutsideWorld.Wide(v6), Port));
            Assert.Equal(5, EchoClient.Count(bed.World.Machine, protocol, bed.Uplink.Node(v6), HostPort));
            Assert.Equal(5, EchoClient.Count(bed.World.Machine, protocol, bed.Uplink.Node(v6), HostPort, bytes: 4000));
            Assert.Equal(5, EchoClient.Count(other.Pod, protocol, bed.Uplink.Node(v6), HostPort));
        }
        Assert.Equal(2, EchoClient.Count(other.Pod, ProtocolType.Tcp, OutsideWorld.Narrow(v6), Port, times: 2, bytes: 50_000));
        Assert.All(outside.Clients, client => Assert.Equal(bed.Uplink.Node(v6), client));
        Assert.All(inPod.Clients, client => Assert.Contains(client, (IPAddress[])[OutsideWorld.Wide(v6), other.Address(v6)]));
        Assert.Empty(bed.World.Strangers());
    }
}
