using System.Text.Json;
using Dataplane.Cli.Output;
using Dataplane.TestKit;

namespace Dataplane.Cli.Tests;

/// <summary>dpctl on a real node: real maps, programs and devices, real packets.</summary>
public sealed class NodeTests
{
    [NeedsFact(Needs.Namespaces)]
    public void A_node_that_never_had_a_container_is_told_kindly()
    {
        using var bed = new NodeBed();
        foreach (string command in (string[])["status", "endpoints", "flows", "nat", "hostports", "masquerade", "bandwidth", "uplinks", "counters", "drops"])
        {
            var dpctl = new Capture();
            Assert.Equal(ExitStatus.NoNode, dpctl.Run("--netns", bed.Host.Path, command));
            Assert.Equal($"dpctl: no container was attached on this node yet (network namespace {bed.Cookie}): the first ADD of bridge or ptp sets it up\n", dpctl.Error);
            Assert.Empty(dpctl.Out);
        }

        Assert.Equal(JsonValueKind.Array, Json(bed, ExitStatus.NoNode, "endpoints").ValueKind);
        Assert.Equal(JsonValueKind.Array, Json(bed, ExitStatus.NoNode, "nat").ValueKind);
        Assert.Equal(JsonValueKind.Array, Json(bed, ExitStatus.NoNode, "bandwidth", "set", "web", "--ingress-rate", "1M").ValueKind);
        Assert.Equal(0, Json(bed, ExitStatus.NoNode, "nat", "flush").GetProperty("flushed").GetInt32());
        Assert.Empty(Json(bed, ExitStatus.NoNode, "uplinks", "refresh").GetProperty("uplinks").EnumerateArray());
        Assert.Equal(0, Json(bed, ExitStatus.NoNode, "flows", "flush").GetProperty("flushed").GetInt32());
        Assert.False(Json(bed, ExitStatus.NoNode, "status").GetProperty("present").GetBoolean());
        Assert.True(Json(bed, ExitStatus.Ok, "doctor").GetProperty("healthy").GetBoolean());
        Assert.False(Directory.Exists(bed.PinDirectory));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Status_shows_programs_maps_and_the_fast_path()
    {
        using var node = new HandmadeNode();
        JsonElement status = Json(node.Bed, ExitStatus.Ok, "status");
        Assert.Equal(node.Bed.Cookie, status.GetProperty("node").GetUInt64());
        Assert.True(status.GetProperty("present").GetBoolean());
        Assert.Equal(status.GetProperty("executableBuild").GetString(), status.GetProperty("build").GetString());
        Assert.Equal("on", status.GetProperty("fastPath").GetString());
        Assert.Equal(2, status.GetProperty("endpoints").GetInt32());
        Assert.Equal(node.Bed.PinDirectory, status.GetProperty("pinDirectory").GetString());

        JsonElement[] programs = [.. status.GetProperty("programs").EnumerateArray()];
        Assert.Equal([node.Programs.FromPod.Id, node.Programs.ToPod.Id, node.Programs.ToUplink.Id, node.Programs.FromUplink.Id, node.Programs.PodLimit.Id], programs.Select(p => p.GetProperty("id").GetUInt32()));
        Assert.All(programs, p =>
        {
            Assert.True(p.GetProperty("thisBuild").GetBoolean());
            Assert.Equal(p.GetProperty("name").GetString()!.EndsWith("_pod", StringComparison.Ordinal) ? 2 : 0, p.GetProperty("attachedTo").GetInt32());
            Assert.InRange(p.GetProperty("loadedAt").GetDateTime(), DateTime.UtcNow.AddMinutes(-10), DateTime.UtcNow.AddSeconds(2));
        });
        Assert.Equal(
            [
                ("endpoints", "hash", 2), ("addresses", "hash", 2), ("flows4", "lru_hash", 0), ("flows6", "lru_hash", 0), ("nat", "lru_hash", 0),
                ("fragments", "lru_hash", 0), ("host_ports", "hash", 0), ("socket_peers", "lru_hash", 0), ("exclusions", "lpm_trie", 0),
                ("devices", "hash", 0), ("local_addresses", "hash", 0), ("limits", "hash", 0), ("limit_states", "hash", 0), ("limit_pods", "hash", 0),
                ("limit_subnets", "lpm_trie", 0),
            ],
            status.GetProperty("maps").EnumerateArray().Select(m => (m.GetProperty("name").GetString(), m.GetProperty("type").GetString(), m.GetProperty("entries").GetInt32())));
        Assert.Equal(0, status.GetProperty("sweep").GetProperty("waiting").GetInt32());
        Assert.Equal(0, status.GetProperty("bandwidth").GetProperty("ingress").GetInt32());
    }

    [NeedsFact(Needs.Namespaces)]
    public void Endpoints_join_rows_records_and_devices()
    {
        using var node = new HandmadeNode();
        JsonElement[] rows = [.. Json(node.Bed, ExitStatus.Ok, "endpoints").EnumerateArray()];
        Assert.Equal(2, rows.Length);
        JsonElement client = rows[1];
        Assert.Equal(
            ("vethclient", node.Client, "client", "eth0", "handmade", "bridge", "l2", "cni0", 2u),
            (client.GetProperty("device").GetString(), client.GetProperty("ifindex").GetUInt32(), client.GetProperty("containerId").GetString(), client.GetProperty("ifname").GetString(),
                client.GetProperty("network").GetString(), client.GetProperty("plugin").GetString(), client.GetProperty("mode").GetString(), client.GetProperty("domain").GetString(),
                client.GetProperty("generation").GetUInt32()));
        Assert.Equal(["10.22.0.3"], client.GetProperty("addresses").EnumerateArray().Select(a => a.GetString()));
        Assert.Equal(["mac_check"], client.GetProperty("flags").EnumerateArray().Select(a => a.GetString()));
        Assert.Equal(node.Bed.Pods[1].Ip("-br", "link", "show", "eth0").Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], client.GetProperty("mac").GetString());
    }

