using System.Text;
using Dataplane.Cni;

namespace Dataplane.Plugins.Tests.Dhcp;

/// <summary>The "ipam" object of dhcp.</summary>
public sealed class DhcpConfigTests
{
    [Fact]
    public void Without_fields_there_are_the_defaults()
    {
        DhcpConfig config = Parse("");
        Assert.Equal(("/run/cni/dhcp.sock", 0), (config.SocketPath, config.Priority));
        Assert.Equal([3, 1], config.Requested());
        Assert.Empty(config.Provided(""));
        Assert.Equal("/run/cni/dhcp.sock", DhcpConfig.Parse(PluginRequest.Of("dhcp", "")).SocketPath);
    }

    [Fact]
    public void Every_field()
    {
        DhcpConfig config = Parse("""
            "daemonSocketPath": "/x", "priority": 7,
            "provide": [{"option": "host-name", "value": "a"}, {"option": "60", "value": "b", "fromArg": "KIND"}, {"option": "77", "fromArg": "NONE"}],
            "request": [{"option": "121"}, {"option": "routers"}, {"option": "121"}]
            """);
        Assert.Equal(("/x", 7), (config.SocketPath, config.Priority));
        Assert.Equal([121, 3, 1], config.Requested());
        Dictionary<byte, byte[]> provided = config.Provided("no pair;KIND=c=d;;X=1");
        Assert.Equal("12 60", string.Join(' ', provided.Keys.Order()));
        Assert.Equal("a", Encoding.UTF8.GetString(provided[12]));
        Assert.Equal("c=d", Encoding.UTF8.GetString(provided[60]));
    }

    [Fact]
    public void The_default_options_are_skipped_when_an_entry_says_so()
    {
        Assert.Equal([121], Parse("\"request\": [{\"option\": \"121\", \"skipDefault\": true}]").Requested());
        Assert.Empty(Parse("\"request\": [{\"skipDefault\": true}]").Requested());
    }

    [Theory]
    [InlineData("dhcp-client-identifier", 61)]
    [InlineData("subnet-mask", 1)]
    [InlineData("routers", 3)]
    [InlineData("host-name", 12)]
    [InlineData("user-class", 77)]
    [InlineData("vendor-class-identifier", 60)]
    [InlineData("0", 0)]
    [InlineData("255", 255)]
    public void Names_and_numbers(string name, byte code) => Assert.Equal(code, DhcpOptionName.Parse(name));

    [Theory]
    [InlineData("256", "value out of range")]
    [InlineData("99999999999999999999999", "value out of range")]
    [InlineData("-1", "invalid syntax")]
    [InlineData("", "invalid syntax")]
    [InlineData("Routers", "invalid syntax")]
    [InlineData("1 ", "invalid syntax")]
    public void What_is_no_option_is_refused_as_the_reference_does(string name, string why) => Assert.Equal(
        $"Can not parse option \"{name}\": Can not parse option: strconv.ParseUint: parsing \"{name}\": {why}",
        Assert.Throws<CniException>(() => DhcpOptionName.Parse(name)).Message);

    [Fact]
    public void Values_have_at_most_255_bytes()
    {
        string longest = new('x', 255);
        Assert.Equal(255, Parse($"\"provide\": [{{\"option\": \"12\", \"value\": \"{longest}\"}}]").Provided("")[12].Length);
        Assert.Equal(
            $"value too long for option \"12\": \"{longest}x\"",
            Assert.Throws<CniException>(() => Parse($"\"provide\": [{{\"option\": \"12\", \"value\": \"{longest}x\"}}]").Provided("")).Message);
        Assert.Equal(
            "value too long for option \"12\" from CNI_ARGS \"A\": \"v\"",
            Assert.Throws<CniException>(() => Parse("\"provide\": [{\"option\": \"12\", \"value\": \"v\", \"fromArg\": \"A\"}]").Provided($"A={longest}x")).Message);
    }

    [Theory]
    [InlineData("\"daemonSocketPath\": 1")]
    [InlineData("\"priority\": \"high\"")]
    [InlineData("\"provide\": {}")]
    [InlineData("\"provide\": [1]")]
    [InlineData("\"provide\": [{\"option\": 12}]")]
    [InlineData("\"request\": [{\"skipDefault\": \"yes\"}]")]
    public void Values_of_another_type_are_refused(string fields)
    {
        CniException refused = Assert.Throws<CniException>(() => Parse(fields));
        Assert.StartsWith("error obtaining socketPath: error parsing socket path conf: json: cannot unmarshal", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_daemon_every_command_says_so()
    {
        const string ipam = "\"ipam\": {\"type\": \"dhcp\", \"daemonSocketPath\": \"/nowhere/dhcp.sock\"}";
        const string dialing = "error dialing DHCP daemon: dial unix /nowhere/dhcp.sock: connect: no such file or directory";
        var plugin = new DhcpPlugin();
        CniRequest request = PluginRequest.Of("dhcp", ipam, version: "1.1.0");
        foreach (Action command in (Action[])[() => plugin.Add(request), () => plugin.Del(request), () => plugin.Check(request)])
        {
            CniException failed = Assert.Throws<CniException>(command);
            Assert.Equal((CniErrorCode.Internal, dialing), (failed.Code, failed.Message));
        }

        CniException status = Assert.Throws<CniException>(() => plugin.Status(request));
        Assert.Equal((CniErrorCode.PluginNotAvailable, dialing), (status.Code, status.Message));
        plugin.Gc(request);
        Assert.Throws<CniException>(() => plugin.Gc(PluginRequest.Of("dhcp", ipam + ", \"cni.dev/valid-attachments\": []", version: "1.1.0")));
    }

    private static DhcpConfig Parse(string fields) => DhcpConfig.Parse(PluginRequest.Of("dhcp", $"\"ipam\": {{\"type\": \"dhcp\"{(fields.Length > 0 ? "," : "")}{fields}}}"));
}
