using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Dataplane.Node.Tests.Limits;
using Dataplane.Node.Tests.Nat;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.AllInOne;

/// <summary>The plugin "dataplane" does what bridge or ptp, portmap and bandwidth do in a chain, beside containers of such a chain.</summary>
[Collection(OneByOne.Name)]
public sealed class AllInOneTests
{
    private const long Rate = 50_000_000;

    public static TheoryData<string> Modes => ["bridge", "ptp"];

    [NeedsTheory(LimitBed.Limits), MemberData(nameof(Modes))]
    public void A_container_is_masqueraded_limited_and_reached_by_its_host_port(string mode)
    {
        using var bed = new AllInOneBed(mode);
        LimitedPod pod = bed.AttachAlone(LimitBed.Both(Rate));
        pod.Pod.Check();

        LimitBed.IsLimited(Rate, bed.Stream(pod, Peer.Outside, Direction.FromPod).Run);
        LimitBed.IsLimited(Rate, bed.Stream(pod, Peer.HostPort, Direction.ToPod).Run);
        using EchoServer outside = EchoServer.Start(bed.World.Machine, MatrixBed.Port);
        foreach (bool v6 in (bool[])[false, true])
        {
            Assert.Equal(1, EchoClient.Count(pod.Pod.Pod, ProtocolType.Tcp, OutsideWorld.Wide(v6), MatrixBed.Port, times: 1));
            Assert.Equal(bed.Uplink.Node(v6), outside.Clients[^1]);
        }
        Assert.Empty(bed.World.Strangers());
    }

    [NeedsTheory(LimitBed.Limits), MemberData(nameof(Modes))]
    public void Containers_of_a_chain_and_of_one_plugin_reach_each_other_and_their_host_ports(string mode)
    {
        using var bed = new AllInOneBed(mode);
        LimitedPod alone = bed.AttachAlone();
        LimitedPod chained = bed.AttachLimited(LimitBed.Both(Rate));
        using EchoServer inAlone = EchoServer.Start(alone.Pod.Pod, LimitBed.Port);
        using EchoServer inChained = EchoServer.Start(chained.Pod.Pod, LimitBed.Port);

        foreach (ProtocolType protocol in (ProtocolType[])[ProtocolType.Tcp, ProtocolType.Udp])
        {
            foreach (TestNamespace from in (TestNamespace[])[bed.Host, bed.World.Machine, bed.Other.Pod, chained.Pod.Pod, alone.Pod.Pod])
            {
                Assert.Equal(1, EchoClient.Count(from, protocol, bed.Uplink.Node4, alone.HostPort, times: 1));
                Assert.Equal(1, EchoClient.Count(from, protocol, bed.Uplink.Node4, chained.HostPort, times: 1));
            }
            Assert.Equal(1, EchoClient.Count(bed.Other.Pod, protocol, alone.Pod.V4, LimitBed.Port, times: 1));
            Assert.Equal(1, EchoClient.Count(alone.Pod.Pod, protocol, chained.Pod.V4, LimitBed.Port, times: 1));
        }
        Assert.Equal(1, EchoClient.Count(bed.Host, ProtocolType.Tcp, IPAddress.Loopback, alone.HostPort, times: 1));
        alone.Pod.Check();
        chained.Pod.Check();
    }

    [NeedsTheory(LimitBed.Limits), MemberData(nameof(Modes))]
    public void The_result_is_the_main_plugins_with_the_runtimes_resolver_and_hardware_address(string mode)
    {
        using var bed = new AllInOneBed(mode);
        JsonObject config = JsonNode.Parse(bed.Config())!.AsObject();
        config["cniVersion"] = PluginChain.Version;
        config["name"] = "net3";
        config["runtimeConfig"] = JsonNode.Parse("""
            {"mac": "0a:58:0a:03:00:63", "ips": ["10.3.0.99"], "dns": {"servers": ["192.0.2.53"], "searches": ["a.example"], "options": ["ndots:2"]}}
            """);
        TestNamespace at = bed.Node.AddPod();

        PluginResult result = bed.Plugins.Add("dataplane", config.ToJsonString(), "c1", at).OrThrow();

        JsonNode json = JsonNode.Parse(result.Stdout)!;
        JsonNode container = json["interfaces"]!.AsArray().Single(static item => item!["sandbox"] is not null)!;
        Assert.Equal(("eth0", "0a:58:0a:03:00:63", at.Path), (container["name"]!.GetValue<string>(), container["mac"]!.GetValue<string>(), container["sandbox"]!.GetValue<string>()));
        Assert.Contains("link/ether 0a:58:0a:03:00:63", at.Ip("link", "show", "eth0"), StringComparison.Ordinal);
        Assert.Equal("10.3.0.99/24", json["ips"]![0]!["address"]!.GetValue<string>());
        Assert.Equal("""{"nameservers":["192.0.2.53"],"options":["ndots:2"],"search":["a.example"]}""", json["dns"]!.ToJsonString());
        bed.Plugins.Del("dataplane", config.ToJsonString(), "c1", at).OrThrow();
    }

