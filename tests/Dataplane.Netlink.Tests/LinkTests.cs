using System.Text.Json;
using Dataplane.Interop;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

public sealed class LinkTests
{
    private static readonly MacAddress s_mac = MacAddress.Parse("0a:58:0a:16:00:02");

    [NeedsFact(Needs.Namespaces)]
    public void A_pair_is_born_in_both_namespaces_with_everything_by_one_request()
    {
        using var bed = new Bed("lp");
        bed.Rtnl.Send(bed.Rtnl.Batch().CreateBridge("br0"));
        int bridge = bed.Rtnl.FindLink("br0")!.Index;
        MacAddress hostMac = MacAddress.Parse("0a:58:00:00:00:01");
        bed.Rtnl.Send(bed.Rtnl.Batch().CreateVeth(new VethSpec
        {
            HostName = "vethabc",
            HostMac = hostMac,
            HostMtu = 1400,
            MasterIndex = bridge,
            HostUp = true,
            PeerName = "eth0",
            PeerNamespace = bed.PodSpace.Handle,
            PeerMac = s_mac,
            PeerMtu = 1300,
        }));

        LinkInfo host = bed.Rtnl.FindLink("vethabc")!;
        LinkInfo pod = bed.PodRtnl.FindLink("eth0")!;
        Assert.Equal(("veth", hostMac, 1400, bridge, true), (host.Kind, host.Mac, host.Mtu, host.MasterIndex, host.IsUp));
        Assert.Equal(("veth", s_mac, 1300, 0, false), (pod.Kind, pod.Mac, pod.Mtu, pod.MasterIndex, pod.IsUp));
        Assert.Equal((host.Index, pod.Index), (pod.PeerIndex, host.PeerIndex));
        Assert.NotNull(host.PeerNetnsId);
        Assert.Equal((byte)0, host.PortState); // BR_STATE_DISABLED: no carrier yet

        JsonElement ip = Bed.One(bed.Host, "ip", "link", "show", "vethabc");
        Assert.Equal(host.Index, ip.GetProperty("ifindex").GetInt32());
        Assert.Equal(host.Mac.ToString(), ip.GetProperty("address").GetString());
        Assert.Equal("br0", ip.GetProperty("master").GetString());
        Assert.Equal(host.TxQueueLength, ip.GetProperty("txqlen").GetInt32());
        JsonElement inside = Bed.One(bed.Pod, "ip", "link", "show", "eth0");
        Assert.Equal(1300, inside.GetProperty("mtu").GetInt32());
        Assert.Equal(s_mac.ToString(), inside.GetProperty("address").GetString());
        Assert.Equal("DOWN", inside.GetProperty("operstate").GetString());
    }

