using System.Net.Sockets;
using System.Text.Json.Nodes;
using Dataplane.Node.Tests.Limits;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.AllInOne;

/// <summary>The plugin "dataplane" with tuning's fields: what the chain's tuning does, under the one journal.</summary>
[Collection(OneByOne.Name)]
public sealed class AllInOneTuningTests
{
    private const string Range = "net/ipv4/ip_local_port_range";
    private const string Sysctls = "\"sysctl\": {\"net.ipv4.ip_local_port_range\": \"40000 50000\", \"net.ipv4.conf.IFNAME.log_martians\": \"1\"}";
    private const string Mac = "0a:58:0a:03:00:77";

    public static TheoryData<string> Modes => ["bridge", "ptp"];

    [NeedsTheory(LimitBed.Limits), MemberData(nameof(Modes))]
    public void Sysctls_and_settings_are_set_checked_and_set_back(string mode)
    {
        using var bed = new AllInOneBed(mode);
        TestNamespace at = bed.Node.AddPod();
        string before = at.Sysctl(Range)!;
        JsonObject config = Config(bed, $"{Sysctls}, \"promisc\": true, \"allmulti\": true, \"txQLen\": 77, \"mac\": \"{Mac}\"");
        config["args"] = JsonNode.Parse("""{"cni": {"mtu": 1380}}""");

        JsonNode result = JsonNode.Parse(bed.Plugins.Add("dataplane", config.ToJsonString(), "c1", at).OrThrow().Stdout)!;

        Assert.Equal(("40000\t50000", "1"), (at.Sysctl(Range), at.Sysctl("net/ipv4/conf/eth0/log_martians")));
        JsonNode link = JsonNode.Parse(at.Ip("-j", "-d", "link", "show", "eth0"))![0]!;
        Assert.Equal((1380, 77, Mac, 1), (link["mtu"]!.GetValue<int>(), link["txqlen"]!.GetValue<int>(), link["address"]!.GetValue<string>(), link["promiscuity"]!.GetValue<int>()));
        Assert.Contains("ALLMULTI", link["flags"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(Mac, result["interfaces"]!.AsArray().Single(static item => item!["sandbox"] is not null)!["mac"]!.GetValue<string>());
        System.Net.IPAddress address = System.Net.IPAddress.Parse(result["ips"]![0]!["address"]!.GetValue<string>().Split('/')[0]);
        using (EchoServer.Start(at, LimitBed.Port))
        {
            // The fast path among them: it delivers by the hardware address and the MTU.
            Assert.Equal(5, EchoClient.Count(bed.Other.Pod, ProtocolType.Tcp, address, LimitBed.Port, times: 5, bytes: 20_000));
        }

        config["prevResult"] = result;
        bed.Plugins.Check("dataplane", config.ToJsonString(), "c1", at).OrThrow();
        at.SetSysctl(Range, "10000 20000");
        Assert.Contains($"value of /proc/sys/{Range} is 40000 50000, current value is 10000", bed.Plugins.Check("dataplane", config.ToJsonString(), "c1", at).ErrorMessage, StringComparison.Ordinal);

        bed.Plugins.Del("dataplane", config.ToJsonString(), "c1", at).OrThrow();
        Assert.Equal(before, at.Sysctl(Range));
        Assert.DoesNotContain("eth0", at.Ip("link"), StringComparison.Ordinal);
    }

    [NeedsTheory(LimitBed.Limits)]
    [InlineData("\"sysctl\": {\"net.ipv4.ip_local_port_range\": \"40000 50000\", \"net.ipv4.nothing\": \"1\"}", "open /proc/sys/net/ipv4/nothing: ")]
    [InlineData("\"sysctl\": {\"net.ipv4.ip_local_port_range\": \"40000 50000\"}, \"args\": {\"cni\": {\"mtu\": 3}}", "")]
    [InlineData("\"sysctl\": {\"kernel.panic\": \"1\"}", "invalid net sysctl key: \"kernel.panic\"")]
    [InlineData("\"sysctl\": {\"net.ipv4.ip_forward\": \"1\", \"net.ipv4.ip_forward\": \"0\"}", "duplicated sysctl keys are not allowed")]
    [InlineData("\"mac\": \"nothing\"", "invalid args nothing for MAC addr")]
    public void What_cannot_be_set_leaves_nothing(string fields, string message)
    {
        using var bed = new AllInOneBed("bridge");
        TestNamespace at = bed.Node.AddPod();
        string before = at.Sysctl(Range)!;
        string config = Complete(bed.Config(fields));

        PluginResult refused = bed.Plugins.Add("dataplane", config, "c1", at);

        Assert.Equal(1, refused.ExitStatus);
        Assert.Contains(message, refused.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(before, at.Sysctl(Range));
        Assert.DoesNotContain("eth0", at.Ip("link"), StringComparison.Ordinal);
        Assert.Equal(1, bed.Maps.Count("endpoints"));
    }

    [NeedsFact(LimitBed.Limits)]
    public void The_nodes_list_of_allowed_sysctls_holds_here_too()
    {
        using var bed = new AllInOneBed("bridge");
        Directory.CreateDirectory($"{bed.Node.Scratch}/etc");
        File.WriteAllText($"{bed.Node.Scratch}/etc/allowlist.conf", "^net\\.ipv4\\.conf\\.\n");
        var plugins = new PluginRunner(bed.Host, OurPlugins.Directory) { Binds = new Dictionary<string, string> { ["/etc/cni/tuning"] = $"{bed.Node.Scratch}/etc" } };

        PluginResult refused = plugins.Add("dataplane", Complete(bed.Config(Sysctls)), "c1", bed.Node.AddPod());

        Assert.StartsWith("Sysctl net.ipv4.ip_local_port_range is not allowed.", refused.ErrorMessage, StringComparison.Ordinal);
    }

    private static JsonObject Config(AllInOneBed bed, string fields) => JsonNode.Parse(Complete(bed.Config(fields)))!.AsObject();

    // As text: a JsonObject would not have a key twice.
    private static string Complete(string config) => $"{{\"cniVersion\": \"{PluginChain.Version}\", \"name\": \"net3\", {config.Trim()[1..]}";
}
