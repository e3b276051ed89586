using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins.Tests;

/// <summary>conditionsV4 and conditionsV6, in both syntaxes: what is honoured, and what is refused rather than ignored.</summary>
public sealed class PortmapConditionsTests
{
    [Theory]
    [InlineData("-s|10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("--source|10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("--src=10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("!|-s|10.0.0.0/8", "!10.0.0.0/8")]
    [InlineData("-s|10.1.2.3", "10.1.2.3/32")]
    [InlineData("-s|10.0.0.0/255.255.0.0", "10.0.0.0/16")]
    [InlineData("-s|10.0.0.0/0.0.0.0", "10.0.0.0/0")]
    [InlineData("-m|comment|--comment|not -s 1.2.3.4|-s|10.1.2.3", "10.1.2.3/32")]
    [InlineData("ip saddr 10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("ip|saddr|!=|10.0.0.0/8", "!10.0.0.0/8")]
    [InlineData("ip saddr|ne 10.0.0.0/8", "!10.0.0.0/8")]
    [InlineData("ip saddr == 10.1.2.3", "10.1.2.3/32")]
    [InlineData("fib daddr type local ip saddr 10.1.2.3", "10.1.2.3/32")]
    public void A_source_is_honoured(string conditions, string expected)
    {
        HostPortConditions parsed = Parse(conditions);

        Assert.Equal(expected, Text(parsed.Source));
        Assert.Null(parsed.Destination);
        Assert.Null(parsed.Device);
    }

    [Theory]
    [InlineData("!|-d|192.0.2.0/24", "!192.0.2.0/24", false)]
    [InlineData("--destination|192.0.2.1", "192.0.2.1/32", false)]
    [InlineData("ip daddr != 192.0.2.0/24", "!192.0.2.0/24", false)]
    [InlineData("!|-d|fc00::/7", "!fc00::/7", true)]
    [InlineData("ip6 daddr 2001:db8::1", "2001:db8::1/128", true)]
    public void A_destination_is_honoured(string conditions, string expected, bool v6) => Assert.Equal(expected, Text(Parse(conditions, v6).Destination));

    [Theory]
    [InlineData("-i|eth0", "eth0", false)]
    [InlineData("!|--in-interface|eth0", "eth0", true)]
    [InlineData("iifname eth0", "eth0", false)]
    [InlineData("iifname|!=|\"eth0\"", "eth0", true)]
    [InlineData("meta iif eth0", "eth0", false)]
    public void A_device_is_honoured(string conditions, string name, bool negated) => Assert.Equal(new DeviceMatch(name, negated), Parse(conditions).Device);

    [Theory]
    [InlineData("!|-s|10.0.0.0/8|-d|192.0.2.1|!|-i|eth1")]
    [InlineData("ip saddr != 10.0.0.0/8|ip daddr 192.0.2.1|iifname != eth1")]
    public void One_of_each_kind_is_honoured(string conditions)
    {
        HostPortConditions parsed = Parse(conditions);

        Assert.Equal(("!10.0.0.0/8", "192.0.2.1/32", new DeviceMatch("eth1", true)), (Text(parsed.Source), Text(parsed.Destination), parsed.Device));
    }

    [Theory]
    [InlineData("-m|set|--match-set|x|src")]
    [InlineData("-p|tcp")]
    [InlineData("--sport|53")]
    [InlineData("-o|eth0")]
    [InlineData("-s|10.0.0.1,10.0.0.2")]
    [InlineData("-s|10.0.0.0/255.0.255.0")]
    [InlineData("-s|localhost")]
    [InlineData("-s|10.0.0.0/33")]
    [InlineData("-s|fd00::/8")]
    [InlineData("-s|10.0.0.1|-s|10.0.0.2")]
    [InlineData("-s")]
    [InlineData("!")]
    [InlineData("!|-s")]
    [InlineData("!|-m|comment|--comment|x")]
    [InlineData("-s|!|10.0.0.1")]
    [InlineData("-i|eth+")]
    [InlineData("-i|an-interface-name")]
    [InlineData("-j|ACCEPT")]
    [InlineData("-s 10.0.0.1")]
    [InlineData("ip saddr { 10.0.0.1, 10.0.0.2 }")]
    [InlineData("ip saddr @set")]
    [InlineData("ip saddr 10.0.0.1-10.0.0.9")]
    [InlineData("ip protocol tcp")]
    [InlineData("ip6 saddr fd00::1")]
    [InlineData("ip saddr")]
    [InlineData("ip saddr !=")]
    [InlineData("tcp sport 53")]
    [InlineData("meta mark 1")]
    [InlineData("iifname eth*")]
    [InlineData("iifname { eth0, eth1 }")]
    [InlineData("fib saddr type local")]
    [InlineData("accept")]
    [InlineData("|-s|10.0.0.1")]
    public void Everything_else_is_refused(string conditions)
    {
        CniException error = Assert.Throws<CniException>(() => Parse(conditions));

        Assert.Equal(CniErrorCode.UnsupportedField, error.Code);
        Assert.StartsWith($"conditionsV4 [{conditions.Replace('|', ' ')}]: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("leave the rest out, or use the reference's portmap on this network", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_conditions_and_an_empty_one_are_none()
    {
        Assert.Equal(HostPortConditions.None, PortmapConditions.Parse("conditionsV4", [], v6: false));
        Assert.Equal(HostPortConditions.None, PortmapConditions.Parse("conditionsV4", [""], v6: false));
    }

    private static HostPortConditions Parse(string conditions, bool v6 = false) =>
        PortmapConditions.Parse(v6 ? "conditionsV6" : "conditionsV4", conditions.Split('|'), v6);

    private static string? Text(AddressMatch? match) =>
        match is null ? null : $"{(match.Negated ? "!" : "")}{match.Address}/{match.PrefixLength}";
}