    [NeedsFact(Needs.Namespaces)]
    public void What_was_created_is_known_without_asking()
    {
        using var bed = new Bed("le");
        LinkInfo bridge = bed.Rtnl.CreateBridge("br0", mtu: 1450, mac: s_mac);
        Assert.Equal(bed.Rtnl.FindLink("br0")!.Index, bridge.Index);
        Assert.Equal(("br0", "bridge", 1450, s_mac), (bridge.Name, bridge.Kind, bridge.Mtu, bridge.Mac));

        LinkInfo host = bed.Rtnl.CreateVeth(new VethSpec
        {
            HostName = "veth0", HostMtu = 1400, MasterIndex = bridge.Index, HostUp = true, PeerName = "eth0", PeerNamespace = bed.PodSpace.Handle,
        });
        LinkInfo found = bed.Rtnl.FindLink("veth0")!;
        Assert.Equal((found.Index, found.PeerIndex, found.Mac, 1400), (host.Index, host.PeerIndex, host.Mac, host.Mtu));
        Assert.Equal(bed.PodRtnl.FindLink("eth0")!.Index, host.PeerIndex);
        Assert.Equal(bridge.Index, found.MasterIndex);

        Assert.Equal(Errno.EEXIST, Assert.Throws<NetlinkException>(() => bed.Rtnl.CreateBridge("br0")).Errno);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_pair_may_stay_in_one_namespace()
    {
        using var bed = new Bed("lo");
        bed.Rtnl.Send(bed.Rtnl.Batch().CreateVeth(new VethSpec { HostName = "br0.100", PeerName = "p", PeerNamespace = bed.HostSpace.Handle }));
        LinkInfo one = bed.Rtnl.FindLink("br0.100")!;
        Assert.Equal(bed.Rtnl.FindLink("p")!.Index, one.PeerIndex);
        Assert.Null(one.PeerNetnsId);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Devices_are_changed_and_deleted_by_index_and_name()
    {
        using var bed = new Bed("lc");
        (LinkInfo host, LinkInfo pod) = bed.AddVeth();
        bed.Rtnl.Send(bed.Rtnl.Batch().CreateBridge("br0", mtu: 1450, mac: s_mac));
        LinkInfo bridge = bed.Rtnl.FindLink("br0")!;
        Assert.Equal(("bridge", 1450, s_mac, false), (bridge.Kind, bridge.Mtu, bridge.Mac, bridge.VlanFiltering));

        bed.Rtnl.Send(bed.Rtnl.Batch()
            .SetMaster(host.Index, bridge.Index)
            .SetMac(host.Index, MacAddress.Parse("0a:58:00:00:00:09"))
            .SetMtu(host.Index, 1280)
            .SetLinkUp(host.Index)
            .SetPromisc(bridge.Index, true)
            .SetLinkUp(bridge.Index));
        JsonElement ip = Bed.One(bed.Host, "ip", "link", "show", "veth0");
        Assert.Equal(("br0", "0a:58:00:00:00:09", 1280), (ip.GetProperty("master").GetString(), ip.GetProperty("address").GetString(), ip.GetProperty("mtu").GetInt32()));
        Assert.Contains("\"UP\"", ip.GetProperty("flags").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(1, Bed.One(bed.Host, "ip", "link", "show", "br0").GetProperty("promiscuity").GetInt32());
        bridge = bed.Rtnl.FindLink("br0")!;
        Assert.True(bridge.IsPromiscuous);
        Assert.Equal(1u, bridge.Promiscuity);

        bed.Rtnl.Send(bed.Rtnl.Batch().SetMaster(host.Index, 0).SetLinkDown(host.Index).SetPromisc(bridge.Index, false));
        host = bed.Rtnl.FindLink(host.Index)!;
        Assert.Equal((0, false), (host.MasterIndex, host.IsUp));
        Assert.False(bed.Rtnl.FindLink("br0")!.IsPromiscuous);

        bed.Rtnl.Send(bed.Rtnl.Batch().DeleteLink(host.Index).DeleteLink("br0"));
        Assert.Null(bed.Rtnl.FindLink("veth0"));
        Assert.Null(bed.PodRtnl.FindLink(pod.Index));
        Assert.Equal(["lo"], bed.Rtnl.DumpLinks().Select(l => l.Name));
    }

    [NeedsTheory(Needs.Namespaces)]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("a-name-of-sixteen")]
    public void What_is_not_there_is_null(string name)
    {
        using var bed = new Bed("ln");
        Assert.Null(bed.Rtnl.FindLink(name));
        Assert.Null(bed.Rtnl.FindLink(4711));
        Assert.Null(bed.Rtnl.FindLink(0));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Every_device_is_described_as_ip_describes_it()
    {
        using var bed = new Bed("la");
        bed.AddVeth(up: true);
        bed.Host.Ip("link", "add", "d0", "mtu", "1234", "txqueuelen", "77", "type", "veth", "peer", "name", "d1");
        bed.Host.Ip("link", "set", "d0", "alias", "a device");
        bed.Host.Ip("link", "add", "br0", "type", "bridge");
        JsonElement[] theirs = Bed.Json(bed.Host, "ip", "link", "show");
        List<LinkInfo> ours = bed.Rtnl.DumpLinks();
        Assert.Equal(theirs.Length, ours.Count);
        foreach ((JsonElement ip, LinkInfo link) in theirs.Zip(ours))
        {
            Assert.Equal(ip.GetProperty("ifname").GetString(), link.Name);
            Assert.Equal(ip.GetProperty("ifindex").GetInt32(), link.Index);
            Assert.Equal(ip.GetProperty("mtu").GetInt32(), link.Mtu);
            Assert.Equal(ip.GetProperty("address").GetString(), link.Mac.ToString());
            Assert.Equal(ip.TryGetProperty("txqlen", out JsonElement length) ? length.GetInt32() : 0, link.TxQueueLength);
            Assert.Equal(ip.TryGetProperty("ifalias", out JsonElement alias) ? alias.GetString() : "", link.Alias);
            Assert.Equal(ip.TryGetProperty("linkinfo", out JsonElement info) ? info.GetProperty("info_kind").GetString() : "", link.Kind);
            Assert.Equal(ip.GetProperty("operstate").GetString() == "UP", link.IsOperUp);
        }

        Assert.Equal("a device", ours.Single(l => l.Name == "d0").Alias);
        Assert.True(ours.Single(l => l.Name == "veth0").IsOperUp);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Ipv4_configuration_is_set_without_proc()
    {
        using var bed = new Bed("l4");
        (_, LinkInfo pod) = bed.AddVeth();
        Assert.Equal("0", bed.Pod.Sysctl("net/ipv4/conf/eth0/arp_notify"));
        bed.PodRtnl.Send(bed.PodRtnl.Batch().SetIpv4Conf(pod.Index, 22, 1));
        Assert.Equal("1", bed.Pod.Sysctl("net/ipv4/conf/eth0/arp_notify"));
        Assert.Equal("0", bed.Pod.Sysctl("net/ipv4/conf/default/arp_notify"));
    }
}
