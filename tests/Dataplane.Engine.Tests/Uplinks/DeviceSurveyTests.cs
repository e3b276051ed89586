using System.Net;
using Dataplane.Netlink;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests;

/// <summary>What a device is as a way out of the node, by the kernel's own routes and addresses.</summary>
public sealed class DeviceSurveyTests : IDisposable
{
    private readonly TestNamespace _host = TestNamespace.Create("survey");

    public static TheoryData<string[], UplinkReason, string?, string?> Devices => new()
    {
        { ["address add 192.0.2.2/24 dev eth0"], UplinkReason.Subnet, "192.0.2.2", null },
        { ["address add 2001:db8::2/64 dev eth0 nodad"], UplinkReason.Subnet, null, "2001:db8::2" },
        { ["address add 192.0.2.2/24 dev eth0", "address add 2001:db8::2/64 dev eth0 nodad"], UplinkReason.Subnet, "192.0.2.2", "2001:db8::2" },
        { [], UplinkReason.NoRoute, null, null },
        { ["address add 192.0.2.2/32 dev eth0"], UplinkReason.NoRoute, null, null },
        { ["address add 2001:db8::2/128 dev eth0 nodad"], UplinkReason.NoRoute, null, null },
        // A cloud's instance: one address, a gateway somewhere else.
        { ["address add 192.0.2.2/32 dev eth0", "route add default via 198.51.100.1 dev eth0 onlink"], UplinkReason.DefaultRoute, "192.0.2.2", null },
        { ["address add 2001:db8::2/128 dev eth0 nodad", "-6 route add default via fe80::1 dev eth0"], UplinkReason.DefaultRoute, null, "2001:db8::2" },
        { ["address add 192.0.2.2/32 dev eth0", "route add 10.0.0.0/8 via 198.51.100.1 dev eth0 onlink"], UplinkReason.Route, "192.0.2.2", null },
        { ["address add 192.0.2.2/32 dev eth0", "route add 10.1.2.3/32 dev eth0"], UplinkReason.NoRoute, null, null },
        { ["address add 2001:db8::2/128 dev eth0 nodad", "-6 route add fd00::/8 dev eth0"], UplinkReason.Route, null, "2001:db8::2" },
        // Half-defaults, as VPNs add them.
        { ["address add 192.0.2.2/32 dev eth0", "route add 0.0.0.0/1 dev eth0", "route add 128.0.0.0/1 dev eth0"], UplinkReason.DefaultRoute, "192.0.2.2", null },
        // An address for the link alone is no way out for anybody's subnet.
        { ["address add fe80::2/64 dev eth0 nodad"], UplinkReason.NoRoute, null, null },
        // The route names the source.
        { ["address add 192.0.2.2/24 dev eth0", "address add 192.0.2.9/24 dev eth0", "route add default via 192.0.2.1 src 192.0.2.9"], UplinkReason.Subnet, "192.0.2.9", null },
        { ["address add 2001:db8::2/64 dev eth0 nodad", "address add 2001:db8::9/64 dev eth0 nodad", "-6 route add default via 2001:db8::1 src 2001:db8::9"], UplinkReason.Subnet, null, "2001:db8::9" },
        { ["address add 203.0.113.7/32 dev lo", "address add 192.0.2.2/24 dev eth0", "route add default via 192.0.2.1 src 203.0.113.7"], UplinkReason.Subnet, "203.0.113.7", null },
        // Else the address on the gateway's subnet, not the first one.
        { ["address add 192.0.2.2/24 dev eth0", "address add 198.51.100.2/24 dev eth0", "route add default via 198.51.100.1"], UplinkReason.Subnet, "198.51.100.2", null },
        { ["address add 192.0.2.2/24 dev eth0", "address add 198.51.100.2/24 dev eth0", "route add default via 192.0.2.1"], UplinkReason.Subnet, "192.0.2.2", null },
        // Of one subnet the primary.
        { ["address add 192.0.2.2/24 dev eth0", "address add 192.0.2.1/24 dev eth0"], UplinkReason.Subnet, "192.0.2.2", null },
        // A longer route by another device does not hide the default one.
        { ["address add 192.0.2.2/32 dev eth0", "route add default via 198.51.100.1 dev eth0 onlink", "address add 10.9.0.1/24 dev eth1", "route add 128.66.0.0/16 via 10.9.0.2"], UplinkReason.DefaultRoute, "192.0.2.2", null },
        // The second of two default routes.
        { ["address add 10.9.0.1/24 dev eth1", "route add default via 10.9.0.2 metric 1", "address add 192.0.2.2/32 dev eth0", "route add default via 198.51.100.1 dev eth0 onlink metric 9"], UplinkReason.DefaultRoute, "192.0.2.2", null },
        // Routes in another table, for packets from one of the addresses: the usual second uplink.
        {
            ["address add 192.0.2.2/24 dev eth0", "address add 198.51.100.2/24 dev eth0", "route add default via 198.51.100.1 dev eth0 table 101", "rule add from 198.51.100.2 lookup 101"],
            UplinkReason.Subnet, "198.51.100.2", null
        },
        {
            ["address add 2001:db8:1::2/64 dev eth0 nodad", "address add 2001:db8:2::2/64 dev eth0 nodad", "-6 route add default via 2001:db8:2::1 dev eth0 table 101", "-6 rule add from 2001:db8:2::2 lookup 101"],
            UplinkReason.Subnet, null, "2001:db8:2::2"
        },
        // Everything to elsewhere by a table of its own, as wg-quick does.
        {
            ["address add 192.0.2.2/32 dev eth0", "route add default dev eth0 table 51820", "rule add not fwmark 0xca6c lookup 51820"],
            UplinkReason.DefaultRoute, "192.0.2.2", null
        },
        // One default route, two next hops.
        {
            ["address add 192.0.2.2/24 dev eth0", "address add 10.9.0.1/24 dev eth1", "route add default nexthop via 192.0.2.1 nexthop via 10.9.0.2"],
            UplinkReason.Subnet, "192.0.2.2", null
        },
        // A temporary address does not last.
        { ["address add 2001:db8::2/64 dev eth0 nodad", "address add 2001:db8::beef/64 dev eth0 nodad preferred_lft 0"], UplinkReason.Subnet, null, "2001:db8::2" },
    };

