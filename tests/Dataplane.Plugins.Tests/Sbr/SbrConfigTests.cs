using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins.Tests;

/// <summary>Which addresses sbr is for, and by which gateways.</summary>
public sealed class SbrConfigTests
{
    private const string Result = """
        "prevResult": {"cniVersion": "1.0.0", "interfaces": [{"name": "br0"}, {"name": "eth0", "sandbox": "/x"}, {"name": "eth1", "sandbox": "/x"}], "ips": [
          {"address": "10.1.2.3/24", "gateway": "10.1.2.1", "interface": 1}, {"address": "10.2.2.3/24", "interface": 2}, {"address": "10.3.2.3/24"},
          {"address": "10.4.2.3/24", "interface": 9}, {"address": "10.5.2.3/24", "interface": -1}, {"address": "2001:db8::3/64", "gateway": "2001:db8::1", "interface": 1}]}
        """;

    [Fact]
    public void Addresses_of_other_interfaces_are_left_alone() =>
        Assert.Equal(["10.1.2.3/24 10.1.2.1", "10.3.2.3/24 ", "10.4.2.3/24 ", "10.5.2.3/24 ", "2001:db8::3/64 2001:db8::1"], Addresses(Result));

    [Fact]
    public void Written_gateways_take_the_place_of_the_addresses_own() => Assert.Equal(
        ["10.1.2.3/24 10.9.9.9", "10.3.2.3/24 10.9.9.9", "10.4.2.3/24 10.9.9.9", "10.5.2.3/24 10.9.9.9", "2001:db8::3/64 2001:db8::1"],
        Addresses($"\"gateways\": [\"10.9.9.9\"], {Result}"));

    [Fact]
    public void The_other_fields_are_read()
    {
        SbrConfig config = SbrConfig.Parse(PluginRequest.Of("sbr", "\"table\": 7, \"addSourceHints\": true, \"gateways\": [\"2001:db8::9\", \"10.0.0.9\"]"));

        Assert.Equal((7, true, 2), (config.Table, config.SourceHints, config.Gateways.Count));
    }

    [Theory]
    [InlineData("\"gateways\": [\"2001:db8::1\", \"2001:db8::2\"]", "gateways list contains multiple IPv6 addresses: 2001:db8::1 and 2001:db8::2")]
    [InlineData("\"gateways\": [\"1\", \"2\", \"3\"]", "gateways list cannot contain more than 2 entries, got 3")]
    [InlineData("\"gateways\": [\"\"]", "invalid static gateway IP address: ")]
    [InlineData("\"gateways\": [null]", "invalid static gateway IP address: ")]
    [InlineData("\"table\": -5", "\"table\" is -5: a table has a positive number")]
    public void What_is_none_is_refused(string fields, string text) => Assert.Equal(text, Assert.Throws<CniException>(() => SbrConfig.Parse(PluginRequest.Of("sbr", fields))).Message);

    private static string[] Addresses(string fields)
    {
        CniRequest request = PluginRequest.Of("sbr", fields);
        SourceRoutingRequest routing = SbrConfig.Parse(request).Request(request, request.Config.PrevResult!);
        return [.. routing.Addresses.Select(address => $"{address} {address.Gateway}")];
    }
}
