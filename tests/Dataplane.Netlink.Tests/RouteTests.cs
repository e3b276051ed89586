using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Dataplane.Interop;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

public sealed class RouteTests
{
    [NeedsTheory(Needs.Namespaces)]
    [InlineData("10.9.0.0", 16, "10.1.0.1", 0, null, 0, 0)]
    [InlineData("0.0.0.0", 0, "10.1.0.1", 7, null, 0, 0)]
    [InlineData("10.9.0.0", 16, "10.1.0.1", 0, 100, 1400, 1300)]
    [InlineData("10.9.0.0", 16, "10.1.0.1", 0, 4711, 0, 0)]
    [InlineData("10.9.0.0", 24, null, 0, null, 0, 0)]
    [InlineData("fd09::", 64, "fd01::1", 0, null, 0, 0)]
    [InlineData("::", 0, "fd01::1", 9, null, 1400, 0)]
    [InlineData("fd09::", 64, "fd01::1", 0, 4711, 0, 1200)]
    [InlineData("fd09::", 128, null, 0, null, 0, 0)]
    public void Routes_are_what_ip_shows_and_go_again(string destination, int length, string? gateway, int priority, int? table, int mtu, int advMss)
    {
        using Bed bed = Connected(out int device);
        var spec = new RouteSpec
        {
            // Bits behind the prefix, if any, are the caller's and do no harm.
            Destination = IPAddress.Parse(length == 24 ? "10.9.0.77" : destination),
            PrefixLength = length,
            Gateway = gateway is null ? null : IPAddress.Parse(gateway),
            OutIfIndex = device,
            Priority = priority,
            Table = table,
            Mtu = mtu,
            AdvMss = advMss,
        };
        bed.PodRtnl.Send(bed.PodRtnl.Batch().AddRoute(spec));
        RouteInfo ours = Assert.Single(Matching(bed, destination, length));
        Assert.Equal(spec.Gateway, ours.Gateway);
        Assert.Equal((device, (uint)(table ?? 254), (byte)3, (byte)1), (ours.OutIfIndex, ours.Table, ours.Protocol, ours.Type));
        Assert.Equal((mtu, advMss), (ours.Mtu, ours.AdvMss));
        bool v6 = destination.Contains(':', StringComparison.Ordinal);
        Assert.Equal(v6 && priority == 0 ? 1024u : (uint)priority, ours.Priority);

        string shownAs = length == 0 ? "default" : length is 32 or 128 ? destination : $"{destination}/{length}";
        JsonElement shown = Bed.One(
            bed.Pod, "ip", v6 ? "-6" : "-4", "route", "show", "table", (table ?? 254).ToString(CultureInfo.InvariantCulture), "exact", length == 0 ? "default" : $"{destination}/{length}");
        Assert.Equal(shownAs, shown.GetProperty("dst").GetString());
        Assert.Equal(gateway, shown.TryGetProperty("gateway", out JsonElement via) ? via.GetString() : null);
        Assert.Equal("boot", shown.GetProperty("protocol").GetString());
        Assert.Equal(gateway is null && !v6 ? "link" : "global", shown.GetProperty("scope").GetString());

        bed.PodRtnl.Send(bed.PodRtnl.Batch().DeleteRoute(spec));
        Assert.Empty(Matching(bed, destination, length));
        var error = Assert.Throws<NetlinkException>(() => bed.PodRtnl.Send(bed.PodRtnl.Batch().DeleteRoute(spec)));
        Assert.Equal(Errno.ESRCH, error.Errno);
    }

    [NeedsTheory(Needs.Namespaces)]
    [InlineData("10.9.0.0", 16, "10.1.0.1", "10.1.0.3")]
    [InlineData("fd09::", 64, "fd01::1", "fd01::3")]
    public void Two_gateways_for_one_destination_are_two_routes(string destination, int length, string first, string second)
    {
        using Bed bed = Connected(out int device);
        RouteSpec Via(string gateway, RouteConflict conflict) => new()
        {
            Destination = IPAddress.Parse(destination), PrefixLength = length, Gateway = IPAddress.Parse(gateway), OutIfIndex = device, Conflict = conflict,
        };
        bed.PodRtnl.Send(bed.PodRtnl.Batch().AddRoute(Via(first, RouteConflict.Fail)));
        Assert.Equal(
            Errno.EEXIST,
            Assert.Throws<NetlinkException>(() => bed.PodRtnl.Send(bed.PodRtnl.Batch().AddRoute(Via(second, RouteConflict.Fail)))).Errno);
        bed.PodRtnl.Send(bed.PodRtnl.Batch().AddRoute(Via(second, RouteConflict.Append)));
        List<RouteInfo> routes = Matching(bed, destination, length);
        Assert.Equal([first, second], routes.Select(r => r.Gateway!.ToString()).Order());
        Assert.All(routes, r => Assert.Equal(device, r.OutIfIndex));

        bed.PodRtnl.Send(bed.PodRtnl.Batch().DeleteRoute(Via(first, RouteConflict.Fail)));
        bed.PodRtnl.Send(bed.PodRtnl.Batch().AddRoute(Via(first, RouteConflict.Replace)));
        Assert.Equal(first, Assert.Single(Matching(bed, destination, length)).Gateway!.ToString());
    }

