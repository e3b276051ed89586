using System.Net;
using System.Text.Json;
using Dataplane.Abi;
using Dataplane.Cli.Output;
using Dataplane.Netlink;
using Dataplane.TestKit;

namespace Dataplane.Cli.Tests;

/// <summary>dpctl on a real node whose limits were written by hand: real maps, qdiscs and packets.</summary>
public sealed class BandwidthTests : IDisposable
{
    private const ulong Rate = 1_250_000; // bytes a second: 10 Mbit/s

    private readonly HandmadeNode _node = new();

    public void Dispose() => _node.Dispose();

    [NeedsFact(Needs.Namespaces | Needs.Ping)]
    public void Limits_are_shown_with_the_figures_of_their_queues()
    {
        LimitWeb();
        _node.Bed.Pods[1].Exec("ping", "-c", "5", "-i", "0.02", "-s", "1000", "-W", "2", "10.22.0.2").OrThrow();

        JsonElement[] rows = [.. Json(ExitStatus.Ok, "bandwidth").EnumerateArray()];
        Assert.Equal(["ingress", "egress"], rows.Select(r => Text(r, "direction")));
        Assert.All(rows, r =>
        {
            Assert.Equal(("vethweb", "web", "eth0", "handmade", "tbf", "kept", "tbf"), (Text(r, "device"), Text(r, "containerId"), Text(r, "ifname"), Text(r, "network"), Text(r, "engine"), Text(r, "state"), Text(r, "qdisc")));
            Assert.Equal((10_000_000ul, 1_000_000ul), (Number(r, "rateBits"), Number(r, "burstBits")));
            // Echo requests and their answers, and whatever else wants to know who is there.
            Assert.InRange(Number(r, "passedPackets"), 5ul, 50ul);
            Assert.InRange(Number(r, "passedBytes"), 5ul * 1042, 50ul * 1042);
            Assert.Equal((0ul, 0ul, 0ul, 0ul), (Number(r, "marked"), Number(r, "dropped"), Number(r, "guarded"), Number(r, "backlogPackets")));
        });

        foreach (string pod in (string[])["web", "we", "vethweb", "10.22.0.2"])
        {
            Assert.Equal(2, Json(ExitStatus.Ok, "bandwidth", "--pod", pod).GetArrayLength());
        }

        Assert.Empty(Json(ExitStatus.Ok, "bandwidth", "--pod", "client").EnumerateArray());
        var dpctl = new Capture();
        Assert.Equal(ExitStatus.Usage, dpctl.Run("bandwidth", "--pod", "10.22.0.77", "--netns", _node.Bed.Host.Path));
        Assert.Contains("no endpoint is, or belongs to, '10.22.0.77'", dpctl.Error, StringComparison.Ordinal);

        JsonElement summary = Json(ExitStatus.Ok, "status").GetProperty("bandwidth");
        Assert.Equal((1, 1, 0, 2), (summary.GetProperty("ingress").GetInt32(), summary.GetProperty("egress").GetInt32(), summary.GetProperty("edt").GetInt32(), summary.GetProperty("tbf").GetInt32()));
        JsonElement web = Json(ExitStatus.Ok, "endpoints").EnumerateArray().Single(e => Text(e, "device") == "vethweb");
        Assert.Equal(["queued", "guard"], web.GetProperty("flags").EnumerateArray().Select(f => f.GetString()));
    }

    [NeedsFact(Needs.Namespaces)]
    public void What_waits_now_is_shown()
    {
        LimitWeb();
        // Multicast reports of IPv6 would wait among the datagrams.
        foreach (TestNamespace ns in (TestNamespace[])[_node.Bed.Host, .. _node.Bed.Pods])
        {
            ns.Run(() => Sysctl.Write("1", "net", "ipv6", "conf", "all", "disable_ipv6"));
        }

        // A kilobyte a second, and more than that at once: what does not pass at once waits for minutes.
        _node.Bed.Host.Exec("tc", "qdisc", "replace", "dev", "vethweb", "root", "tbf", "rate", "8kbit", "burst", "1600", "limit", "60000").OrThrow();
        _node.Bed.Pods[0].Exec("ip", "neighbour", "replace", "10.22.0.3", "lladdr", "02:00:00:00:00:03", "dev", "eth0").OrThrow();
        _node.Bed.Pods[1].Run(() =>
        {
            using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Udp);
            for (int i = 0; i < 20; i++)
            {
                socket.SendTo(new byte[1000], new IPEndPoint(IPAddress.Parse("10.22.0.2"), 9));
            }
        });

