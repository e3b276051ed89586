using System.Buffers;
using System.Net;
using System.Text;

namespace Dataplane.Cni.Tests;

/// <summary>Results as text: the layout of each version byte for byte, and every conversion.</summary>
public class ResultJsonTests
{
    private static readonly string[] Versions = ["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"];

    private const string Text02 = """
        {
            "cniVersion": "0.2.0",
            "ip4": {
                "ip": "10.1.0.5/24",
                "gateway": "10.1.0.1",
                "routes": [
                    {
                        "dst": "0.0.0.0/0"
                    },
                    {
                        "dst": "10.2.0.7/16",
                        "gw": "10.1.0.9"
                    }
                ]
            },
            "ip6": {
                "ip": "2001:db8::5/64",
                "routes": [
                    {
                        "dst": "::/0",
                        "gw": "2001:db8::9"
                    }
                ]
            },
            "dns": {
                "nameservers": [
                    "1.1.1.1"
                ],
                "domain": "example.é",
                "search": [
                    "a",
                    "b"
                ],
                "options": [
                    "x"
                ]
            }
        }
        """;

    private const string Text04 = """
        {
            "cniVersion": "0.4.0",
            "interfaces": [
                {
                    "name": "cni0",
                    "mac": "00:11:22:33:44:55"
                },
                {
                    "name": "eth0",
                    "mac": "0a:58:0a:01:00:05",
                    "sandbox": "/run/netns/x"
                }
            ],
            "ips": [
                {
                    "version": "4",
                    "interface": 0,
                    "address": "10.1.0.5/24",
                    "gateway": "10.1.0.1"
                },
                {
                    "version": "6",
                    "address": "2001:db8::5/64"
                },
                {
                    "version": "4",
                    "interface": 1,
                    "address": "10.9.0.5/24"
                }
            ],
            "routes": [
                {
                    "dst": "0.0.0.0/0",
                    "mtu": 1400,
                    "advmss": 1360,
                    "priority": 10,
                    "table": 0,
                    "scope": 253
                },
                {
                    "dst": "10.2.0.7/16",
                    "gw": "10.1.0.9"
                },
                {
                    "dst": "::/0",
                    "gw": "2001:db8::9"
                }
            ],
            "dns": {
                "nameservers": [
                    "1.1.1.1"
                ],
                "domain": "example.é",
                "search": [
                    "a",
                    "b"
                ],
                "options": [
                    "x"
                ]
            }
        }
        """;

    private const string Text11 = """
        {
            "cniVersion": "1.1.0",
            "dns": {
                "domain": "example.é",
                "nameservers": [
                    "1.1.1.1"
                ],
                "options": [
                    "x"
                ],
                "search": [
                    "a",
                    "b"
                ]
            },
            "interfaces": [
                {
                    "mac": "00:11:22:33:44:55",
                    "mtu": 1500,
                    "name": "cni0",
                    "pciID": "0000:00:1f.6",
                    "socketPath": "/run/vhost"
                },
                {
                    "mac": "0a:58:0a:01:00:05",
                    "name": "eth0",
                    "sandbox": "/run/netns/x"
                }
            ],
            "ips": [
                {
                    "address": "10.1.0.5/24",
                    "gateway": "10.1.0.1",
                    "interface": 0
                },
                {
                    "address": "2001:db8::5/64"
                },
                {
                    "address": "10.9.0.5/24",
                    "interface": 1
                }
            ],
            "routes": [
                {
                    "advmss": 1360,
                    "dst": "0.0.0.0/0",
                    "mtu": 1400,
                    "priority": 10,
                    "scope": 253,
                    "table": 0
                },
                {
                    "dst": "10.2.0.7/16",
                    "gw": "10.1.0.9"
                },
                {
                    "dst": "::/0",
                    "gw": "2001:db8::9"
                }
            ]
        }
        """;

    private static CniResult Full() => new()
    {
        Interfaces =
        {
            new CniInterface { Name = "cni0", Mac = "00:11:22:33:44:55", Mtu = 1500, SocketPath = "/run/vhost", PciId = "0000:00:1f.6" },
            new CniInterface { Name = "eth0", Mac = "0a:58:0a:01:00:05", Sandbox = "/run/netns/x" },
        },
        Ips =
        {
            new CniIpConfig { Interface = 0, Address = IpPrefix.Parse("10.1.0.5/24"), Gateway = IPAddress.Parse("10.1.0.1") },
            new CniIpConfig { Address = IpPrefix.Parse("2001:db8::5/64") },
            new CniIpConfig { Interface = 1, Address = IpPrefix.Parse("10.9.0.5/24") },
        },
        Routes =
        {
            new CniRoute { Dst = IpPrefix.Parse("0.0.0.0/0"), Mtu = 1400, AdvMss = 1360, Priority = 10, Table = 0, Scope = 253 },
            new CniRoute { Dst = IpPrefix.Parse("10.2.0.7/16"), Gw = IPAddress.Parse("10.1.0.9") },
            new CniRoute { Dst = IpPrefix.Parse("::/0"), Gw = IPAddress.Parse("2001:db8::9") },
        },
        Dns = new CniDns { Nameservers = ["1.1.1.1"], Domain = "example.é", Search = ["a", "b"], Options = ["x"] },
    };

