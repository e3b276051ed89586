using System.Text;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins.Tests;

/// <summary>The configuration of the plugin "dataplane": the fields of the plugins whose work it does, with their words for what is wrong.</summary>
public sealed class AllInOneConfigTests
{
    [Fact]
    public void Nothing_said_is_a_bridge_without_ports_and_limits()
    {
        AllInOneConfig config = Parse("");

        Assert.Equal((false, false, null), (config.IsPtp, config.Limits.HasLimits, config.Dns));
        Assert.Empty(config.Ports.Entries);
    }

    [Theory]
    [InlineData("bridge", false)]
    [InlineData("ptp", true)]
    public void The_mode_is_a_main_plugins_name(string mode, bool isPtp) => Assert.Equal(isPtp, Parse($"\"mode\": \"{mode}\"").IsPtp);

    [Fact]
    public void The_runtime_gives_every_capability_at_once()
    {
        AllInOneConfig config = Parse("""
            "runtimeConfig": {"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}], "bandwidth": {"ingressRate": 1000, "ingressBurst": 200},
                              "dns": {"servers": ["192.0.2.53"], "searches": ["a.example"], "options": ["ndots:2"]}}
            """);

        Assert.Equal(8080, Assert.Single(config.Ports.Entries).Mapping().HostPort);
        Assert.Equal(new BandwidthLimit(1000, 200), config.Limits.Ingress);
        Assert.Equal(["192.0.2.53", "a.example", "ndots:2"], [.. config.Dns!.Nameservers!, .. config.Dns.Search!, .. config.Dns.Options!]);
    }

    [Fact]
    public void Tunings_fields_are_read_with_its_precedence()
    {
        AllInOneConfig config = Parse("""
            "sysctl": {"net.ipv4.conf.IFNAME.rp_filter": "2"}, "promisc": true, "txQLen": 5, "mac": "02:00:00:00:00:01",
            "args": {"cni": {"mac": "02:00:00:00:00:03", "mtu": 1400}}, "runtimeConfig": {"mac": "02:00:00:00:00:02"}
            """);

        LinkSettings settings = config.Tuning.Settings("eth0");

        Assert.Equal(("02:00:00:00:00:03", true, 1400, 5), (settings.Mac.ToString(), settings.Promiscuous, settings.Mtu, settings.TxQueueLength));
        Assert.Equal("net/ipv4/conf/eth0/rp_filter", Assert.Single(settings.Sysctls).Name.ToString());
    }

    [Theory]
    [InlineData(CniErrorCode.InvalidNetworkConfig, "\"mode\" is \"macvlan\": bridge or ptp", """ "mode": "macvlan" """)]
    [InlineData(CniErrorCode.InvalidNetworkConfig, "invalid configuration: ", """ "mode": 5 """)]
    [InlineData(CniErrorCode.InvalidNetworkConfig, "invalid configuration: ", """ "runtimeConfig": {"dns": {"servers": "192.0.2.53"}} """)]
    [InlineData(CniErrorCode.Internal, "if rate is set, burst must also be set", """ "ingressRate": 1000 """)]
    [InlineData(CniErrorCode.Internal, "Cannot specify externalSetMarkChain and markMasqBit", """ "markMasqBit": 5, "externalSetMarkChain": "KUBE" """)]
    [InlineData(CniErrorCode.InvalidNetworkConfig, "\"shaper\" is \"cake\"", """ "dataplane": {"shaper": "cake"} """)]
    public void What_is_wrong_is_said(CniErrorCode code, string message, string fields)
    {
        CniException error = Assert.Throws<CniException>(() => Parse(fields));

        Assert.Equal(code, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static AllInOneConfig Parse(string fields)
    {
        string json = $$"""{"cniVersion":"1.0.0","name":"net1","type":"dataplane"{{(fields.Length > 0 ? "," : "")}}{{fields}}}""";
        return AllInOneConfig.Parse(new CniRequest
        {
            Command = CniCommand.Add, Config = NetworkConfig.Parse(Encoding.UTF8.GetBytes(json)), ContainerId = "dummy", IfName = "eth0", NetnsPath = "/ns",
        });
    }
}
