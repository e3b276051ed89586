using System.Text;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins.Tests;

/// <summary>The options of masquerade and uplinks: what they mean, and what is refused with which words.</summary>
public sealed class DataplaneOptionsTests
{
    [Fact]
    public void Nothing_said_is_the_default()
    {
        DataplaneOptions options = Parse("{}");

        Assert.Empty(options.NonMasqueradeCidrs);
        Assert.False(options.MasqueradeLinkLocal);
        Assert.Equal((32768, 65535), (options.MasqueradePortMin, options.MasqueradePortMax));
        Assert.Null(options.Uplinks);
    }

    [Fact]
    public void Null_is_nothing_said()
    {
        DataplaneOptions options = Parse("""{"nonMasqueradeCIDRs": null, "masqLinkLocal": null, "masqueradePorts": null, "uplinks": null}""");

        Assert.Empty(options.NonMasqueradeCidrs);
        Assert.Equal((32768, 65535), (options.MasqueradePortMin, options.MasqueradePortMax));
        Assert.Null(options.Uplinks);
    }

    [Fact]
    public void What_is_said_is_read()
    {
        DataplaneOptions options = Parse(
            """{"nonMasqueradeCIDRs": ["10.0.0.0/8", "fd00::/8", "0.0.0.0/0", "::ffff:192.0.2.0/120"], "masqLinkLocal": true, "masqueradePorts": "40000-50000", "uplinks": ["eth*", "wg?"]}""");

        Assert.Equal(["10.0.0.0/8", "fd00::/8", "0.0.0.0/0", "192.0.2.0/24"], options.NonMasqueradeCidrs.Select(p => p.ToString()));
        Assert.True(options.MasqueradeLinkLocal);
        Assert.Equal((40000, 50000), (options.MasqueradePortMin, options.MasqueradePortMax));
        Assert.Equal(["eth*", "wg?"], options.Uplinks);
    }

    [Fact]
    public void An_empty_list_of_uplinks_is_a_choice() => Assert.Empty(Parse("""{"uplinks": []}""").Uplinks!);

    [Theory]
    [InlineData("1024-29999", 1024, 29999)]
    [InlineData("32768-65535", 32768, 65535)]
    [InlineData("61000-61000", 61000, 61000)]
    public void Ports_are_a_range_beside_the_node_ports(string ports, int min, int max)
    {
        DataplaneOptions options = Parse($$"""{"masqueradePorts": "{{ports}}"}""");

        Assert.Equal((min, max), (options.MasqueradePortMin, options.MasqueradePortMax));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("40000")]
    [InlineData("40000-")]
    [InlineData("-50000")]
    [InlineData("50000-40000")]
    [InlineData("1-65535")]
    [InlineData("1023-2000")]
    [InlineData("29000-33000")]
    [InlineData("30000-32767")]
    [InlineData("32767-40000")]
    [InlineData("40000-65536")]
    [InlineData("40000-50000-60000")]
    [InlineData("+40000-50000")]
    [InlineData(" 40000-50000")]
    [InlineData("0x9c40-50000")]
    [InlineData("99999999999999999999-50000")]
    public void Other_ranges_are_refused(string ports) => Refused(
        $$"""{"masqueradePorts": "{{ports}}"}""",
        $"\"masqueradePorts\" is \"{ports}\": a range like 32768-65535, from 1024 to 29999 or from 32768 to 65535");

    [Theory]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.0.0/33")]
    [InlineData("fd00::/129")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0/8")]
    [InlineData("10.0.0.0/8 ")]
    [InlineData("fe80::1%eth0/64")]
    [InlineData("::ffff:10.0.0.0/64")]
    [InlineData("")]
    [InlineData("any")]
    public void What_is_no_prefix_is_refused(string prefix) => Refused(
        $$"""{"nonMasqueradeCIDRs": ["10.0.0.0/8", "{{prefix}}"]}""",
        $"\"nonMasqueradeCIDRs\" has \"{prefix}\": prefixes like 10.0.0.0/8 or fd00::/8");

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("sixteen-letters!")]
    public void What_no_device_is_called_is_refused(string pattern) => Refused(
        $$"""{"uplinks": ["eth*", "{{pattern}}"]}""",
        $"\"uplinks\" has \"{pattern}\": device names of up to 15 characters, in which * is any text and ? any character");