    private static string Write(CniResult result, string version)
    {
        var buffer = new ArrayBufferWriter<byte>();
        ResultJson.Write(buffer, result, version);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static CniResult Read(string text, string configVersion) => ResultJson.Parse(Encoding.UTF8.GetBytes(text), configVersion);

    private static string Golden(string version)
    {
        string text = version[0] == '1' ? Text11 : version is "0.1.0" or "0.2.0" ? Text02 : Text04;
        return text.Replace("\"1.1.0\"", $"\"{version}\"").Replace("\"0.4.0\"", $"\"{version}\"").Replace("\"0.2.0\"", $"\"{version}\"");
    }

    public static TheoryData<string> AllVersions() => [.. Versions];

    public static TheoryData<string, string> AllPairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (string from in Versions)
        {
            foreach (string to in Versions)
            {
                pairs.Add(from, to);
            }
        }
        return pairs;
    }

    [Theory]
    [MemberData(nameof(AllVersions))]
    public void The_layout_is_exact(string version) => Assert.Equal(Golden(version), Write(Full(), version));

    [Fact]
    public void A_stream_gets_the_same_text()
    {
        var stream = new MemoryStream();
        ResultJson.Write(stream, Full(), "1.0.0");

        Assert.Equal(Golden("1.0.0"), Encoding.UTF8.GetString(stream.ToArray()));
    }

    // The older shape of the two decides what is left; with equal shapes nothing is lost.
    [Theory]
    [MemberData(nameof(AllPairs))]
    public void Each_version_converts_to_each_other(string from, string to)
    {
        string converted = Write(Read(Golden(from), "ignored"), to);

        string expected = (from[0], to[0], from[2], to[2]) switch
        {
            _ when from is "0.1.0" or "0.2.0" => to is "0.1.0" or "0.2.0" ? Golden(to) : Write(From02(), to),
            _ when from[0] == '0' && to[0] == '1' => Write(From04(), to),
            _ => Golden(to),
        };
        Assert.Equal(expected, converted);

        static CniResult From02() => new()
        {
            Ips =
            {
                new CniIpConfig { Address = IpPrefix.Parse("10.1.0.5/24"), Gateway = IPAddress.Parse("10.1.0.1") },
                new CniIpConfig { Address = IpPrefix.Parse("2001:db8::5/64") },
            },
            Routes =
            {
                new CniRoute { Dst = IpPrefix.Parse("0.0.0.0/0") },
                new CniRoute { Dst = IpPrefix.Parse("10.2.0.7/16"), Gw = IPAddress.Parse("10.1.0.9") },
                new CniRoute { Dst = IpPrefix.Parse("::/0"), Gw = IPAddress.Parse("2001:db8::9") },
            },
            Dns = Full().Dns,
        };

        static CniResult From04()
        {
            CniResult result = Full();
            result.Interfaces[0].Mtu = 0;
            result.Interfaces[0].SocketPath = "";
            result.Interfaces[0].PciId = "";
            return result;
        }
    }

    [Theory]
    [InlineData("", "{\n    \"cniVersion\": \"0.1.0\",\n    \"ip4\": {\n        \"ip\": \"10.0.0.2/24\"\n    },\n    \"dns\": {}\n}")]
    [InlineData("0.2.0", "{\n    \"cniVersion\": \"0.2.0\",\n    \"ip4\": {\n        \"ip\": \"10.0.0.2/24\"\n    },\n    \"dns\": {}\n}")]
    [InlineData("0.4.0", "{\n    \"cniVersion\": \"0.4.0\",\n    \"ips\": [\n        {\n            \"version\": \"4\",\n            \"address\": \"10.0.0.2/24\"\n        }\n    ],\n    \"dns\": {}\n}")]
    [InlineData("1.0.0", "{\n    \"cniVersion\": \"1.0.0\",\n    \"ips\": [\n        {\n            \"address\": \"10.0.0.2/24\"\n        }\n    ]\n}")]
    public void What_is_empty_is_left_out_but_dns_in_0_x(string version, string text)
    {
        var result = new CniResult
        {
            Ips = { new CniIpConfig { Address = IpPrefix.Parse("10.0.0.2/24") } },
            Dns = new CniDns { Nameservers = [], Search = [], Options = [] },
        };

        Assert.Equal(text, Write(result, version));
    }