    [NeedsFact(Needs.Namespaces)]
    public void Scope_and_source_of_a_host_route()
    {
        using Bed bed = Connected(out int device);
        IPAddress own = IPAddress.Parse("10.1.0.2");
        bed.PodRtnl.Send(bed.PodRtnl.Batch()
            .AddRoute(new RouteSpec { Destination = IPAddress.Parse("10.7.0.1"), PrefixLength = 32, OutIfIndex = device, Scope = 253, Source = own })
            .AddRoute(new RouteSpec { Destination = IPAddress.Parse("10.8.0.0"), PrefixLength = 16, Gateway = IPAddress.Parse("10.7.0.1"), OutIfIndex = device, OnLink = true }));
        RouteInfo host = Assert.Single(Matching(bed, "10.7.0.1", 32));
        Assert.Equal((own, (byte)253), (host.Source, host.Scope));
        JsonElement shown = Bed.One(bed.Pod, "ip", "route", "show", "exact", "10.7.0.1");
        Assert.Equal(("10.1.0.2", "link"), (shown.GetProperty("prefsrc").GetString(), shown.GetProperty("scope").GetString()));
        Assert.Equal(["onlink"], Bed.One(bed.Pod, "ip", "route", "show", "exact", "10.8.0.0/16").GetProperty("flags").EnumerateArray().Select(f => f.GetString()));
    }

    [NeedsTheory(Needs.Namespaces)]
    [InlineData("10.9.1.1", "10.1.0.1")]
    [InlineData("10.1.0.77", null)]
    [InlineData("fd09::1", "fd01::1")]
    public void The_kernel_says_which_route_it_takes(string destination, string? gateway)
    {
        using Bed bed = Connected(out int device);
        IPAddress target = IPAddress.Parse(destination);
        if (gateway is not null)
        {
            Assert.Null(bed.PodRtnl.GetRoute(target));
            bed.PodRtnl.Send(bed.PodRtnl.Batch().AddRoute(new RouteSpec
            {
                Destination = target.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, PrefixLength = 0, Gateway = IPAddress.Parse(gateway),
            }));
        }

        RouteInfo route = bed.PodRtnl.GetRoute(target)!;
        Assert.Equal((gateway, device), (route.Gateway?.ToString(), route.OutIfIndex));
        Assert.NotNull(route.Source);
    }

    [NeedsFact(Needs.Namespaces)]
    public void An_unreachable_gateway_is_explained_in_the_kernels_words()
    {
        using Bed bed = Connected(out int device);
        var error = Assert.Throws<NetlinkException>(() => bed.PodRtnl.Send(bed.PodRtnl.Batch().AddRoute(new RouteSpec
        {
            Destination = IPAddress.Any, PrefixLength = 0, Gateway = IPAddress.Parse("192.0.2.1"), OutIfIndex = device,
        })));
        Assert.Equal((Errno.ENETUNREACH, "Nexthop has invalid gateway", "0.0.0.0/0 via 192.0.2.1"), (error.Errno, error.ExtendedAck, error.Subject));
        Assert.Equal("add route 0.0.0.0/0 via 192.0.2.1: network is unreachable (Nexthop has invalid gateway)", error.Message);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Every_route_is_dumped_as_ip_lists_them()
    {
        using Bed bed = Connected(out int device);
        Assert.Equal(Bed.Json(bed.Pod, "ip", "-4", "route", "show", "table", "all").Length, bed.PodRtnl.DumpRoutes(AddressFamily.InterNetwork).Count);
        Assert.Equal(Bed.Json(bed.Pod, "ip", "-6", "route", "show", "table", "all").Length, bed.PodRtnl.DumpRoutes(AddressFamily.InterNetworkV6).Count);
        Assert.All(bed.PodRtnl.DumpRoutes(ifindex: device), r => Assert.Equal(device, r.OutIfIndex));
        Assert.Empty(bed.PodRtnl.DumpRoutes(ifindex: 4711));
    }

    private static Bed Connected(out int device)
    {
        var bed = new Bed("rt");
        (_, LinkInfo pod) = bed.AddVeth(up: true);
        bed.PodRtnl.Send(bed.PodRtnl.Batch()
            .AddAddress(pod.Index, IPAddress.Parse("10.1.0.2"), 24)
            .AddAddress(pod.Index, IPAddress.Parse("fd01::2"), 64, noDad: true));
        device = pod.Index;
        return bed;
    }

    private static List<RouteInfo> Matching(Bed bed, string destination, int length) =>
        bed.PodRtnl.DumpRoutes().FindAll(r => r.PrefixLength == length && r.Destination.Equals(IPAddress.Parse(destination)) && r.Type == 1);
}
