using System.Net;
using Dataplane.Abi;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests;

/// <summary>Which devices of a node are uplinks, as devices, addresses and routes change between ADDs.</summary>
public sealed class UplinksTests
{
    [NeedsFact(Needs.Namespaces)]
    public void A_node_without_a_way_out_has_no_uplink_and_works()
    {
        using var node = new UplinkNode();

        node.Keep();
        node.Keep();

        Assert.Equal("", node.Names);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Every_way_out_is_an_uplink_with_its_own_source()
    {
        using var node = new UplinkNode();
        node.AddDevice("eth0", "192.0.2.2/24", "2001:db8::2/64");
        node.AddDevice("eth1", "198.51.100.2/24");
        node.AddDevice("none0");
        node.Ip("route add default via 192.0.2.1");

        node.Keep();

        Assert.Equal("eth0 eth1", node.Names);
        Assert.Equal(("192.0.2.2", "2001:db8::2"), Sources(node, "eth0"));
        Assert.Equal(("198.51.100.2", ""), Sources(node, "eth1"));
        Assert.Equal(UplinkReason.NoRoute, node.Device("none0").Reason);
        Assert.Equal(UplinkReason.Loopback, node.Device("lo").Reason);
        Assert.NotEqual(node.Row("eth0")!.Value.Generation, node.Row("eth1")!.Value.Generation);
        Assert.Equal(["192.0.2.2", "198.51.100.2", "2001:db8::2"], node.LocalAddresses);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Two_uplinks_with_policy_routing_have_the_sources_of_their_tables()
    {
        using var node = new UplinkNode();
        node.AddDevice("eth0", "192.0.2.2/24");
        node.AddDevice("eth1", "198.51.100.2/24", "198.51.100.3/24", "203.0.113.2/24");
        node.Ip(
            "route add default via 192.0.2.1",
            "route add default via 203.0.113.1 dev eth1 table 101",
            "rule add from 203.0.113.2 lookup 101");

        node.Keep();

        Assert.Equal("eth0 eth1", node.Names);
        Assert.Equal(("203.0.113.2", ""), Sources(node, "eth1"));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_device_that_appears_later_is_an_uplink_at_the_next_ADD()
    {
        using var node = new UplinkNode();
        node.AddDevice("eth0", "192.0.2.2/24");
        node.Keep();
        node.AddDevice("eth1", "198.51.100.2/24");
        Assert.Equal("eth0", node.Names);

        node.Keep();

        Assert.Equal("eth0 eth1", node.Names);
    }

    /// <summary>It was seen without an address, and by kind it is what containers have.</summary>
    [NeedsFact(Needs.Namespaces)]
    public void A_device_that_gets_its_default_route_later_is_an_uplink_at_the_next_ADD()
    {
        using var node = new UplinkNode();
        node.AddDevice("eth0");
        node.Keep();
        node.Ip("address add 192.0.2.2/24 dev eth0", "route add default via 192.0.2.1");

        node.Keep();

        Assert.Equal("eth0", node.Names);
        Assert.Equal(("192.0.2.2", ""), Sources(node, "eth0"));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_bridge_of_somebody_else_gets_its_subnet_later()
    {
        using var node = new UplinkNode();
        node.AddDevice("eth0", "192.0.2.2/24");
        node.Ip("link add docker0 type bridge");
        node.Keep();
        Assert.Equal("eth0", node.Names);
        node.Ip("address add 172.17.0.1/16 dev docker0", "link set docker0 up");

        node.Keep();

        Assert.Equal("docker0 eth0", node.Names);
        Assert.Equal(("172.17.0.1", ""), Sources(node, "docker0"));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_changed_address_is_the_source_from_the_next_ADD_on()
    {
        using var node = new UplinkNode();
        node.AddDevice("eth0", "192.0.2.2/24", "2001:db8::2/64");
        node.Keep();
        uint generation = node.Row("eth0")!.Value.Generation;
        node.Ip("address add 192.0.2.7/24 dev eth0", "address delete 192.0.2.2/24 dev eth0", "address delete 2001:db8::2/64 dev eth0");
        // The last IPv4 address took its secondaries along.
        node.Ip("address replace 192.0.2.7/24 dev eth0");

        node.Keep();

        Assert.Equal(("192.0.2.7", ""), Sources(node, "eth0"));
        Assert.Equal(generation, node.Row("eth0")!.Value.Generation);
        Assert.Equal(["192.0.2.7"], node.LocalAddresses);
    }

    [NeedsFact(Needs.Namespaces)]
    public void An_uplink_without_addresses_and_routes_is_none_any_more()
    {
        using var node = new UplinkNode();
        node.AddDevice("eth0", "192.0.2.2/24");
        node.Keep();
        uint generation = node.Row("eth0")!.Value.Generation;
        node.Ip("address flush dev eth0");
        node.Keep();
        Assert.Equal("", node.Names);
        Assert.Empty(node.LocalAddresses);
        node.Ip("address add 192.0.2.2/24 dev eth0");

        node.Keep();

        Assert.Equal("eth0", node.Names);
        Assert.NotEqual(generation, node.Row("eth0")!.Value.Generation);
    }

    [NeedsFact(Needs.Namespaces)]
    public void An_uplink_that_is_down_stays_one()
    {
        using var node = new UplinkNode();
        node.AddDevice("eth0", "192.0.2.2/32");
        node.Ip("route add default via 198.51.100.1 dev eth0 onlink");
        node.Keep();
        Assert.Equal("eth0", node.Names);
        node.Ip("link set eth0 down");

        node.Keep();

        Assert.Equal("eth0", node.Names);
        Assert.Equal(("192.0.2.2", ""), Sources(node, "eth0"));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_deleted_uplink_is_forgotten()
    {
        using var node = new UplinkNode();
        int index = node.AddDevice("eth0", "192.0.2.2/24");
        node.AddDevice("eth1", "198.51.100.2/24");
        node.Keep();
        node.Ip("link delete eth0");

        node.Keep();

        Assert.Equal("eth1", node.Names);
        Assert.False(node.Node.Programs.Devices.TryLookup((uint)index, out _));
        Assert.Equal(["198.51.100.2"], node.LocalAddresses);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_device_that_is_moved_away_and_back_runs_the_programs_again()
    {
        using var node = new UplinkNode();
        node.AddDevice("eth0", "192.0.2.2/24");
        node.Keep();
        node.Ip($"link set eth0 netns {node.Outside.Name} name moved0");
        node.Keep();
        Assert.Equal("", node.Names);
        node.Outside.Ip("link", "set", "moved0", "netns", node.Host.Name, "name", "eth0");
        node.Ip("address add 192.0.2.2/24 dev eth0", "link set eth0 up");

        node.Refresh();

        Assert.Equal("eth0", node.Names);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_port_of_a_bridge_is_no_uplink_and_the_bridge_is()
    {
        using var node = new UplinkNode();
        node.AddDevice("eth0", "192.0.2.2/24");
        node.Keep();
        Assert.Equal("eth0", node.Names);
        // As libvirt's documentation has it: the address moves to the bridge.
        node.Ip("link add br0 type bridge", "address flush dev eth0", "link set eth0 master br0", "address add 192.0.2.2/24 dev br0", "link set br0 up");

        node.Keep();

        Assert.Equal("br0", node.Names);
        Assert.Equal(UplinkReason.Port, node.Device("eth0").Reason);
    }

    [NeedsFact(Needs.Namespaces)]
    public void The_link_of_containers_is_no_uplink_whatever_its_routes_are()
    {
        using var node = new UplinkNode();
        node.AddDevice("eth0", "192.0.2.2/24");
        node.Ip("link add cni0 type bridge", "address add 10.1.0.1/24 dev cni0", "link set cni0 up");
        node.Keep();
        Assert.Equal("cni0 eth0", node.Names);

        node.Host.Run(() => Uplinks.MarkDomain(node.Node, node.Index("cni0")));
        node.Keep();
        node.Refresh();

        Assert.Equal("eth0", node.Names);
        Assert.Equal((DeviceFlags.Domain, UplinkReason.Domain), (node.Device("cni0").Flags!.Value, node.Device("cni0").Reason));
        Assert.Equal(["10.1.0.1", "192.0.2.2"], node.LocalAddresses);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Links_of_containers_that_are_no_more_do_not_fill_the_map()
    {
        using var node = new UplinkNode();
        for (int i = 0; i < 5; i++)
        {
            node.Ip("link add cni0 type bridge");
            node.Host.Run(() => Uplinks.MarkDomain(node.Node, node.Index("cni0")));
            node.Ip("link delete cni0");
        }

        Assert.Single(node.Node.Programs.Devices.Entries());
        node.Refresh();
        Assert.DoesNotContain(node.Node.Programs.Devices.Entries(), row => (row.Value.Flags & DeviceFlags.Domain) != 0);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Patterns_are_an_uplink_instead_of_routes_for_the_whole_node_until_they_are_empty()
    {
        using var node = new UplinkNode();
        node.AddDevice("eth0", "192.0.2.2/24");
        node.AddDevice("wan1", "198.51.100.2/24");
        node.AddDevice("wan2");

        node.Keep(["wan*", "lo"]);
        Assert.Equal("wan1 wan2", node.Names);
        Assert.Equal(UplinkReason.NotConfigured, node.Device("eth0").Reason);
        Assert.Equal(("198.51.100.2", ""), Sources(node, "wan1"));

        // Another network, which says nothing of it; and a refresh.
        node.AddDevice("wan3", "203.0.113.2/24");
        node.Keep();
        Assert.Equal("wan1 wan2 wan3", node.Names);
        node.Refresh();
        Assert.Equal("wan1 wan2 wan3", node.Names);

        node.Ip("link set wan1 down", "link set wan1 name eth1", "link set eth1 up");
        node.Keep();
        Assert.Equal("wan2 wan3", node.Names);

        node.Keep([]);
        Assert.Equal("eth0 eth1 wan3", node.Names);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_refresh_puts_back_programs_that_somebody_took_away()
    {
        using var node = new UplinkNode();
        int index = node.AddDevice("eth0", "192.0.2.2/24");
        node.Keep();
        node.Host.Run(() => UplinkPrograms.Detach(node.Node, index));
        Assert.False(node.Device("eth0").IsAttached);
        NodeException error = Assert.Throws<NodeException>(() => node.Host.Run(() => Uplinks.Verify(node.Node)));
        Assert.Contains("eth0", error.Message, StringComparison.Ordinal);

        node.Refresh();

        node.Host.Run(() => Uplinks.Verify(node.Node));
        Assert.Equal("eth0", node.Names);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_refresh_forgets_addresses_that_the_node_has_no_more()
    {
        using var node = new UplinkNode();
        node.AddDevice("eth0", "192.0.2.2/24");
        node.Ip("address add 203.0.113.7/32 dev lo");
        node.Keep();
        Assert.Equal(["192.0.2.2", "203.0.113.7"], node.LocalAddresses);
        node.Host.Run(() => LocalAddressTable.Add(node.Node.Programs, 4711, IPAddress.Parse("10.1.0.1")));

        node.Refresh();

        Assert.Equal(["192.0.2.2", "203.0.113.7"], node.LocalAddresses);
    }

    /// <summary>A device without a link-layer header is told apart for the programs.</summary>
    [NeedsFact(Needs.Namespaces | Needs.Tun)]
    public void A_tunnel_is_an_uplink_without_a_link_layer()
    {
        using var node = new UplinkNode();
        node.AddDevice("eth0", "192.0.2.2/24");
        node.Ip("tuntap add dev tun0 mode tun", "address add 10.8.0.2/24 dev tun0", "link set tun0 up");

        node.Keep();

        Assert.Equal("eth0 tun0", node.Names);
        Assert.Equal(DeviceFlags.Uplink | DeviceFlags.L3, node.Device("tun0").Flags);
        Assert.Equal(DeviceFlags.Uplink, node.Device("eth0").Flags);
    }

    [NeedsFact(Needs.Namespaces | Needs.Vlan)]
    public void A_VLAN_is_an_uplink_of_its_own()
    {
        using var node = new UplinkNode();
        node.AddDevice("eth0");
        node.Ip("link add link eth0 name eth0.7 type vlan id 7", "address add 192.0.2.2/24 dev eth0.7", "link set eth0.7 up");

        node.Keep();

        Assert.Equal("eth0.7", node.Names);
    }

    [NeedsFact(Needs.Namespaces)]
    public void More_new_devices_than_are_looked_at_one_by_one()
    {
        using var node = new UplinkNode();
        node.AddDevice("eth0", "192.0.2.2/24");
        node.Keep();
        // Other plugins' containers came and went meanwhile.
        node.Ip("link add name late0 index 1000 type bridge", "address add 198.51.100.2/24 dev late0", "link set late0 up");
        node.NextIndex = 2000;

        node.Keep();

        Assert.Equal("eth0 late0", node.Names);
    }

    private static (string V4, string V6) Sources(UplinkNode node, string name)
    {
        UplinkDevice device = node.Device(name);
        return (device.Source4?.ToString() ?? "", device.Source6?.ToString() ?? "");
    }
}