    /// <summary>A line's end would be a second pattern in the node's file.</summary>
    [Fact]
    public void A_pattern_has_one_line() =>
        Assert.Contains("\"uplinks\" has", Assert.Throws<CniException>(() => Parse("""{"uplinks": ["a\nb"]}""")).Message, StringComparison.Ordinal);

    [Fact]
    public void Lists_have_an_end()
    {
        string prefixes = string.Join(',', Enumerable.Range(0, 257).Select(i => $"\"10.{i % 256}.{i / 256}.0/24\""));
        string patterns = string.Join(',', Enumerable.Range(0, 65).Select(i => $"\"eth{i}\""));

        Refused($$"""{"nonMasqueradeCIDRs": [{{prefixes}}]}""", "\"nonMasqueradeCIDRs\" has 257 prefixes: up to 256");
        Refused($$"""{"uplinks": [{{patterns}}]}""", "\"uplinks\" has 65 patterns: up to 64");
    }

    [Theory]
    [InlineData("""{"nonMasqueradeCIDRs": "10.0.0.0/8"}""")]
    [InlineData("""{"nonMasqueradeCIDRs": [1]}""")]
    [InlineData("""{"nonMasqueradeCIDRs": {}}""")]
    [InlineData("""{"masqLinkLocal": "yes"}""")]
    [InlineData("""{"masqLinkLocal": 1}""")]
    [InlineData("""{"masqueradePorts": 40000}""")]
    [InlineData("""{"masqueradePorts": [40000, 50000]}""")]
    [InlineData("""{"uplinks": "eth0"}""")]
    [InlineData("""{"uplinks": [["eth0"]]}""")]
    public void Another_type_is_refused(string own)
    {
        CniException error = Assert.Throws<CniException>(() => Parse(own));

        Assert.Equal(CniErrorCode.InvalidNetworkConfig, error.Code);
        Assert.StartsWith("invalid \"dataplane\": ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_ipMasq_nothing_is_masqueraded()
    {
        NetworkConfig config = Config("""{"masqLinkLocal": true}""", "\"ipMasq\": false,");

        Assert.Null(Masquerade.Options(config.Root, DataplaneOptions.Parse(config)));
    }

    [Fact]
    public void With_ipMasq_the_options_hold()
    {
        NetworkConfig config = Config("""{"nonMasqueradeCIDRs": ["10.0.0.0/8"], "masqLinkLocal": true, "masqueradePorts": "40000-50000"}""", "\"ipMasq\": true,");

        MasqueradeOptions masquerade = Masquerade.Options(config.Root, DataplaneOptions.Parse(config))!;

        Assert.Equal("10.0.0.0/8", Assert.Single(masquerade.Exclusions).ToString());
        Assert.True(masquerade.LinkLocal);
        Assert.Equal((40000, 50000), (masquerade.PortMin, masquerade.PortMax));
    }

    private static void Refused(string own, string message)
    {
        CniException error = Assert.Throws<CniException>(() => Parse(own));

        Assert.Equal(CniErrorCode.InvalidNetworkConfig, error.Code);
        Assert.Equal($"invalid \"dataplane\": {message}", error.Message);
    }

    private static DataplaneOptions Parse(string own) => DataplaneOptions.Parse(Config(own, ""));

    private static NetworkConfig Config(string own, string fields) =>
        NetworkConfig.Parse(Encoding.UTF8.GetBytes($$"""{"cniVersion":"1.0.0","name":"n","type":"bridge",{{fields}}"dataplane":{{own}}}"""));
}
