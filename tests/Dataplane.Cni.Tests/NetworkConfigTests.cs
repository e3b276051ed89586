using System.Text;

namespace Dataplane.Cni.Tests;

public class NetworkConfigTests
{
    private static NetworkConfig Parse(string text) => NetworkConfig.Parse(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Every_common_field_is_read()
    {
        NetworkConfig config = Parse("""
            {
              "cniVersion": "1.0.0", "name": "net", "type": "bridge",
              "capabilities": {"portMappings": true, "mac": false},
              "ipam": {"type": "host-local", "ranges": []},
              "dns": {"nameservers": ["10.0.0.1"], "domain": "d", "search": [], "options": null},
              "runtimeConfig": {"mac": "00:11:22:33:44:55"},
              "args": {"cni": {"ips": ["10.0.0.5"]}},
              "prevResult": {"cniVersion": "1.0.0", "interfaces": [{"name": "eth0"}]},
              "isGateway": true
            }
            """);

        Assert.Equal(("1.0.0", "net", "bridge", "host-local"), (config.CniVersion, config.Name, config.Type, config.IpamType));
        Assert.True(config.Capabilities["portMappings"]);
        Assert.False(config.Capabilities["mac"]);
        Assert.Equal(["10.0.0.1"], config.Dns.Nameservers!);
        Assert.Equal("d", config.Dns.Domain);
        Assert.Empty(config.Dns.Search!);
        Assert.Null(config.Dns.Options);
        Assert.Equal("00:11:22:33:44:55", config.RuntimeConfig.GetString("mac"));
        Assert.Equal(["10.0.0.5"], config.ArgsCni.GetStrings("ips")!);
        Assert.Equal("eth0", config.PrevResult!.Interfaces[0].Name);
        Assert.True(config.Root.GetBool("isgateway"));
    }

    [Fact]
    public void What_is_absent_has_its_default()
    {
        NetworkConfig config = Parse("{}");

        Assert.Equal(("0.1.0", "", "", ""), (config.CniVersion, config.Name, config.Type, config.IpamType));
        Assert.Empty(config.Capabilities);
        Assert.True(config.Dns.IsEmpty);
        Assert.False(config.Dns.HasAny);
        Assert.Null(config.ValidAttachments);
        Assert.Null(config.PrevResult);
        Assert.False(config.RuntimeConfig.Has("mac"));
        Assert.Null(config.ArgsCni.GetStrings("ips"));
    }

    [Theory]
    [InlineData("""{"cniVersion":""}""")]
    [InlineData("""{"cniVersion":null}""")]
    [InlineData("""{"dns":null,"ipam":null,"capabilities":null,"prevResult":null,"runtimeConfig":null,"args":null,"cni.dev/valid-attachments":null}""")]
    [InlineData("""{"args":{"cni":null}}""")]
    [InlineData("null")]
    public void Null_is_absent(string text)
    {
        NetworkConfig config = Parse(text);

        Assert.Equal("0.1.0", config.CniVersion);
        Assert.Null(config.PrevResult);
        Assert.Null(config.ValidAttachments);
        Assert.False(config.ArgsCni.Has("ips"));
        Assert.True(config.RuntimeConfig.IsNullOrAbsent);
    }

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"dns":{}}""", false)]
    [InlineData("""{"dns":{"domain":""}}""", false)]
    [InlineData("""{"dns":{"search":null}}""", false)]
    [InlineData("""{"dns":{"domain":"d"}}""", true)]
    [InlineData("""{"dns":{"nameservers":[]}}""", true)]
    [InlineData("""{"dns":{"search":[]}}""", true)]
    [InlineData("""{"dns":{"options":[]}}""", true)]
    public void Dns_counts_as_given_even_by_an_empty_list(string text, bool any) => Assert.Equal(any, Parse(text).Dns.HasAny);

    [Fact]
    public void No_list_of_attachments_is_not_an_empty_one()
    {
        Assert.Null(Parse("{}").ValidAttachments);
        Assert.Empty(Parse("""{"cni.dev/valid-attachments":[]}""").ValidAttachments!);
        Assert.Equal(
            [new CniAttachment("a", "eth0"), new CniAttachment("b", "eth1")],
            Parse("""{"cni.dev/valid-attachments":[{"containerID":"a","ifname":"eth0"},{"containerid":"b","IFNAME":"eth1"}]}""").ValidAttachments!);
    }

    [Theory]
    [InlineData("1.0.0", """{"cniVersion":"0.4.0"}""", "result type supports [1.0.0 1.1.0] but unmarshalled CNIVersion is \"0.4.0\"")]
    [InlineData("1.0.0", """{"cniVersion":"7"}""", "result type supports [1.0.0 1.1.0] but unmarshalled CNIVersion is \"7\"")]
    [InlineData("7", "{}", "unsupported CNI result version \"7\"")]
    [InlineData("1.0.0", """{"ips":[{"address":"x"}]}""", "invalid CIDR address: x")]
    [InlineData("1.0.0", """{"ips":5}""", "json: cannot unmarshal number into Go struct field .prevResult.ips of type array")]
    public void A_prevResult_that_cannot_be_used_fails_when_it_is_asked_for(string version, string prevResult, string message)
    {
        NetworkConfig config = Parse($$"""{"cniVersion":"{{version}}","prevResult":{{prevResult}} }""");

        CniException error = Assert.Throws<CniException>(() => config.PrevResult);
        Assert.Equal((CniErrorCode.Internal, "could not parse prevResult: " + message), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("0.4.0", "0.3.1", "0.3.1")]
    [InlineData("1.1.0", "1.0.0", "1.0.0")]
    [InlineData("0.4.0", "", "0.4.0")]
    [InlineData("0.2.0", "", "0.2.0")]
    public void A_prevResult_may_be_of_a_related_version(string version, string own, string read) =>
        Assert.Equal(read, Parse($$"""{"cniVersion":"{{version}}","prevResult":{"cniVersion":"{{own}}"} }""").PrevResult!.CniVersion);
}