    [NeedsTheory(Needs.Namespaces)]
    [MemberData(nameof(Devices))]
    public void A_device_is_a_way_out_or_not(string[] setUp, UplinkReason reason, string? source4, string? source6)
    {
        AddDevices();
        foreach (string command in setUp)
        {
            _host.Ip(command.Split(' '));
        }

        DeviceSurvey survey = Survey("eth0");

        Assert.Equal(reason, survey.Reason);
        Assert.Equal((source4, source6), (survey.Source4?.ToString(), survey.Source6?.ToString()));
        Assert.False(survey.IsGone);
        Assert.False(survey.IsDown);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_device_that_is_down_is_known_by_its_subnet_alone()
    {
        AddDevices();
        _host.Ip("address", "add", "192.0.2.2/24", "dev", "eth0");
        _host.Ip("address", "add", "192.0.2.3/32", "dev", "eth1");
        _host.Ip("route", "add", "default", "via", "198.51.100.1", "dev", "eth1", "onlink");
        Assert.Equal(UplinkReason.DefaultRoute, Survey("eth1").Reason);
        _host.Ip("link", "set", "eth0", "down");
        _host.Ip("link", "set", "eth1", "down");

        DeviceSurvey withSubnet = Survey("eth0"), without = Survey("eth1");

        Assert.True(withSubnet.IsDown);
        Assert.Equal((UplinkReason.Subnet, "192.0.2.2"), (withSubnet.Reason, withSubnet.Source4?.ToString()));
        Assert.True(without.IsDown);
        Assert.Equal(UplinkReason.NoRoute, without.Reason);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_device_that_is_gone_is_gone()
    {
        AddDevices();
        using RtnlSocket rtnl = Open();
        int index = rtnl.FindLink("eth0")!.Index;
        _host.Ip("link", "delete", "eth0");

        DeviceSurvey survey = DeviceSurvey.Take(rtnl, index);

        Assert.True(survey.IsGone);
        Assert.Equal(UplinkReason.Gone, survey.Reason);
    }

    /// <summary>A tunnel without a link layer, as VPN clients make it; it is asked for no differently.</summary>
    [NeedsFact(Needs.Namespaces | Needs.Tun)]
    public void A_tunnel_is_a_way_out()
    {
        _host.Ip("tuntap", "add", "dev", "tun0", "mode", "tun");
        _host.Ip("link", "set", "tun0", "up");
        _host.Ip("address", "add", "10.8.0.2", "peer", "10.8.0.1", "dev", "tun0");
        Assert.Equal(UplinkReason.NoRoute, Survey("tun0").Reason);
        _host.Ip("route", "add", "10.0.0.0/8", "dev", "tun0");

        DeviceSurvey survey = Survey("tun0");

        Assert.Equal((UplinkReason.Route, "10.8.0.2"), (survey.Reason, survey.Source4?.ToString()));
    }

    public void Dispose() => _host.Dispose();

    private void AddDevices()
    {
        foreach (string name in (ReadOnlySpan<string>)["eth0", "eth1"])
        {
            // Without the kernel's own link-local address: not every device has IPv6.
            _host.Ip("link", "add", name, "type", "veth", "peer", "name", $"{name}-peer");
            _host.Ip("link", "set", name, "addrgenmode", "none", "up");
            _host.Ip("link", "set", $"{name}-peer", "addrgenmode", "none", "up");
        }
    }

    private DeviceSurvey Survey(string name)
    {
        using RtnlSocket rtnl = Open();
        return DeviceSurvey.Take(rtnl, rtnl.FindLink(name)!.Index);
    }

    private RtnlSocket Open()
    {
        using NetworkNamespace ns = NetworkNamespace.Open(_host.Path);
        return RtnlSocket.Open(ns);
    }
}