    [NeedsFact(Needs.Namespaces | Needs.Ping)]
    public void Packets_show_in_flows_and_counters_and_a_flush_puts_them_to_the_stack_again()
    {
        using var node = new HandmadeNode();
        node.Bed.Pods[1].Exec("ping", "-c", "5", "-i", "0.05", "-W", "2", "10.22.0.2").OrThrow();

        JsonElement flow = Assert.Single(Json(node.Bed, ExitStatus.Ok, "flows", "--pod", "client", "--state", "fast").EnumerateArray());
        Assert.Equal("icmp", flow.GetProperty("protocol").GetString());
        Assert.Equal("10.22.0.3", flow.GetProperty("original").GetProperty("source").GetString());
        Assert.Equal("10.22.0.3", flow.GetProperty("reply").GetProperty("destination").GetString());
        Assert.Equal("vethclient", flow.GetProperty("sourceDevice").GetProperty("device").GetString());
        Assert.Equal("vethweb", flow.GetProperty("destinationDevice").GetProperty("device").GetString());
        Assert.InRange(flow.GetProperty("idleSeconds").GetDouble(), 0, 60);
        Assert.Empty(Json(node.Bed, ExitStatus.Ok, "flows", "--state", "slow").EnumerateArray());
        Assert.Empty(Json(node.Bed, ExitStatus.Ok, "flows", "--address", "10.22.0.77").EnumerateArray());

        long fast = Counter(node, "fast_l2"), candidates = Counter(node, "stack_candidate");
        Assert.Equal(1, candidates);
        Assert.Equal(9, fast);

        Assert.Equal(0, Json(node.Bed, ExitStatus.Ok, "flows", "flush", "--pod", "10.22.0.77").GetProperty("flushed").GetInt32());
        Assert.Equal(1, Json(node.Bed, ExitStatus.Ok, "flows", "flush", "--pod", "vethweb").GetProperty("flushed").GetInt32());
        Assert.Empty(Json(node.Bed, ExitStatus.Ok, "flows").EnumerateArray());
    }

    [NeedsFact(Needs.Namespaces)]
    public void Doctor_finds_nothing_on_a_node_in_order()
    {
        using var node = new HandmadeNode();
        JsonElement report = Json(node.Bed, ExitStatus.Ok, "doctor");
        Assert.Empty(report.GetProperty("findings").EnumerateArray().Where(f => f.GetProperty("verdict").GetString() != "ok").Select(f => f.ToString()));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Doctor_finds_filters_that_were_removed()
    {
        using var node = new HandmadeNode();
        node.Bed.Host.Exec("tc", "filter", "delete", "dev", "vethweb", "egress").OrThrow();
        Assert.Equal([("broken", "vethweb")], Findings(node, ExitStatus.Broken));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Doctor_finds_what_a_lost_DEL_left()
    {
        using var node = new HandmadeNode();
        node.Bed.Host.Ip("link", "delete", "vethweb");
        Assert.Equal([("warning", "record web:eth0"), ("warning", $"endpoint {node.Web}")], Findings(node, ExitStatus.Ok));

        File.Delete(node.RecordPath("web"));
        File.Delete(node.RecordPath("client"));
        node.Programs.Endpoints.Delete(node.Web);
        Assert.Equal([("warning", $"endpoint {node.Client} (vethclient)"), ("warning", "address 10.22.0.2 on cni0")], Findings(node, ExitStatus.Ok));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Doctor_finds_pins_that_were_removed()
    {
        using var node = new HandmadeNode();
        Bpf.NodePrograms.Remove(node.Bed.Cookie);
        Assert.Equal([("broken", "pins")], Findings(node, ExitStatus.Broken));
    }

    private static long Counter(HandmadeNode node, string name) =>
        Json(node.Bed, ExitStatus.Ok, "counters").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name).GetProperty("packets").GetInt64();

    private static (string?, string?)[] Findings(HandmadeNode node, int exitStatus) =>
    [
        .. Json(node.Bed, exitStatus, "doctor").GetProperty("findings").EnumerateArray()
            .Where(f => f.GetProperty("verdict").GetString() != "ok")
            .Select(f => (f.GetProperty("verdict").GetString(), f.GetProperty("subject").GetString())),
    ];

    private static JsonElement Json(NodeBed bed, int exitStatus, params string[] arguments)
    {
        var dpctl = new Capture();
        int status = dpctl.Run([.. arguments, "--output", "json", "--netns", bed.Host.Path]);
        Assert.True(exitStatus == status, $"exit status {status}: {dpctl.Error}{dpctl.Out}");
        return JsonDocument.Parse(dpctl.Out).RootElement;
    }
}
