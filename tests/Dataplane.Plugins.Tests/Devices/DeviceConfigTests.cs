using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins.Tests.Devices;

/// <summary>The configurations of vlan, ipvlan, dummy and tap: defaults, and what is refused with which words.</summary>
public sealed class DeviceConfigTests : IDisposable
{
    private readonly Call _call = new(new ProcessEnvironment());

    public void Dispose() => _call.Dispose();

    [Fact]
    public void Vlan_reads_every_field()
    {
        DeviceRequest request = new VlanPlugin(_call).Parse(""" "master": "up0", "vlanId": 4094, "MTU": 1300, "linkInContainer": true """).Request;

        Assert.Equal(("up0", true, 1300, "vlan"), (request.Master!.Name, request.Master.InContainer, request.Mtu, request.Kind));
        Assert.True(request.MtuWithinMaster);
        // The reference's shares its master's address, and announces nothing.
        Assert.False(request.ChoosesMac || request.Announces);
    }

    [Theory]
    [InlineData(""" "vlanId": 5 """, "\"master\" field is required. It specifies the host interface name to create the VLAN for")]
    [InlineData(""" "master": "up0", "vlanId": 4095 """, "invalid VLAN ID 4095 (must be between 0 and 4095 inclusive)")]
    [InlineData(""" "master": "up0", "vlanId": -1 """, "invalid VLAN ID -1 (must be between 0 and 4095 inclusive)")]
    public void Vlan_refuses(string fields, string message) =>
        Assert.Equal(message, Assert.Throws<CniException>(() => new VlanPlugin(_call).Parse(fields)).Message);

    [Theory]
    [InlineData("")]
    [InlineData(""" "mode": "l2" """)]
    [InlineData(""" "mode": "l3" """)]
    [InlineData(""" "mode": "l3s" """)]
    public void Ipvlan_alone_sits_on_the_default_routes_device(string fields)
    {
        DeviceConfig config = new IpvlanPlugin(_call).Parse(fields);

        Assert.Equal("", config.Request.Master!.Name);
        Assert.Null(config.Chained);
        Assert.False(config.Request.ChoosesMac);
    }

    [Theory]
    [InlineData("", "net7", true)]
    [InlineData(""" "master": "up0", """, "up0", true)]
    [InlineData(""" "ipam": {"type": "host-local"}, """, "net7", false)]
    public void Ipvlan_after_another_plugin_takes_its_interface_and_addresses(string fields, string master, bool chained)
    {
        DeviceConfig config = new IpvlanPlugin(_call).Parse(fields
            + """ "prevResult": {"cniVersion": "1.0.0", "interfaces": [{"name": "net7"}], "ips": [{"address": "10.1.2.3/24"}]} """);

        Assert.Equal(master, config.Request.Master!.Name);
        Assert.Equal(chained, config.Chained is not null);
    }

    [Theory]
    [InlineData("""[{"name": "a"}, {"name": "b"}]""")]
    [InlineData("[]")]
    [InlineData("""[{"name": ""}]""")]
    public void Ipvlan_needs_one_named_interface_of_the_plugin_before_it(string interfaces) => Assert.Equal(
        "chained master failure. PrevResult lacks a single named interface",
        Assert.Throws<CniException>(() => new IpvlanPlugin(_call).Parse($$""" "prevResult": {"cniVersion": "1.0.0", "interfaces": {{interfaces}}} """)).Message);

    [Fact]
    public void Ipvlans_CHECK_does_not_take_its_own_interface_for_the_master() => Assert.Null(new IpvlanPlugin(_call).Parse(
        """ "prevResult": {"cniVersion": "1.0.0", "interfaces": [{"name": "eth0", "sandbox": "/x"}]} """, command: CniCommand.Check).Request.Master);

    [Fact]
    public void Ipvlan_refuses_other_modes() =>
        Assert.Equal("unknown ipvlan mode: \"L2\"", Assert.Throws<CniException>(() => new IpvlanPlugin(_call).Parse(""" "mode": "L2" """)).Message);

    [Fact]
    public void Dummy_needs_IPAM() =>
        Assert.Equal("dummy interface requires an IPAM configuration", Assert.Throws<CniException>(() => new DummyPlugin(_call).Parse("")).Message);

    [Fact]
    public void Tap_reads_every_field()
    {
        DeviceRequest request = new TapPlugin(_call).Parse(
            """ "multiQueue": true, "mtu": 1300, "mac": "02:00:00:00:00:01", "owner": 0, "group": 4294967295, "selinuxContext": "a:b:c", "bridge": "br0" """).Request;

        Assert.Equal(("tun", 1300, "02:00:00:00:00:01"), (request.Kind, request.Mtu, request.Mac!.Value.ToString()));
        TapOptions tap = request.Tap!;
        Assert.Equal((true, 0u, uint.MaxValue, "a:b:c", "br0"), (tap.MultiQueue, tap.Owner!.Value, tap.Group!.Value, tap.SelinuxContext, tap.Bridge));
        Assert.Null(request.Master);
    }

    [Fact]
    public void A_tap_without_owner_is_nobodys()
    {
        TapOptions tap = new TapPlugin(_call).Parse(""" "owner": null """).Request.Tap!;

        Assert.Null(tap.Owner);
        Assert.Null(tap.Group);
    }

    [Theory]
    [InlineData("vlan", """ "vlanId": "5" """)]
    [InlineData("vlan", """ "master": [] """)]
    [InlineData("ipvlan", """ "mode": 2 """)]
    [InlineData("ipvlan", """ "linkInContainer": 1 """)]
    [InlineData("tap", """ "owner": 4294967296 """)]
    [InlineData("tap", """ "group": -1 """)]
    [InlineData("tap", """ "multiQueue": "yes" """)]
    [InlineData("tap", """ "bridge": {} """)]
    public void A_field_of_another_type_is_refused_by_every_command(string plugin, string fields)
    {
        CniPlugin tested = PluginCatalog.Find(plugin, _call)!;
        foreach (Action<CniRequest> command in (Action<CniRequest>[])[r => tested.Add(r), tested.Del, tested.Check, tested.Status])
        {
            CniException error = Assert.Throws<CniException>(() => command(DeviceRequests.Of(plugin, fields)));
            Assert.Equal(CniErrorCode.Internal, error.Code);
            Assert.StartsWith("failed to load netconf: json: cannot unmarshal", error.Message, StringComparison.Ordinal);
        }
    }
}