    [Theory]
    [InlineData("0.1.0")]
    [InlineData("0.2.0")]
    public void Without_addresses_there_is_no_0_2_result(string version)
    {
        var result = new CniResult { Interfaces = { new CniInterface { Name = "eth0" } } };

        CniException error = Assert.Throws<CniException>(() => Write(result, version));

        Assert.Equal((CniErrorCode.Internal, "cannot convert: no valid IP addresses"), (error.Code, error.Message));
    }

    [Fact]
    public void Routes_of_a_family_without_address_are_dropped_in_0_2()
    {
        var result = new CniResult
        {
            Ips = { new CniIpConfig { Address = IpPrefix.Parse("2001:db8::5/64") } },
            Routes = { new CniRoute { Dst = IpPrefix.Parse("0.0.0.0/0") } },
        };

        Assert.DoesNotContain("routes", Write(result, "0.2.0"));
        Assert.DoesNotContain("ip4", Write(result, "0.2.0"));
    }

    [Fact]
    public void An_unknown_version_has_no_converter() =>
        Assert.Equal(
            "no converter for CNI result version 1.1.0 to 1.2.0",
            Assert.Throws<CniException>(() => Write(Full(), "1.2.0")).Message);

    [Theory]
    [InlineData("{}", "0.4.0", "0.4.0")]
    [InlineData("null", "1.0.0", "1.0.0")]
    [InlineData("null", "", "0.1.0")]
    [InlineData("""{"cniVersion":""}""", "0.3.1", "0.3.1")]
    [InlineData("""{"cniVersion":null}""", "0.3.1", "0.3.1")]
    [InlineData("""{"cniVersion":"0.2.0"}""", "1.0.0", "0.2.0")]
    [InlineData("""{"CNIVersion":"0.2.0"}""", "1.0.0", "0.2.0")]
    public void A_result_without_version_has_the_configurations(string text, string configVersion, string version) =>
        Assert.Equal(version, Read(text, configVersion).CniVersion);

    [Theory]
    [InlineData("", "failed to unmarshal raw result: unexpected end of JSON input result ")]
    [InlineData("hello", "failed to unmarshal raw result: invalid character 'h' looking for beginning of value result hello")]
    [InlineData("[]", "failed to unmarshal raw result: json: cannot unmarshal array into Go value of type object result []")]
    [InlineData("""{"cniVersion":"7"}""", "unsupported CNI result version \"7\"")]
    [InlineData("""{"ips":5}""", "json: cannot unmarshal number into Go struct field .ips of type array")]
    [InlineData("""{"ips":[{}]}""", "invalid CIDR address: ips.address is missing")]
    [InlineData("""{"ips":[{"address":"x"}]}""", "invalid CIDR address: x")]
    [InlineData("""{"ips":[{"address":"10.0.0.1/8","gateway":"q"}]}""", "invalid IP address: q")]
    [InlineData("""{"routes":[{"gw":"10.0.0.1"}]}""", "invalid CIDR address: routes.dst is missing")]
    [InlineData("""{"dns":{"search":"x"}}""", "json: cannot unmarshal string into Go struct field .dns.search of type array")]
    public void What_is_no_result_is_an_error(string text, string message)
    {
        CniException error = Assert.Throws<CniException>(() => Read(text, "1.0.0"));

        Assert.Equal((CniErrorCode.Internal, message), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("1.0.0", "0.4.0", "result type supports [1.0.0 1.1.0] but unmarshalled CNIVersion is \"0.4.0\"")]
    [InlineData("0.4.0", "1.0.0", "result type supports [0.3.0 0.3.1 0.4.0] but unmarshalled CNIVersion is \"1.0.0\"")]
    [InlineData("0.2.0", "0.3.0", "result type supports [ 0.1.0 0.2.0] but unmarshalled CNIVersion is \"0.3.0\"")]
    [InlineData("", "0.3.0", "result type supports [ 0.1.0 0.2.0] but unmarshalled CNIVersion is \"0.3.0\"")]
    [InlineData("7", "7", "unsupported CNI result version \"7\"")]
    [InlineData("0.4.0", "0.3.1", null)]
    [InlineData("1.1.0", "1.0.0", null)]
    [InlineData("0.1.0", "0.2.0", null)]
    [InlineData("0.4.0", "", null)]
    public void A_result_asked_for_in_a_version_has_to_be_of_its_shape(string asked, string own, string? message)
    {
        JsonView json = JsonView.Parse(Encoding.UTF8.GetBytes($$"""{"cniVersion":"{{own}}"}"""));

        Assert.Equal(message, Record.Exception(() => ResultJson.ReadAs(json, asked))?.Message);
    }

    [Fact]
    public void Text_in_strings_is_readable_and_safe()
    {
        var result = new CniResult { Interfaces = { new CniInterface { Name = "a\"\\\u0001<é\U0001F600" } } };

        Assert.Equal(result.Interfaces[0].Name, Read(Write(result, "1.1.0"), "").Interfaces[0].Name);
    }
}
