using System.Text;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins.Tests;

/// <summary>The portmap plugin's configuration: defaults, whose address is taken, and what is refused with which words.</summary>
public sealed class PortmapConfigTests
{
    private const string One = """{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}""";

    [Fact]
    public void Defaults_are_the_references()
    {
        PortmapRequest request = Request(Mappings(One));

        Assert.True(request.Snat);
        Assert.False(request.MasqueradeAll);
        Assert.Equal(HostPortConditions.None, request.Conditions4);
        Assert.Equal(new PortMapping(8080, 80, TransportProtocol.Tcp, null), Assert.Single(request.Mappings));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData(""" "runtimeConfig": {} """, 0)]
    [InlineData(""" "runtimeConfig": null """, 0)]
    [InlineData(""" "runtimeConfig": {"portMappings": []} """, 0)]
    [InlineData(""" "runtimeConfig": {"portMappings": null} """, 0)]
    [InlineData(""" "RUNTIMECONFIG": {"PortMappings": [{"HOSTPORT": 1, "containerport": 2, "Protocol": "udp"}]} """, 1)]
    public void Mappings_come_from_the_runtime(string fields, int count) => Assert.Equal(count, Parse(fields).Entries.Count);

    [Theory]
    [InlineData("tcp", TransportProtocol.Tcp)]
    [InlineData("TCP", TransportProtocol.Tcp)]
    [InlineData("Udp", TransportProtocol.Udp)]
    [InlineData("sctp", TransportProtocol.Sctp)]
    public void Protocols_match_in_any_case(string name, TransportProtocol expected) =>
        Assert.Equal(expected, Request(Mappings($$"""{"hostPort": 1, "containerPort": 1, "protocol": "{{name}}"}""")).Mappings[0].Protocol);

    [Theory]
    [InlineData("", null)]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("::", "::")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:DB8::0:1", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    public void A_host_address_is_kept(string text, string? expected) =>
        Assert.Equal(expected, Request(Mappings($$"""{"hostPort": 1, "containerPort": 1, "protocol": "tcp", "hostIP": "{{text}}"}""")).Mappings[0].HostAddress?.ToString());

    [Theory]
    [InlineData(""" "markMasqBit": 3, "externalSetMarkChain": "KUBE-MARK-MASQ" """, "Cannot specify externalSetMarkChain and markMasqBit")]
    [InlineData(""" "markMasqBit": -1 """, "MasqMarkBit must be between 0 and 31")]
    [InlineData(""" "markMasqBit": 32 """, "MasqMarkBit must be between 0 and 31")]
    [InlineData(""" "backend": "magic" """, "unrecognized backend \"magic\"")]
    [InlineData(""" "backend": "" """, "unrecognized backend \"\"")]
    [InlineData(""" "backend": "iptables", "conditionsV4": ["aaa", "bbbb"], "conditionsV6": ["ccc"] """,
        "iptables backend was requested but configuration contains nftables-specific options [conditionsV4 conditionsV6]")]
    [InlineData(""" "backend": "nftables", "externalSetMarkChain": "X", "conditionsV4": ["-a", "b"], "conditionsV6": ["!", "-c", "d"] """,
        "nftables backend was requested but configuration contains iptables-specific options [externalSetMarkChain conditionsV4 conditionsV6]")]
    [InlineData(""" "snat": 1 """, "failed to parse network configuration: json: cannot unmarshal number into Go struct field .snat of type bool")]
    [InlineData(""" "conditionsV4": "-s" """, "failed to parse network configuration: json: cannot unmarshal string into Go struct field .conditionsV4 of type array")]
    public void A_wrong_field_is_refused(string fields, string message) => AssertRefused(message, () => Parse(fields));

    [Theory]
    [InlineData("""{"containerPort": 80, "protocol": "tcp"}""", "Invalid host port number: 0")]
    [InlineData("""{"hostPort": 8080, "protocol": "tcp"}""", "Invalid container port number: 0")]
    [InlineData("""{"hostPort": 0, "containerPort": 0, "protocol": "tcp"}""", "Invalid container port number: 0")]
    [InlineData("""{"hostPort": -1, "containerPort": 80, "protocol": "tcp"}""", "Invalid host port number: -1")]
    [InlineData("""{}""", "Invalid container port number: 0")]
    [InlineData("null", "Invalid container port number: 0")]
    public void A_port_that_is_not_positive_is_refused_by_every_call(string mapping, string message) =>
        AssertRefused(message, () => Parse(Mappings(mapping)));

