using System.Net.Sockets;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

/// <summary>What rtnetlink tells of settings that are files below /proc/sys/net as well.</summary>
public sealed class NetconfTests
{
    [NeedsFact(Needs.Namespaces)]
    public void Forwarding_is_told_of_the_namespace_and_the_family_that_is_asked_for()
    {
        using var bed = new Bed("nc");
        foreach ((AddressFamily family, string[] file) in ((AddressFamily, string[])[])
            [(AddressFamily.InterNetwork, ["net", "ipv4", "ip_forward"]), (AddressFamily.InterNetworkV6, ["net", "ipv6", "conf", "all", "forwarding"])])
        {
            Write(bed, "0", file);
            Assert.False(bed.Rtnl.Forwards(family));
            Write(bed, "1", file);
            Assert.True(bed.Rtnl.Forwards(family));
            Assert.False(bed.PodRtnl.Forwards(family));
        }
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_family_that_is_none_does_not_forward()
    {
        using var bed = new Bed("nn");
        Assert.False(bed.Rtnl.Forwards(AddressFamily.Unspecified));
    }

    [NeedsTheory(Needs.Namespaces)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_link_says_whether_it_accepts_router_advertisements(int value)
    {
        using var bed = new Bed("ra");
        bed.Rtnl.CreateBridge("br0");
        Write(bed, $"{value}", "net", "ipv6", "conf", "br0", "accept_ra");
        Assert.Equal(value, bed.Rtnl.FindLink("br0")!.AcceptRa);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_link_without_IPv6_says_nothing_of_it()
    {
        using var bed = new Bed("rn");
        // Below the least MTU of IPv6 (1280) the kernel takes it off the device.
        bed.Rtnl.CreateBridge("br0", mtu: 1000);
        Assert.Null(bed.Rtnl.FindLink("br0")!.AcceptRa);
    }

    private static void Write(Bed bed, string value, params string[] file)
    {
        using NetworkNamespace.Scope inside = bed.HostSpace.Enter();
        Sysctl.Write(value, file);
    }
}
