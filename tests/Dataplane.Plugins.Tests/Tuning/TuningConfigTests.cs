using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins.Tests;

/// <summary>The tuning plugin's configuration: which of several sources counts, and what is refused.</summary>
public sealed class TuningConfigTests
{
    [Fact]
    public void Nothing_said_is_nothing_set()
    {
        LinkSettings settings = Settings("");

        Assert.True(settings.IsEmpty);
        Assert.Equal("/run/cni/tuning", TuningConfig.Parse(PluginRequest.Of("tuning", "\"dataDir\": \"\"")).DataDir);
    }

    [Fact]
    public void Every_field_is_read()
    {
        LinkSettings settings = Settings(""" "mac": "02:00:5E:00:53:01", "mtu": 1400, "promisc": true, "allmulti": false, "txQLen": 0, "sysctl": {"net.core.somaxconn": "500", "net.ipv4.conf.IFNAME.arp_filter": "1"} """);

        Assert.Equal(("02:00:5e:00:53:01", 1400, true, false, 0), (settings.Mac.ToString(), settings.Mtu, settings.Promiscuous, settings.AllMulticast, settings.TxQueueLength));
        Assert.Equal(["net/core/somaxconn=500", "net/ipv4/conf/eth0/arp_filter=1"], settings.Sysctls.Select(s => $"{s.Name}={s.Value}"));
    }

    [Theory]
    [InlineData("", "", "", "02:00:00:00:00:01")]
    [InlineData("02:00:00:00:00:02", "", "", "02:00:00:00:00:02")]
    [InlineData("02:00:00:00:00:02", "02:00:00:00:00:03", "", "02:00:00:00:00:03")]
    [InlineData("02:00:00:00:00:02", "02:00:00:00:00:03", "02:00:00:00:00:04", "02:00:00:00:00:04")]
    [InlineData("", "", "02:00:00:00:00:04", "02:00:00:00:00:04")]
    public void Of_hardware_addresses_the_nearest_to_the_container_counts(string arguments, string runtime, string args, string expected)
    {
        string fields = "\"mac\": \"02:00:00:00:00:01\""
            + (runtime.Length > 0 ? $", \"runtimeConfig\": {{\"mac\": \"{runtime}\"}}" : "")
            + (args.Length > 0 ? $", \"args\": {{\"cni\": {{\"mac\": \"{args}\"}}}}" : "");

        Assert.Equal(expected, TuningConfig.Parse(PluginRequest.Of("tuning", fields, args: arguments.Length > 0 ? $"MAC={arguments}" : "")).Mac);
    }

    [Fact]
    public void A_sysctl_of_args_takes_the_place_of_a_written_one_and_is_no_duplicate()
    {
        TuningConfig config = TuningConfig.Parse(PluginRequest.Of("tuning", """ "sysctl": {"net.a.b": "1", "net.c.d": "2"}, "args": {"cni": {"sysctl": {"net.a.b": "3"}}} """));

        config.ValidateSysctls();
        Assert.Equal(["net/c/d=2", "net/a/b=3"], config.Settings("eth0").Sysctls.Select(s => $"{s.Name}={s.Value}"));
    }

    [Fact]
    public void A_sysctl_that_is_written_twice_is_refused() => Assert.Equal(
        "duplicated sysctl keys are not allowed", Assert.Throws<CniException>(() => TuningConfig.Parse(PluginRequest.Of("tuning", """ "sysctl": {"net.a.b": "1", "net.a.b": "1"} """)).ValidateSysctls()).Message);

    [Theory]
    [InlineData("\"mac\": \"02:00:00\"")]
    [InlineData("\"mac\": \"02:00:00:00:00:0g\"")]
    [InlineData("\"mac\": \"0200.5e00.530\"")]
    public void A_hardware_address_that_is_none_is_refused(string fields) =>
        Assert.StartsWith("invalid args ", Assert.Throws<CniException>(() => Settings(fields)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"mac\": 7")]
    [InlineData("\"mtu\": 1.5")]
    [InlineData("\"promisc\": \"true\"")]
    [InlineData("\"allmulti\": 1")]
    [InlineData("\"txQLen\": \"7\"")]
    [InlineData("\"sysctl\": {\"net.a.b\": 1}")]
    [InlineData("\"args\": {\"cni\": []}")]
    [InlineData("\"runtimeConfig\": {\"mac\": []}")]
    public void Other_types_are_refused(string fields) =>
        Assert.StartsWith("failed to load netconf: json: cannot unmarshal", Assert.Throws<CniException>(() => Settings(fields)).Message, StringComparison.Ordinal);

    private static LinkSettings Settings(string fields) => TuningConfig.Parse(PluginRequest.Of("tuning", fields)).Settings("eth0");
}
