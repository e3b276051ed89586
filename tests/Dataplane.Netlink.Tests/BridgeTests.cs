using System.Text.Json;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

public sealed class BridgeTests
{
    [NeedsTheory(Needs.Namespaces)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Ports_have_their_flags(bool hairpin, bool isolated)
    {
        using Bed bed = Port(out int port);
        bed.Rtnl.Send(bed.Rtnl.Batch().SetBridgePort(port, hairpin, isolated));
        AssertPort(bed, port, hairpin, isolated);
        bed.Rtnl.Send(bed.Rtnl.Batch().SetBridgePort(port, hairpin: !hairpin));
        AssertPort(bed, port, !hairpin, isolated);
    }

    [VlanFact]
    public void Vlans_are_added_and_removed_as_bridge_shows_them()
    {
        using Bed bed = Port(out int port, vlans: true);
        Assert.True(bed.Rtnl.FindLink("br0")!.VlanFiltering);
        Assert.Equal([new BridgeVlanInfo(1, true, true)], bed.Rtnl.DumpBridgeVlans(port));

        RtnlBatch batch = bed.Rtnl.Batch().DeleteBridgeVlan(port, 1).AddBridgeVlan(port, 100, pvid: true, untagged: true);
        for (ushort vid = 200; vid <= 210; vid++)
        {
            batch.AddBridgeVlan(port, vid, pvid: false, untagged: false);
        }

        bed.Rtnl.Send(batch.AddBridgeVlan(port, 4094, pvid: false, untagged: false));
        List<BridgeVlanInfo> vlans = bed.Rtnl.DumpBridgeVlans(port);
        Assert.Equal([100, .. Enumerable.Range(200, 11), 4094], vlans.Select(v => (int)v.VlanId));
        Assert.Equal(new BridgeVlanInfo(100, true, true), vlans[0]);
        Assert.Equal(new BridgeVlanInfo(200, false, false), vlans[1]);

        JsonElement shown = Bed.Json(bed.Host, "bridge", "vlan", "show", "dev", "veth0").Single().GetProperty("vlans");
        var ids = new List<int>();
        foreach (JsonElement vlan in shown.EnumerateArray())
        {
            int first = vlan.GetProperty("vlan").GetInt32();
            int last = vlan.TryGetProperty("vlanEnd", out JsonElement end) ? end.GetInt32() : first;
            ids.AddRange(Enumerable.Range(first, last - first + 1));
        }

        Assert.Equal(ids, vlans.Select(v => (int)v.VlanId));
        Assert.Equal(["PVID", "Egress Untagged"], shown[0].GetProperty("flags").EnumerateArray().Select(f => f.GetString()));
    }

    [VlanFact]
    public void A_trunk_of_every_vlan_is_more_than_one_call_and_works()
    {
        using Bed bed = Port(out int port, vlans: true);
        RtnlBatch batch = bed.Rtnl.Batch();
        for (ushort vid = 1; vid <= 4094; vid++)
        {
            batch.AddBridgeVlan(port, vid, pvid: vid == 1, untagged: vid == 1);
        }

        bed.Rtnl.Send(batch);
        Assert.Equal(Enumerable.Range(1, 4094), bed.Rtnl.DumpBridgeVlans(port).Select(v => (int)v.VlanId));
    }

    [NeedsFact(Needs.Namespaces)]
    public void What_is_no_port_has_no_vlans()
    {
        using var bed = new Bed("bn");
        Assert.Empty(bed.Rtnl.DumpBridgeVlans(1));
        Assert.Empty(bed.Rtnl.DumpBridgeVlans(4711));
    }

    [Fact]
    public void Vlans_are_read_from_the_kernels_answer()
    {
        // struct br_vlan_msg, then BRIDGE_VLANDB_ENTRY { INFO { flags, vid }, RANGE } twice, as Linux lays them out.
        byte[] answer =
        [
            7, 0, 0, 0, 9, 0, 0, 0,
            12, 0, 1, 0x80, 8, 0, 1, 0, 6, 0, 100, 0,
            20, 0, 1, 0x80, 8, 0, 1, 0, 0, 0, 200, 0, 6, 0, 2, 0, 202, 0, 0, 0,
        ];
        Assert.Equal(
            [new BridgeVlanInfo(100, true, true), new(200, false, false), new(201, false, false), new(202, false, false)],
            RtnlSocket.ParseVlans(answer));
    }

    private static Bed Port(out int port, bool vlans = false)
    {
        var bed = new Bed("bp");
        (LinkInfo host, _) = bed.AddVeth();
        bed.Rtnl.Send(bed.Rtnl.Batch().CreateBridge("br0", vlanFiltering: vlans));
        bed.Rtnl.Send(bed.Rtnl.Batch().SetMaster(host.Index, bed.Rtnl.FindLink("br0")!.Index));
        port = host.Index;
        return bed;
    }

    private static void AssertPort(Bed bed, int port, bool hairpin, bool isolated)
    {
        LinkInfo link = bed.Rtnl.FindLink(port)!;
        Assert.Equal((hairpin, isolated), (link.Hairpin, link.Isolated));
        JsonElement shown = Bed.One(bed.Host, "bridge", "link", "show", "dev", "veth0");
        Assert.Equal((hairpin, isolated), (shown.GetProperty("hairpin").GetBoolean(), shown.GetProperty("isolated").GetBoolean()));
    }
}