        JsonElement row = Json(ExitStatus.Ok, "bandwidth").EnumerateArray().First();
        Assert.Equal("differs", Text(row, "state"));
        Assert.InRange(Number(row, "backlogPackets"), 10ul, 20ul);
        Assert.InRange(Number(row, "backlogBytes"), 10ul * 1042, 20ul * 1042);
        Assert.InRange(Number(row, "delayed"), 1ul, ulong.MaxValue);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Doctor_finds_queues_that_are_gone()
    {
        LimitWeb();
        Assert.Empty(Findings(ExitStatus.Ok));

        _node.Bed.Pods[0].Exec("tc", "qdisc", "delete", "dev", "eth0", "root").OrThrow();
        Assert.Equal([("warning", "vethweb egress")], Findings(ExitStatus.Ok));
        _node.Bed.Host.Exec("tc", "qdisc", "delete", "dev", "vethweb", "root").OrThrow();
        Assert.Equal([("broken", "vethweb ingress"), ("warning", "vethweb egress")], Findings(ExitStatus.Broken));
        Assert.Equal(["noqueue", "noqueue"], Json(ExitStatus.Ok, "bandwidth").EnumerateArray().Select(r => Text(r, "qdisc")));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Doctor_finds_flags_and_rows_that_are_gone()
    {
        LimitWeb();
        _node.Flag(_node.Web, EndpointFlags.Queued, on: false);
        Assert.Equal([("broken", "vethweb ingress")], Findings(ExitStatus.Broken));
        _node.Flag(_node.Web, EndpointFlags.Queued);

        _node.AddLimit(_node.Client, LimitDirection.Egress, Rate, generation: 77);
        _node.Programs.LimitStates.Update(new LimitKey { Ifindex = 4711 }, default);
        Assert.Equal([("warning", "rows")], Findings(ExitStatus.Ok));
        JsonElement dead = Json(ExitStatus.Ok, "bandwidth").EnumerateArray().Single(r => Number(r, "ifindex") == _node.Client);
        Assert.Equal(("dead", "", ""), (Text(dead, "state"), Text(dead, "device"), Text(dead, "qdisc")));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_limit_for_some_peers_is_seen_by_its_program_and_counted_in_its_class()
    {
        AddHtb(_node.Bed.Pods[0], "eth0");
        _node.AddLimit(_node.Web, LimitDirection.Egress, Rate, LimitFlags.Unshaped);
        _node.Flag(_node.Web, EndpointFlags.Guard);
        _node.Programs.LimitSubnets.Update(
            new ExclusionKey { PrefixLength = 32 + 96 + 8, Ifindex = _node.Web, Address = Bytes16.From(IPAddress.Parse("10.0.0.0").MapToIPv6().GetAddressBytes()) },
            _node.Endpoint(_node.Web).Generation);
        Assert.Equal([("warning", "vethweb egress")], Findings(ExitStatus.Ok));
        Assert.Equal("unseen", Text(Json(ExitStatus.Ok, "bandwidth")[0], "state"));

        _node.AddPodLimit(_node.Bed.Pods[0], _node.Web);
        Assert.Empty(Findings(ExitStatus.Ok));
        JsonElement row = Json(ExitStatus.Ok, "bandwidth")[0];
        Assert.Equal(("tbf", "kept", "htb", "pod_limit"), (Text(row, "engine"), Text(row, "state"), Text(row, "qdisc"), Text(row, "program")));
        Assert.Equal(["10.0.0.0/8"], row.GetProperty("unshapedSubnets").EnumerateArray().Select(s => s.GetString()));
        Assert.Equal(1, Json(ExitStatus.Ok, "status").GetProperty("programs").EnumerateArray().Single(p => Text(p, "name") == "pod_limit").GetProperty("attachedTo").GetInt32());
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_container_whose_namespace_is_not_there_is_unknown()
    {
        LimitWeb();
        File.WriteAllText(_node.RecordPath("web"), File.ReadAllText(_node.RecordPath("web")).Replace(_node.Bed.Pods[0].Path, "/run/netns/nobody", StringComparison.Ordinal));
        Assert.Equal(["kept", "unknown"], Json(ExitStatus.Ok, "bandwidth").EnumerateArray().Select(r => Text(r, "state")));

        // Somebody else's namespace, whose device has another peer.
        File.WriteAllText(_node.RecordPath("web"), File.ReadAllText(_node.RecordPath("web")).Replace("/run/netns/nobody", _node.Bed.Pods[1].Path, StringComparison.Ordinal));
        Assert.Equal([("warning", "vethweb egress")], Findings(ExitStatus.Ok));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_container_without_a_record_of_limits_cannot_be_set()
    {
        var dpctl = new Capture();
        Assert.Equal(ExitStatus.Broken, dpctl.Run("bandwidth", "set", "web", "--ingress-rate", "10M", "--netns", _node.Bed.Host.Path));
        Assert.StartsWith("dpctl: ", dpctl.Error, StringComparison.Ordinal);
        Assert.Empty(_node.Programs.Limits.Entries());

        dpctl = new Capture();
        Assert.Equal(ExitStatus.Usage, dpctl.Run("bandwidth", "set", "web", "--ingress-burst", "10M", "--netns", _node.Bed.Host.Path));
        Assert.Contains("there is no ingress limit that --ingress-burst could be of", dpctl.Error, StringComparison.Ordinal);
    }

    // Both ways, by a token bucket, as the plugin leaves it.
    private void LimitWeb()
    {
        HandmadeLimits.AddBucket(_node.Bed.Host, "vethweb", 10);
        HandmadeLimits.AddBucket(_node.Bed.Pods[0], "eth0", 10);
        _node.AddLimit(_node.Web, LimitDirection.Ingress, Rate);
        _node.AddLimit(_node.Web, LimitDirection.Egress, Rate);
        _node.Flag(_node.Web, EndpointFlags.Queued | EndpointFlags.Guard);
    }

    private static void AddHtb(TestNamespace where, string device)
    {
        where.Exec("tc", "qdisc", "replace", "dev", device, "root", "handle", "1:", "htb", "default", "1").OrThrow();
        where.Exec("tc", "class", "add", "dev", device, "parent", "1:", "classid", "1:1", "htb", "rate", "10mbit").OrThrow();
        where.Exec("tc", "qdisc", "add", "dev", device, "parent", "1:1", "bfifo", "limit", "100000").OrThrow();
    }

    private (string Verdict, string Subject)[] Findings(int exitStatus) =>
    [
        .. Json(exitStatus, "doctor").GetProperty("findings").EnumerateArray().Where(f => Text(f, "verdict") != "ok").Select(f => (Text(f, "verdict"), Text(f, "subject"))),
    ];

    private static string Text(JsonElement row, string field) => row.GetProperty(field).GetString()!;

    private static ulong Number(JsonElement row, string field) => row.GetProperty(field).GetUInt64();

    private JsonElement Json(int exitStatus, params string[] arguments)
    {
        var dpctl = new Capture();
        int status = dpctl.Run([.. arguments, "--output", "json", "--netns", _node.Bed.Host.Path]);
        Assert.True(exitStatus == status, $"exit status {status}: {dpctl.Error}{dpctl.Out}");
        return JsonDocument.Parse(dpctl.Out).RootElement;
    }
}
