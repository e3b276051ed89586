using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Dataplane.Interop;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

public sealed class AddressTests
{
    [NeedsTheory(Needs.Namespaces)]
    [InlineData("10.1.2.3", 24, "10.1.2.255")]
    [InlineData("10.1.2.3", 22, "10.1.3.255")]
    [InlineData("10.1.2.3", 30, "10.1.2.3")]
    [InlineData("10.1.2.3", 31, null)]
    [InlineData("10.1.2.3", 32, null)]
    public void Ipv4_addresses_have_the_broadcast_address_that_the_reference_gives_them(string text, int length, string? broadcast)
    {
        using var bed = new Bed("a4");
        (_, LinkInfo pod) = bed.AddVeth(up: true);
        IPAddress address = IPAddress.Parse(text);
        bed.PodRtnl.Send(bed.PodRtnl.Batch().AddAddress(pod.Index, address, length));

        AddressInfo ours = Assert.Single(bed.PodRtnl.DumpAddresses(pod.Index, AddressFamily.InterNetwork));
        Assert.Equal((pod.Index, address, length, (byte)0), (ours.IfIndex, ours.Address, ours.PrefixLength, ours.Scope));
        JsonElement shown = Shown(bed, "-4");
        Assert.Equal(text, shown.GetProperty("local").GetString());
        Assert.Equal(length, shown.GetProperty("prefixlen").GetInt32());
        Assert.Equal("eth0", shown.GetProperty("label").GetString());
        Assert.Equal(broadcast, shown.TryGetProperty("broadcast", out JsonElement b) ? b.GetString() : null);

        bed.PodRtnl.Send(bed.PodRtnl.Batch().DeleteAddress(pod.Index, address, length));
        Assert.Empty(bed.PodRtnl.DumpAddresses(pod.Index, AddressFamily.InterNetwork));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Ipv6_addresses_are_usable_at_once_without_duplicate_detection()
    {
        using var bed = new Bed("a6");
        (_, LinkInfo pod) = bed.AddVeth(up: true);
        IPAddress address = IPAddress.Parse("fd00:1::2");
        bed.PodRtnl.Send(bed.PodRtnl.Batch().AddAddress(pod.Index, address, 64, noDad: true));
        AddressInfo ours = Assert.Single(bed.PodRtnl.DumpAddresses(pod.Index, AddressFamily.InterNetworkV6), a => a.Scope == 0);
        Assert.Equal((address, 64), (ours.Address, ours.PrefixLength));
        Assert.Equal(0u, ours.Flags & 0x40); // IFA_F_TENTATIVE
        Assert.Equal(RtnlConstants.IFA_F_NODAD, ours.Flags & RtnlConstants.IFA_F_NODAD);
        Assert.True(Shown(bed, "-6", "scope", "global").GetProperty("nodad").GetBoolean());

        bed.PodRtnl.Send(bed.PodRtnl.Batch().AddAddress(pod.Index, IPAddress.Parse("fd00:1::3"), 64));
        AddressInfo checkedOne = bed.PodRtnl.DumpAddresses(pod.Index).Single(a => a.Address.ToString() == "fd00:1::3");
        Assert.Equal(0x40u, checkedOne.Flags & 0x40);
    }

    [NeedsFact(Needs.Namespaces)]
    public void An_address_twice_is_an_error_unless_it_may_be_there()
    {
        using var bed = new Bed("ae");
        (_, LinkInfo pod) = bed.AddVeth();
        IPAddress address = IPAddress.Parse("10.1.2.3");
        bed.PodRtnl.Send(bed.PodRtnl.Batch().AddAddress(pod.Index, address, 24));
        var error = Assert.Throws<NetlinkException>(() => bed.PodRtnl.Send(bed.PodRtnl.Batch().AddAddress(pod.Index, address, 24)));
        Assert.Equal((Errno.EEXIST, "10.1.2.3/24"), (error.Errno, error.Subject));
        Assert.StartsWith("add address 10.1.2.3/24: file exists", error.Message, StringComparison.Ordinal);
        bed.PodRtnl.Send(bed.PodRtnl.Batch().AddAddress(pod.Index, address, 24, replace: true));

        error = Assert.Throws<NetlinkException>(() => bed.PodRtnl.Send(bed.PodRtnl.Batch().DeleteAddress(pod.Index, IPAddress.Parse("10.9.9.9"), 24)));
        Assert.Equal(Errno.EADDRNOTAVAIL, error.Errno);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Dumps_give_the_addresses_of_one_device_and_family()
    {
        using var bed = new Bed("ad");
        (LinkInfo host, _) = bed.AddVeth(up: true);
        bed.Rtnl.Send(bed.Rtnl.Batch()
            .AddAddress(host.Index, IPAddress.Parse("10.1.0.1"), 16)
            .AddAddress(host.Index, IPAddress.Parse("fd00::1"), 64, noDad: true)
            .AddAddress(1, IPAddress.Parse("10.2.0.1"), 32));
        Assert.Equal(["127.0.0.1", "10.2.0.1", "10.1.0.1"], Texts(bed.Rtnl.DumpAddresses(family: AddressFamily.InterNetwork)));
        Assert.Equal(["127.0.0.1", "10.2.0.1", "::1"], Texts(bed.Rtnl.DumpAddresses(1)));
        Assert.Empty(bed.Rtnl.DumpAddresses(4711));
        int shown = Bed.Json(bed.Host, "ip", "addr", "show").Sum(l => l.GetProperty("addr_info").GetArrayLength());
        Assert.Equal(shown, bed.Rtnl.DumpAddresses().Count);
    }

    [NeedsTheory(Needs.Namespaces)]
    [InlineData("10.1.0.9")]
    [InlineData("fd00::9")]
    public void Neighbours_are_replaced_and_deleted(string text)
    {
        using var bed = new Bed("an");
        (LinkInfo host, _) = bed.AddVeth(up: true);
        bed.Rtnl.Send(bed.Rtnl.Batch().AddAddress(host.Index, IPAddress.Parse("10.1.0.1"), 16).AddAddress(host.Index, IPAddress.Parse("fd00::1"), 64, noDad: true));
        IPAddress address = IPAddress.Parse(text);
        foreach ((string mac, ushort state, string name) in new[] { ("0a:58:00:00:00:01", (ushort)0x80, "PERMANENT"), ("0a:58:00:00:00:02", (ushort)4, "STALE") })
        {
            bed.Rtnl.Send(bed.Rtnl.Batch().ReplaceNeighbour(host.Index, address, MacAddress.Parse(mac), state));
            Assert.Contains(new NeighbourInfo(host.Index, address, MacAddress.Parse(mac), state), bed.Rtnl.DumpNeighbours(host.Index));
            JsonElement shown = Bed.One(bed.Host, "ip", "neigh", "show", text);
            Assert.Equal((mac, name), (shown.GetProperty("lladdr").GetString(), shown.GetProperty("state")[0].GetString()));
        }

        bed.Rtnl.Send(bed.Rtnl.Batch().DeleteNeighbour(host.Index, address));
        Assert.DoesNotContain(bed.Rtnl.DumpNeighbours(), n => n.Address.Equals(address) && n.State != 0x20);
        Assert.DoesNotContain(bed.Rtnl.DumpNeighbours(1), n => n.IfIndex != 1);
    }

    private static IEnumerable<string> Texts(List<AddressInfo> addresses) => addresses.Select(a => a.Address.ToString());

    private static JsonElement Shown(Bed bed, string family, params string[] filter) =>
        Bed.One(bed.Pod, "ip", [family, "addr", "show", "dev", "eth0", .. filter]).GetProperty("addr_info").EnumerateArray()
            .Single(a => a.TryGetProperty("local", out _)); // what a filter leaves out is an empty object
}