    [NeedsFact(LimitBed.Limits)]
    public void A_host_port_that_is_taken_is_refused_and_nothing_is_left()
    {
        using var bed = new AllInOneBed("bridge");
        LimitedPod first = bed.AttachAlone();

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => bed.AttachAlone(LimitBed.Both(Rate)));

        Assert.Contains($"is in use by container {first.Pod.Id}", refused.Message, StringComparison.Ordinal);
        Assert.Equal("lo", string.Join(' ', bed.Node.Pods[^1].Ip("-br", "link").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' ')[0])));
        Assert.Equal(0, bed.Maps.Count("limits"));
        Assert.Equal(2, bed.Maps.Count("endpoints"));
        first.Pod.Check();
    }

    [NeedsFact(LimitBed.Limits)]
    public void CHECK_misses_what_somebody_has_taken_away()
    {
        using var bed = new AllInOneBed("ptp");
        LimitedPod pod = bed.AttachAlone(LimitBed.Both(Rate));
        pod.Pod.Check();

        pod.Pod.Pod.Exec("tc", "qdisc", "delete", "dev", "eth0", "root").OrThrow();
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(pod.Pod.Check);
        Assert.Contains("keeps the limit", error.Message, StringComparison.Ordinal);
    }

    [NeedsTheory(LimitBed.Limits), MemberData(nameof(Modes))]
    public void GC_detaches_what_is_not_valid(string mode)
    {
        using var bed = new AllInOneBed(mode);
        JsonObject config = JsonNode.Parse(bed.Config(LimitBed.Both(Rate)))!.AsObject();
        config["cniVersion"] = "1.1.0";
        config["name"] = "net3";
        config["runtimeConfig"] = JsonNode.Parse("""{"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}]}""");
        foreach (string id in (string[])["stays", "goes"])
        {
            config["runtimeConfig"]!["portMappings"]![0]!["hostPort"] = id == "stays" ? 8080 : 8081;
            bed.Plugins.Add("dataplane", config.ToJsonString(), id, bed.Node.AddPod()).OrThrow();
        }

        config["cni.dev/valid-attachments"] = JsonNode.Parse("""[{"containerID": "stays", "ifname": "eth0"}]""");
        bed.Plugins.Run(new PluginCall("dataplane", "GC", config.ToJsonString())).OrThrow();

        Assert.Equal((2, 2), (bed.Maps.Count("endpoints"), bed.Maps.Count("limits")));
        Assert.DoesNotContain("eth0", bed.Node.Pods[^1].Ip("link"), StringComparison.Ordinal);
        config["cni.dev/valid-attachments"] = new JsonArray();
        bed.Plugins.Run(new PluginCall("dataplane", "GC", config.ToJsonString())).OrThrow();
        Assert.Equal((1, 0), (bed.Maps.Count("endpoints"), bed.Maps.Count("limits")));
    }

    /// <summary>A conflist may become one plugin while containers of the chain run.</summary>
    [NeedsTheory(LimitBed.Limits), MemberData(nameof(Modes))]
    public void DEL_detaches_what_a_chain_has_attached(string mode)
    {
        using var bed = new AllInOneBed(mode);
        TestNamespace at = bed.Node.AddPod();
        string main = bed.Config().Replace($"\"type\": \"dataplane\", \"mode\": \"{mode}\", \"capabilities\": {{\"portMappings\": true}}", $"\"type\": \"{mode}\"", StringComparison.Ordinal);
        var chain = new PluginChain(bed.Plugins, "net3", main,
            """{"type": "portmap", "capabilities": {"portMappings": true}}""", $$"""{"type": "bandwidth", {{LimitBed.Both(Rate)}} }""");
        PortMapping[] ports = NatBed.Ports(AllInOneBed.HostPort, LimitBed.Port);
        PluginResult added = chain.Add("c1", at, ports);

        bed.Alone(LimitBed.Both(Rate)).Check("c1", at, ports, added.Stdout);
        bed.Alone(LimitBed.Both(Rate)).Delete("c1", at, ports, added.Stdout);

        Assert.Equal((1, 0, 0), (bed.Maps.Count("endpoints"), bed.Maps.Count("limits"), bed.Maps.Count("host_ports")));
    }
}
