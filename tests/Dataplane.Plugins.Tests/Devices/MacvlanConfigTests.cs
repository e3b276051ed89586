using Dataplane.Cni;

namespace Dataplane.Plugins.Tests.Devices;

/// <summary>The macvlan plugin's configuration: defaults, precedence, and what is refused with which words.</summary>
public sealed class MacvlanConfigTests : IDisposable
{
    private readonly Call _call = new(new ProcessEnvironment());

    private MacvlanPlugin Plugin => new(_call);

    public void Dispose() => _call.Dispose();

    [Fact]
    public void Defaults_are_the_references()
    {
        DeviceConfig config = Plugin.Parse("");

        Assert.Equal(("", false), (config.Request.Master!.Name, config.Request.Master.InContainer));
        Assert.Equal("macvlan", config.Request.Kind);
        Assert.Equal(0, config.Request.Mtu);
        Assert.Null(config.Request.Mac);
        Assert.True(config.Request.ChoosesMac);
        Assert.True(config.Request.Announces);
        Assert.False(config.Request.DetectDuplicates);
        Assert.Null(config.Chained);
    }

    [Fact]
    public void Every_field_is_read_in_any_case()
    {
        DeviceConfig config = Plugin.Parse(
            """ "MASTER": "up0", "mode": "passthru", "Mtu": 1300, "mac": "02:00:00:00:00:01", "LinkInContainer": true, "bcqueuelen": 4294967295, "enabledad": true """);

        Assert.Equal(("up0", true), (config.Request.Master!.Name, config.Request.Master.InContainer));
        Assert.Equal(1300, config.Request.Mtu);
        Assert.Equal("02:00:00:00:00:01", config.Request.Mac!.Value.ToString());
        Assert.False(config.Request.ChoosesMac);
        Assert.True(config.Request.DetectDuplicates);
    }

    [Theory]
    [InlineData("", "", "", null)]
    [InlineData("02:00:00:00:00:01", "", "", "02:00:00:00:00:01")]
    [InlineData("02:00:00:00:00:01", "MAC=02:00:00:00:00:02", "", "02:00:00:00:00:02")]
    [InlineData("02:00:00:00:00:01", "MAC=02:00:00:00:00:02", "02:00:00:00:00:03", "02:00:00:00:00:03")]
    [InlineData("02:00:00:00:00:01", "", "02:00:00:00:00:03", "02:00:00:00:00:03")]
    public void The_runtimes_MAC_wins_over_CNI_ARGS_over_the_configurations(string configured, string args, string runtime, string? expected) =>
        Assert.Equal(expected, Plugin.Parse($$$""" "mac": "{{{configured}}}", "runtimeConfig": {"mac": "{{{runtime}}}"} """, args).Request.Mac?.ToString());

    [Fact]
    public void The_MAC_of_args_is_not_read() => Assert.Null(Plugin.Parse(""" "args": {"cni": {"mac": "02:00:00:00:00:09"}} """).Request.Mac);

    [Theory]
    [InlineData(""" "mode": "switch" """, "", "unknown macvlan mode: \"switch\"")]
    [InlineData(""" "mac": "02:00" """, "", "invalid args 02:00 for MAC addr: address 02:00: invalid MAC address")]
    [InlineData("", "MAC=x", "invalid args x for MAC addr: address x: invalid MAC address")]
    [InlineData("", "COLOUR=red", "ARGS: unknown args [\"COLOUR=red\"]")]
    public void What_is_wrong_is_refused(string fields, string args, string message) =>
        Assert.Equal(message, Assert.Throws<CniException>(() => Plugin.Parse(fields, args)).Message);

    [Theory]
    [InlineData(""" "master": 1 """)]
    [InlineData(""" "mode": [] """)]
    [InlineData(""" "mtu": "1500" """)]
    [InlineData(""" "mtu": 1e3 """)]
    [InlineData(""" "mtu": 99999999999 """)]
    [InlineData(""" "mac": {} """)]
    [InlineData(""" "linkInContainer": "yes" """)]
    [InlineData(""" "bcqueuelen": -1 """)]
    [InlineData(""" "bcqueuelen": 4294967296 """)]
    [InlineData(""" "enabledad": 1 """)]
    public void A_field_of_another_type_is_refused_by_every_command(string fields)
    {
        foreach (Action<CniRequest> command in (Action<CniRequest>[])[r => Plugin.Add(r), Plugin.Del, Plugin.Check, Plugin.Status])
        {
            CniException error = Assert.Throws<CniException>(() => command(DeviceRequests.Of("macvlan", fields)));
            Assert.Equal(CniErrorCode.Internal, error.Code);
            Assert.StartsWith("failed to load netconf: json: cannot unmarshal", error.Message, StringComparison.Ordinal);
        }
    }
}
