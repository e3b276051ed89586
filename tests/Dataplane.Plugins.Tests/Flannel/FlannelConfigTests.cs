using System.Text;
using Dataplane.Cni;

namespace Dataplane.Plugins.Tests;

/// <summary>What flannel makes of its configuration and of flanneld's file.</summary>
public sealed class FlannelConfigTests
{
    private const string V4 = "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.1.1/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n";
    private const string V6 = "FLANNEL_IPV6_NETWORK=fc00::/48\nFLANNEL_IPV6_SUBNET=fc00:0:0:1::1/64\n";

    [Fact]
    public void Nothing_said_is_a_bridge_with_the_nodes_subnet() => Assert.Equal(
        """{"cniVersion":"1.0.0","ipMasq":false,"ipam":{"ranges":[[{"subnet":"10.244.1.0/24"}]],"routes":[{"dst":"10.244.0.0/16"}],"type":"host-local"},"isGateway":true,"mtu":1450,"name":"net1","type":"bridge"}""",
        Render("", V4));

    [Fact]
    public void Both_families_have_a_range_and_a_route_each() => Assert.Contains(
        """
        "ranges":[[{"subnet":"10.244.1.0/24"}],[{"subnet":"fc00:0:0:1::/64"}]],"routes":[{"dst":"10.244.0.0/16"},{"dst":"fc00::/48"}]
        """, Render("", V6 + V4), StringComparison.Ordinal);

    [Fact]
    public void What_the_delegate_says_stays() => Assert.Equal(
        """{"bridge":"mynet","cniVersion":"1.0.0","hairpinMode":true,"ipMasq":true,"ipam":{"ranges":[[{"subnet":"10.244.1.0/24"}]],"routes":[{"dst":"10.244.0.0/16"}],"type":"host-local"},"isGateway":false,"mtu":1400,"name":"net1","type":"bridge"}""",
        Render(""" "delegate": {"bridge": "mynet", "mtu": 1400, "ipMasq": true, "isGateway": false, "hairpinMode": true} """.Trim(), V4));

    [Fact]
    public void Another_type_is_no_gateway() => Assert.DoesNotContain("isGateway", Render("\"delegate\": {\"type\": \"ipvlan\", \"master\": \"eth0\"}", V4), StringComparison.Ordinal);

    [Fact]
    public void Somebody_masquerades() => Assert.Contains("\"ipMasq\":true", Render("", V4.Replace("=true", "=yes", StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void The_ipam_object_is_completed() => Assert.Contains(
        """
        "ipam":{"dataDir":"/x","ranges":[[{"subnet":"10.244.1.0/24"}]],"routes":[{"dst": "192.0.2.0/24", "gw": "10.244.1.9"},{"dst":"10.244.0.0/16"}],"type":"mine"}
        """,
        Render("""
            "ipam": {"type": "mine", "dataDir": "/x", "routes": [{"dst": "192.0.2.0/24", "gw": "10.244.1.9"}]}
            """.Trim(), V4),
        StringComparison.Ordinal);

    [Fact]
    public void What_the_runtime_gives_is_handed_on() => Assert.Contains(
        "\"runtimeConfig\":{\"portMappings\":[]}", Render("\"runtimeConfig\":{\"portMappings\":[]},\"delegate\":{\"runtimeConfig\":{\"x\":1}}", V4), StringComparison.Ordinal);

    [Fact]
    public void Several_networks_are_routed()
    {
        FlannelSubnet subnet = FlannelSubnet.Parse(V4.Replace("10.244.0.0/16", "10.244.0.0/16,192.168.0.0/16", StringComparison.Ordinal), "x");

        Assert.Equal(["10.244.0.0/16", "192.168.0.0/16"], subnet.Networks.Select(network => network.ToString()));
    }

    [Theory]
    [InlineData("FLANNEL_NETWORK")]
    [InlineData("FLANNEL_NETWORK=\n")]
    [InlineData("FLANNEL_SUBNET=10.244.1.1\n")]
    [InlineData("FLANNEL_MTU=-1\n")]
    [InlineData("FLANNEL_MTU=4294967296\n")]
    [InlineData("\0\0\0")]
    [InlineData("")]
    public void A_hostile_file_is_refused(string text) => Assert.Throws<CniException>(() => FlannelSubnet.Parse(text, "x"));

    [Theory]
    [InlineData("\"delegate\": []")]
    [InlineData("\"subnetFile\": 1")]
    [InlineData("\"dataDir\": {}")]
    public void A_hostile_configuration_is_refused(string fields)
    {
        CniException refused = Assert.Throws<CniException>(() => FlannelConfig.Parse(PluginRequest.Of("flannel", fields)));

        Assert.StartsWith("failed to load netconf: json: cannot unmarshal", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Routes_that_are_none_are_refused() => Assert.Contains(
        "failed to parse ipam.routes: ", Assert.Throws<CniException>(() => Render("\"ipam\": {\"routes\": [{\"dst\": \"ten\"}]}", V4)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_result_joins_what_was_kept()
    {
        NetworkConfig kept = DelegateStore.TryParse(Encoding.UTF8.GetBytes("""{"type":"bridge","name":"net1"}"""))!;
        JsonView result = JsonView.Parse(Encoding.UTF8.GetBytes("""{"cniVersion":"1.0.0"}"""));

        Assert.Equal("""{"name":"net1","prevResult":{"cniVersion":"1.0.0"},"type":"bridge"}""", Encoding.UTF8.GetString(ConfigJson.With(kept.Root, "prevResult", result)));
    }

    private static string Render(string fields, string env)
    {
        FlannelConfig config = FlannelConfig.Parse(PluginRequest.Of("flannel", fields));
        config.ValidateDelegate();
        return Encoding.UTF8.GetString(config.Render(FlannelSubnet.Parse(env, "subnet.env")));
    }
}