    [Theory]
    [InlineData("""{"hostPort": 65536, "containerPort": 80, "protocol": "tcp"}""", "Invalid host port number: 65536")]
    [InlineData("""{"hostPort": 80, "containerPort": 4294967376, "protocol": "tcp"}""", "Invalid container port number: 4294967376")]
    [InlineData("""{"hostPort": 80, "containerPort": 80}""", "Invalid protocol \"\" of host port 80: tcp, udp or sctp")]
    [InlineData("""{"hostPort": 80, "containerPort": 80, "protocol": "dccp"}""", "Invalid protocol \"dccp\" of host port 80: tcp, udp or sctp")]
    [InlineData("""{"hostPort": 80, "containerPort": 80, "protocol": "tcpudp"}""", "Invalid protocol \"tcpudp\" of host port 80: tcp, udp or sctp")]
    [InlineData("""{"hostPort": 80, "containerPort": 80, "protocol": "tcp", "hostIP": "localhost"}""",
        "Invalid hostIP \"localhost\" of host port 80: an address of this host, or none for all of them")]
    [InlineData("""{"hostPort": 80, "containerPort": 80, "protocol": "tcp", "hostIP": "fe80::1%eth0"}""",
        "Invalid hostIP \"fe80::1%eth0\" of host port 80: an address of this host, or none for all of them")]
    [InlineData("""{"hostPort": 80, "containerPort": 80, "protocol": "tcp", "hostIP": "10.0.0.1/8"}""",
        "Invalid hostIP \"10.0.0.1/8\" of host port 80: an address of this host, or none for all of them")]
    public void What_no_packet_has_is_refused_when_it_is_to_be_mapped(string mapping, string message)
    {
        _ = Parse(Mappings(mapping));

        AssertRefused(message, () => Request(Mappings(mapping)));
    }

    [Theory]
    [InlineData("""{"hostPort": "80"}""")]
    [InlineData("""{"hostPort": 80.5}""")]
    [InlineData("""{"hostPort": 1e400}""")]
    [InlineData("""{"hostPort": 99999999999999999999}""")]
    [InlineData("""{"hostPort": 80, "containerPort": 80, "protocol": 6}""")]
    [InlineData("""{"hostPort": 80, "containerPort": 80, "hostIP": ["10.0.0.1"]}""")]
    [InlineData("[]")]
    [InlineData("\"8080:80\"")]
    public void A_mapping_of_another_shape_is_refused(string mapping)
    {
        CniException error = Assert.Throws<CniException>(() => Parse(Mappings(mapping)));

        Assert.Equal(CniErrorCode.Internal, error.Code);
        Assert.StartsWith("failed to parse network configuration: json: cannot unmarshal ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"cniVersion":"1.0.0","interfaces":[{"name":"br0"},{"name":"eth0","sandbox":"/ns"}],"ips":[{"interface":0,"address":"10.0.0.1/24"},{"interface":1,"address":"10.0.0.2/24"},{"interface":1,"address":"10.0.0.3/24"},{"interface":1,"address":"fd00::2/64"}]}""", "10.0.0.2", "fd00::2")]
    [InlineData("""{"cniVersion":"1.0.0","interfaces":[{"name":"eth0"},{"name":"net1","sandbox":"/ns"}],"ips":[{"interface":0,"address":"10.0.0.2/24"},{"interface":1,"address":"10.0.0.3/24"}]}""", null, null)]
    [InlineData("""{"cniVersion":"1.0.0","interfaces":[{"name":"host"}],"ips":[{"address":"10.0.0.2/24"},{"interface":7,"address":"fd00::2/64"},{"interface":-1,"address":"fd00::3/64"}]}""", "10.0.0.2", "fd00::2")]
    public void The_containers_address_is_the_first_of_a_family_that_is_not_another_interfaces(string previous, string? v4, string? v6)
    {
        PortmapRequest request = Request($"{Mappings(One)}, \"prevResult\": {previous}");

        Assert.Equal(v4, request.Address4?.ToString());
        Assert.Equal(v6, request.Address6?.ToString());
    }

    [Fact]
    public void Conditions_of_a_family_without_an_address_are_not_looked_at()
    {
        PortmapRequest request = Request(
            Mappings(One) + """, "conditionsV6": ["-m", "owner"], "prevResult": {"cniVersion":"1.0.0","ips":[{"address":"10.0.0.2/24"}]}""");

        Assert.Equal(HostPortConditions.None, request.Conditions6);
    }

    private static string Mappings(string mapping) => $$""" "runtimeConfig": {"portMappings": [{{mapping}}]} """;

    private static void AssertRefused(string message, Action action)
    {
        CniException error = Assert.Throws<CniException>(action);
        Assert.Equal((CniErrorCode.Internal, message), (error.Code, error.Message));
    }

    private static PortmapConfig Parse(string fields) => PortmapConfig.Parse(Call(fields));

    private static PortmapRequest Request(string fields)
    {
        CniRequest call = Call(fields);
        return PortmapConfig.Parse(call).Request(call);
    }

    private static CniRequest Call(string fields)
    {
        string json = $$"""{"cniVersion":"1.0.0","name":"n","type":"portmap"{{(fields.Length > 0 ? "," : "")}}{{fields}}}""";
        return new CniRequest { Command = CniCommand.Add, Config = NetworkConfig.Parse(Encoding.UTF8.GetBytes(json)), ContainerId = "c", IfName = "eth0", NetnsPath = "/ns" };
    }
}
