using System.Text;
using Dataplane.Cni;

namespace Dataplane.Plugins.Tests;

/// <summary>The bridge plugin's configuration: defaults, precedence, and what is refused with which words.</summary>
public sealed class BridgeConfigTests
{
    [Fact]
    public void Defaults_are_the_references()
    {
        BridgeConfig config = Parse("");

        Assert.Equal("cni0", config.Request.Bridge);
        Assert.False(config.Request.IsGateway);
        Assert.False(config.Request.VlanFiltering);
        Assert.Null(config.Request.VlanTrunk);
        Assert.Null(config.Request.Mac);
        Assert.False(config.Request.Options.FastPathOff);
        Assert.Null(config.Options.FlowEntries);
    }

    [Theory]
    [InlineData(""" "isDefaultGateway": true """)]
    [InlineData(""" "isGateway": true """)]
    [InlineData(""" "ISGATEWAY": true """)]
    public void A_default_gateway_is_a_gateway(string fields) => Assert.True(Parse(fields).Request.IsGateway);

    [Theory]
    [InlineData("[]", "")]
    [InlineData("""[{"minID":100,"maxID":105}]""", "100 101 102 103 104 105")]
    [InlineData("""[{"id":10}]""", "10")]
    [InlineData("""[{"id":10,"minID":100,"maxID":102},{"id":101}]""", "10 100 101 102")]
    public void A_trunk_is_its_VLANs_once(string trunk, string expected)
    {
        BridgeConfig config = Parse($"\"vlanTrunk\": {trunk}");

        Assert.Equal(expected, string.Join(' ', config.Request.VlanTrunk!));
        Assert.True(config.Request.VlanFiltering);
    }

    [Theory]
    [InlineData("""[{"minID":100}]""", "minID and maxID should be configured simultaneously, maxID is missing")]
    [InlineData("""[{"maxID":100}]""", "minID and maxID should be configured simultaneously, minID is missing")]
    [InlineData("""[{"minID":-1,"maxID":100}]""", "incorrect trunk minID parameter")]
    [InlineData("""[{"minID":5000,"maxID":100}]""", "incorrect trunk minID parameter")]
    [InlineData("""[{"minID":100,"maxID":5000}]""", "incorrect trunk maxID parameter")]
    [InlineData("""[{"minID":101,"maxID":100}]""", "minID is greater than maxID in trunk parameter")]
    [InlineData("""[{"id":0}]""", "incorrect trunk id parameter")]
    [InlineData("""[{"id":4095}]""", "incorrect trunk id parameter")]
    public void A_wrong_trunk_is_refused(string trunk, string message) =>
        Assert.Equal(message, Assert.Throws<CniException>(() => Parse($"\"vlanTrunk\": {trunk}")).Message);

    [Theory]
    [InlineData(-100)]
    [InlineData(4095)]
    public void A_wrong_VLAN_is_refused(int vlan) => Assert.Equal(
        $"invalid VLAN ID {vlan} (must be between 0 and 4094)", Assert.Throws<CniException>(() => Parse($"\"vlan\": {vlan}")).Message);

    [Theory]
    [InlineData("", "", "02:00:00:00:00:01")]
    [InlineData("", "02:00:00:00:00:02", "02:00:00:00:00:02")]
    [InlineData("02:00:00:00:00:03", "02:00:00:00:00:02", "02:00:00:00:00:03")]
    public void The_runtimes_MAC_wins_over_args_over_CNI_ARGS(string runtime, string args, string expected)
    {
        BridgeConfig config = Parse($$$""" "runtimeConfig": {"mac": "{{{runtime}}}"}, "args": {"cni": {"mac": "{{{args}}}"}} """, "MAC=02:00:00:00:00:01");

        Assert.Equal(expected, config.Request.Mac!.Value.ToString());
    }

    [Theory]
    [InlineData(""" "hairpinMode": true, "promiscMode": true """, "cannot set hairpin mode and promiscuous mode at the same time")]
    [InlineData(""" "disableContainerInterface": true, "ipam": {"type": "static"} """, "cannot use IPAM when DisableContainerInterface flag is set")]
    [InlineData(""" "ipMasq": true, "ipMasqBackend": "magic", "ipam": {"type": "static"} """, "unknown ipmasq backend \"magic\"")]
    public void What_only_an_ADD_is_refused_for(string fields, string message)
    {
        CniRequest request = Request(fields, "");
        BridgeConfig config = BridgeConfig.Parse(request);

        Assert.Equal(message, Assert.Throws<CniException>(() => config.ValidateForAdd(request)).Message);
    }

    [Theory]
    [InlineData("""{"fastPath": "no"}""", "\"fastPath\" is \"no\": auto or off")]
    [InlineData("""{"sourceCheck": "on"}""", "\"sourceCheck\" is \"on\": auto or strict")]
    [InlineData("""{"logLevel": "loud"}""", "\"logLevel\" is \"loud\": one of off, warn, info, debug")]
    [InlineData("""{"flowEntries": 1}""", "\"flowEntries\" is 1: from 1024 to 16777216")]
    [InlineData("""{"flowEntries": 16777217}""", "\"flowEntries\" is 16777217: from 1024 to 16777216")]
    public void Our_own_options_are_refused_as_configuration(string options, string message)
    {
        CniException error = Assert.Throws<CniException>(() => Parse($"\"dataplane\": {options}"));

        Assert.Equal(CniErrorCode.InvalidNetworkConfig, error.Code);
        Assert.Equal($"invalid \"dataplane\": {message}", error.Message);
    }

    [Fact]
    public void Our_own_options_are_read()
    {
        BridgeConfig config = Parse(""" "macspoofchk": true, "dataplane": {"fastPath": "off", "sourceCheck": "strict", "flowEntries": 4096, "unknown": 1} """);

        Assert.True(config.Request.Options.FastPathOff);
        Assert.True(config.Request.Options.SourceStrict);
        Assert.True(config.Request.Options.MacCheck);
        Assert.Equal(4096u, config.Options.FlowEntries);
    }

    private static BridgeConfig Parse(string fields, string args = "") => BridgeConfig.Parse(Request(fields, args));

    private static CniRequest Request(string fields, string args)
    {
        string json = $$"""{"cniVersion":"1.0.0","name":"n","type":"bridge"{{(fields.Length > 0 ? "," : "")}}{{fields}}}""";
        return new CniRequest { Command = CniCommand.Add, Config = NetworkConfig.Parse(Encoding.UTF8.GetBytes(json)), ContainerId = "c", IfName = "eth0", Args = args };
    }
}
