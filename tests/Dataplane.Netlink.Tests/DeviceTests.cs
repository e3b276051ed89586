using System.Text.Json;
using Dataplane.Interop;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

/// <summary>Devices of one end: born in another namespace, moved, renamed, with iproute2 as the second opinion.</summary>
public sealed class DeviceTests
{
    private static readonly MacAddress s_mac = MacAddress.Parse("0a:58:0a:16:00:02");

    [NeedsTheory(Needs.Namespaces | Needs.Macvlan)]
    [InlineData(MacvlanMode.Bridge, "bridge")]
    [InlineData(MacvlanMode.Private, "private")]
    [InlineData(MacvlanMode.Vepa, "vepa")]
    [InlineData(MacvlanMode.Passthru, "passthru")]
    public void A_macvlan_is_born_in_the_pod_under_its_name(MacvlanMode mode, string text)
    {
        using var bed = new Bed("dm");
        bed.Host.Ip("link", "add", "up0", "type", "veth", "peer", "name", "up1");
        // The host has a device of the name as well.
        bed.Host.Ip("link", "add", "eth0", "type", "bridge");
        int master = bed.Rtnl.FindLink("up0")!.Index;
        bed.Rtnl.Send(bed.Rtnl.Batch().CreateDevice(DeviceSpec.Macvlan(mode, 2000) with
        {
            Name = "eth0", Mac = mode == MacvlanMode.Passthru ? null : s_mac, Mtu = 1300, MasterIndex = master, Namespace = bed.PodSpace.Handle,
        }));

        LinkInfo link = bed.PodRtnl.FindLink("eth0")!;
        Assert.Equal(("macvlan", mode, 1300, master), (link.Kind, link.MacvlanMode, link.Mtu, link.PeerIndex));
        Assert.Equal(mode == MacvlanMode.Passthru ? bed.Rtnl.FindLink("up0")!.Mac : s_mac, link.Mac);
        JsonElement data = Bed.One(bed.Pod, "ip", "link", "show", "eth0").GetProperty("linkinfo").GetProperty("info_data");
        Assert.Equal((text, 2000), (data.GetProperty("mode").GetString(), data.GetProperty("bcqueuelen").GetInt32()));
        Assert.Null(bed.Rtnl.FindLink("up0")!.MacvlanMode);
    }

    [NeedsFact(Needs.Namespaces | Needs.Macvlan)]
    public void A_kind_is_known_without_one_being_made()
    {
        using var bed = new Bed("dk");
        Assert.True(bed.Rtnl.SupportsKind("macvlan"));
        Assert.True(bed.Rtnl.SupportsKind("veth"));
        Assert.False(bed.Rtnl.SupportsKind("nosuchkind"));
        Assert.Equal(["lo"], bed.Rtnl.DumpLinks().Select(l => l.Name));
    }

    [NeedsTheory(Needs.Namespaces)]
    [InlineData(false)]
    [InlineData(true)]
    public void A_device_is_moved_renamed_and_known_by_its_alias(bool nameIsTaken)
    {
        using var bed = new Bed("dv");
        bed.Host.Ip("link", "add", "nic7", "type", "veth", "peer", "name", "nic7p");
        LinkInfo nic = bed.Rtnl.FindLink("nic7")!;
        if (nameIsTaken)
        {
            bed.Pod.Ip("link", "add", "nic7", "type", "veth", "peer", "name", "other");
        }

        bed.Rtnl.Send(bed.Rtnl.Batch().SetAlias(nic.Index, "nic7").MoveLink(nic.Index, bed.PodSpace.Handle, "eth0"));

        LinkInfo inside = bed.PodRtnl.FindLink("eth0")!;
        Assert.Equal(("veth", "nic7", nic.Mac), (inside.Kind, inside.Alias, inside.Mac));
        Assert.Null(bed.Rtnl.FindLink("nic7"));

        bed.PodRtnl.Send(bed.PodRtnl.Batch().SetName(inside.Index, "net9").SetAlias(inside.Index, ""));
        Assert.Equal("", bed.PodRtnl.FindLink("net9")!.Alias);
        Assert.False(Bed.One(bed.Pod, "ip", "link", "show", "net9").TryGetProperty("ifalias", out _));
        Assert.Equal(Errno.EEXIST, Assert.Throws<NetlinkException>(() =>
        {
            bed.Host.Ip("link", "add", "nic7", "type", "bridge");
            bed.PodRtnl.Send(bed.PodRtnl.Batch().MoveLink(inside.Index, bed.HostSpace.Handle, "nic7"));
        }).Errno);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_device_is_found_by_each_of_its_names()
    {
        using var bed = new Bed("da");
        const string Long = "a-name-that-is-longer-than-fifteen-bytes";
        bed.Host.Ip("link", "add", "nic7", "type", "bridge");
        bed.Host.Ip("link", "property", "add", "dev", "nic7", "altname", Long, "altname", "short");
        foreach (string name in (string[])["nic7", "short", Long])
        {
            Assert.Equal("nic7", bed.Rtnl.FindLinkByAnyName(name)!.Name);
        }

        Assert.Null(bed.Rtnl.FindLinkByAnyName(Long + "-than-it-is"));
        Assert.Null(bed.Rtnl.FindLinkByAnyName(new string('x', 300)));
    }
}
