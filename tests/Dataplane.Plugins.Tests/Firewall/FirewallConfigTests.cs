using System.Net;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins.Tests;

/// <summary>The firewall plugin's configuration: which backend, zone and policy, and what is refused with which words.</summary>
public sealed class FirewallConfigTests
{
    private const string Previous = """ "prevResult": {"cniVersion": "1.0.0", "interfaces": [{"name": "br0"}], "ips": [{"address": "10.1.0.2/24"}, {"address": "fd00::2/64"}]} """;

    [Fact]
    public void Nothing_said_is_an_open_container_by_whatever_is_there()
    {
        FirewallConfig config = Parse("");

        Assert.Equal((FirewallBackend.Any, "trusted", IngressPolicy.Open), (config.Backend, config.Zone, config.Policy()));
        Assert.Empty(config.Addresses);
    }

    [Theory]
    [InlineData("iptables", 1)]
    [InlineData("firewalld", 2)]
    [InlineData("", 0)]
    [InlineData("nftables", 0)]
    [InlineData("IPTABLES", 0)]
    public void Other_words_than_two_are_no_backend(string backend, int expected) =>
        Assert.Equal((FirewallBackend)expected, Parse($"\"backend\": \"{backend}\"").Backend);

    [Theory]
    [InlineData("", IngressPolicy.Open)]
    [InlineData("open", IngressPolicy.Open)]
    [InlineData("same-bridge", IngressPolicy.SameBridge)]
    [InlineData("isolated", IngressPolicy.Isolated)]
    public void Policies(string policy, IngressPolicy expected) => Assert.Equal(expected, Parse($"\"ingressPolicy\": \"{policy}\"").Policy());

    [Theory]
    [InlineData("x", "unknown ingress policy: \"x\"")]
    [InlineData("Open", "unknown ingress policy: \"Open\"")]
    [InlineData("a\\\"b\\n", "unknown ingress policy: \"a\\\"b\\n\"")]
    public void Other_policies_are_refused(string policy, string expected)
    {
        CniException e = Assert.Throws<CniException>(() => Parse($"\"ingressPolicy\": \"{policy}\"").Policy());

        Assert.Equal((CniErrorCode.Internal, expected), (e.Code, e.Message));
    }

    [Fact]
    public void Names_match_in_any_case_and_null_is_nothing()
    {
        FirewallConfig config = Parse(""" "FirewallDZone": "work", "INGRESSPOLICY": "isolated", "iptablesAdminChainName": "MINE", "backend": null """);

        Assert.Equal((FirewallBackend.Any, "work", IngressPolicy.Isolated), (config.Backend, config.Zone, config.Policy()));
        Assert.Equal("trusted", Parse("\"firewalldZone\": null").Zone);
    }

    [Theory]
    [InlineData("\"backend\": 5")]
    [InlineData("\"iptablesAdminChainName\": []")]
    [InlineData("\"firewalldZone\": {}")]
    [InlineData("\"ingressPolicy\": true")]
    public void Other_types_are_refused(string fields) =>
        Assert.StartsWith("failed to load netconf: json: cannot unmarshal", Assert.Throws<CniException>(() => Parse(fields)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"prevResult\": {\"cniVersion\": \"0.4.0\", \"ips\": []}")]
    [InlineData("\"prevResult\": {\"ips\": [{\"address\": \"nonsense\"}]}")]
    public void A_previous_result_that_is_none_is_refused(string fields) =>
        Assert.StartsWith("could not parse prevResult: ", Assert.Throws<CniException>(() => Parse(fields)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("iptables", null)]
    [InlineData("firewalld", "trusted")]
    public void The_request_has_all_addresses_and_a_zone_where_firewalld_is_asked(string backend, string? zone)
    {
        CniRequest call = PluginRequest.Of("firewall", $"\"backend\": \"{backend}\", {Previous}");
        FirewallRequest request = FirewallConfig.Parse(call).Request(call, backend == "firewalld");

        Assert.Equal(zone, request.Zone);
        Assert.Equal([IPAddress.Parse("10.1.0.2"), IPAddress.Parse("fd00::2")], request.Addresses);
        Assert.Equal(("c1", "eth0", "net1"), (request.Id.ContainerId, request.Id.IfName, request.Network));
    }

    [Theory]
    [InlineData(CniCommand.Add)]
    [InlineData(CniCommand.Check)]
    public void Without_a_previous_result_there_is_nothing_to_set(CniCommand command)
    {
        using var call = new Call(new ProcessEnvironment());
        var plugin = new FirewallPlugin(call);
        CniRequest request = PluginRequest.Of("firewall", "", command);
        CniException e = Assert.Throws<CniException>(() =>
        {
            if (command == CniCommand.Add)
            {
                plugin.Add(request);
            }
            else
            {
                plugin.Check(request);
            }
        });

        Assert.Equal((CniErrorCode.Internal, "missing prevResult from earlier plugin"), (e.Code, e.Message));
    }

    private static FirewallConfig Parse(string fields) => FirewallConfig.Parse(PluginRequest.Of("firewall", fields));
}
