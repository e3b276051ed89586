using System.Text.Json;
using Dataplane.Abi;
using Dataplane.Cli.Output;
using Dataplane.Engine;
using Dataplane.TestKit;

namespace Dataplane.Cli.Tests;

/// <summary><c>dpctl bandwidth set</c> on a container that the engine limited.</summary>
public sealed class BandwidthSetTests : IDisposable
{
    private readonly HandmadeNode _node = new();

    public BandwidthSetTests() => Limit("web", _node.Bed.Pods[0]);

    public void Dispose() => _node.Dispose();

    [NeedsFact(Needs.Namespaces)]
    public void What_is_named_changes_and_the_rest_stays()
    {
        Assert.Equal([("ingress", 10_000_000ul, "kept"), ("egress", 20_000_000ul, "kept")], Rows(Json(ExitStatus.Ok, "bandwidth")));
        Assert.Empty(Findings(ExitStatus.Ok));

        JsonElement after = Json(ExitStatus.Ok, "bandwidth", "set", "web", "--ingress-rate", "50M");
        Assert.Equal([("ingress", 50_000_000ul, "kept"), ("egress", 20_000_000ul, "kept")], Rows(after));
        Assert.Equal([5_000_000ul, 2_000_000ul], after.EnumerateArray().Select(r => r.GetProperty("burstBits").GetUInt64()));
        Assert.Contains("rate 50Mbit", Qdiscs(_node.Bed.Host, "vethweb"), StringComparison.Ordinal);
        Assert.Contains("rate 20Mbit", Qdiscs(_node.Bed.Pods[0], "eth0"), StringComparison.Ordinal);

        after = Json(ExitStatus.Ok, "bandwidth", "set", "10.22.0.2", "--ifname", "eth0", "--egress-rate", "1.5G", "--egress-burst", "20Mbit", "--ingress-burst", "8M");
        Assert.Equal([("ingress", 50_000_000ul, "kept"), ("egress", 1_500_000_000ul, "kept")], Rows(after));
        Assert.Equal([8_000_000ul, 20_000_000ul], after.EnumerateArray().Select(r => r.GetProperty("burstBits").GetUInt64()));
        Assert.Equal(Rows(after), Rows(Json(ExitStatus.Ok, "bandwidth")));
        Assert.Empty(Findings(ExitStatus.Ok));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_direction_loses_its_limit_and_gets_one_again()
    {
        Assert.Equal([("ingress", 10_000_000ul, "kept")], Rows(Json(ExitStatus.Ok, "bandwidth", "set", "vethweb", "--egress-rate", "none")));
        Assert.DoesNotContain("tbf", Qdiscs(_node.Bed.Pods[0], "eth0"), StringComparison.Ordinal);
        Assert.Equal(EndpointFlags.Queued, _node.Endpoint(_node.Web).Flags & (EndpointFlags.Queued | EndpointFlags.Guard));
        Assert.Empty(Findings(ExitStatus.Ok));

        Assert.Empty(Json(ExitStatus.Ok, "bandwidth", "set", "web", "--ingress-rate", "0").EnumerateArray());
        Assert.Equal(default, _node.Endpoint(_node.Web).Flags & (EndpointFlags.Queued | EndpointFlags.Guard));
        Assert.Empty(Findings(ExitStatus.Ok));

        Assert.Equal([("egress", 30_000_000ul, "kept")], Rows(Json(ExitStatus.Ok, "bandwidth", "set", "web", "--egress-rate", "30M")));
        Assert.Empty(Findings(ExitStatus.Ok));
    }

    [NeedsFact(Needs.Namespaces)]
    public void What_somebody_took_away_comes_back()
    {
        _node.Bed.Host.Exec("tc", "qdisc", "delete", "dev", "vethweb", "root").OrThrow();
        _node.Bed.Pods[0].Exec("tc", "qdisc", "delete", "dev", "eth0", "root").OrThrow();
        _node.Flag(_node.Web, EndpointFlags.Queued, on: false);
        Assert.Equal([("broken", "vethweb ingress"), ("warning", "vethweb egress")], Findings(ExitStatus.Broken));

        // As doctor says.
        _ = Json(ExitStatus.Ok, "bandwidth", "set", "web", "--ingress-rate", "10M");
        Assert.Empty(Findings(ExitStatus.Ok));
    }

    [NeedsFact(Needs.Namespaces)]
    public void What_cannot_be_set_is_said_and_nothing_changes()
    {
        var dpctl = new Capture();
        Assert.Equal(ExitStatus.Broken, dpctl.Run("bandwidth", "set", "client", "--ingress-rate", "10M", "--netns", _node.Bed.Host.Path));
        Assert.Contains("client:eth0 has no limits that could be changed", dpctl.Error, StringComparison.Ordinal);
        Assert.Empty(dpctl.Out);

        dpctl = new Capture();
        Assert.Equal(ExitStatus.Usage, dpctl.Run("bandwidth", "set", "web", "--ifname", "net1", "--ingress-rate", "10M", "--netns", _node.Bed.Host.Path));
        Assert.Contains("'web' has no interface net1: it has eth0", dpctl.Error, StringComparison.Ordinal);
        Assert.Equal([("ingress", 10_000_000ul, "kept"), ("egress", 20_000_000ul, "kept")], Rows(Json(ExitStatus.Ok, "bandwidth")));
    }

    private void Limit(string container, TestNamespace pod) => _node.Bed.Host.Run(() =>
    {
        using var node = Node.Open();
        using PendingAttachment<Shaper>? pending = new Bandwidth(node, new TerminalLog(new Capture().Terminal)).Add(new BandwidthRequest
        {
            Id = new AttachmentId(container, "eth0"),
            Network = "handmade",
            NetnsPath = pod.Path,
            Ingress = new BandwidthLimit(10_000_000, 1_000_000),
            Egress = new BandwidthLimit(20_000_000, 2_000_000),
            Shaper = ShaperChoice.Tbf,
        });
        pending!.Journal.Complete();
    });

    private static string Qdiscs(TestNamespace where, string device) => where.Exec("tc", "qdisc", "show", "dev", device).OrThrow().StdoutText;

    private static (string?, ulong, string?)[] Rows(JsonElement rows) =>
        [.. rows.EnumerateArray().Select(r => (r.GetProperty("direction").GetString(), r.GetProperty("rateBits").GetUInt64(), r.GetProperty("state").GetString()))];

    private (string?, string?)[] Findings(int exitStatus) =>
    [
        .. Json(exitStatus, "doctor").GetProperty("findings").EnumerateArray().Where(f => f.GetProperty("verdict").GetString() != "ok")
            .Select(f => (f.GetProperty("verdict").GetString(), f.GetProperty("subject").GetString())),
    ];

    private JsonElement Json(int exitStatus, params string[] arguments)
    {
        var dpctl = new Capture();
        int status = dpctl.Run([.. arguments, "--output", "json", "--netns", _node.Bed.Host.Path]);
        Assert.True(exitStatus == status, $"exit status {status}: {dpctl.Error}{dpctl.Out}");
        return JsonDocument.Parse(dpctl.Out).RootElement;
    }
}
