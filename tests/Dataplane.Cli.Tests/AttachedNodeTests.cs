using System.Text.Json;
using Dataplane.TestKit;

namespace Dataplane.Cli.Tests;

/// <summary>The installed dpctl on a node whose containers the installed plugins attached.</summary>
public sealed class AttachedNodeTests : IDisposable
{
    private static readonly string s_dpctl = Path.Combine(OurPlugins.Directory, "../../bin/dpctl");

    private readonly NodeBed _bed = new(pods: 3);
    private readonly PluginRunner _plugins;

    public AttachedNodeTests() => _plugins = new PluginRunner(_bed.Host, OurPlugins.Directory);

    public void Dispose() => _bed.Dispose();

    [NeedsFact(Needs.Namespaces | Needs.OurPlugins)]
    public void What_the_plugins_attached_is_shown_and_in_order()
    {
        string bridge = Config("bridge", "10.60.0.0/24", "fd60::/64", "\"bridge\": \"cni0\", \"isGateway\": true, \"macspoofchk\": true, ");
        string ptp = Config("ptp", "10.61.0.0/24", "fd61::/64", "\"dataplane\": {\"fastPath\": \"off\"}, ");
        _plugins.Add("bridge", bridge, "web", _bed.Pods[0]).OrThrow();
        _plugins.Add("bridge", bridge, "client", _bed.Pods[1]).OrThrow();
        _plugins.Add("ptp", ptp, "left", _bed.Pods[2], "net1").OrThrow();

        JsonElement[] rows = [.. Json("endpoints").EnumerateArray()];
        Assert.Equal(["client", "left", "web"], rows.Select(r => Text(r, "containerId")).Order());
        JsonElement web = rows.Single(r => Text(r, "containerId") == "web");
        Assert.Equal(("bridge", "bridge-net", "eth0", "l2", "cni0"), (Text(web, "plugin"), Text(web, "network"), Text(web, "ifname"), Text(web, "mode"), Text(web, "domain")));
        Assert.Equal(["10.60.0.2", "fd60::2"], Texts(web, "addresses"));
        Assert.Equal(["mac_check"], Texts(web, "flags"));
        Assert.Equal(_bed.Pods[0].Ip("-br", "link", "show", "eth0").Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], Text(web, "mac"));

        JsonElement left = rows.Single(r => Text(r, "containerId") == "left");
        Assert.Equal(("ptp", "ptp-net", "net1", "l3"), (Text(left, "plugin"), Text(left, "network"), Text(left, "ifname"), Text(left, "mode")));
        Assert.Equal(Text(left, "device"), Text(left, "domain"));
        Assert.Equal(["fastpath_off"], Texts(left, "flags"));

        JsonElement status = Json("status");
        Assert.Equal(("partly", 1, 3), (Text(status, "fastPath"), status.GetProperty("fastPathOffEndpoints").GetInt32(), status.GetProperty("endpoints").GetInt32()));
        Assert.All(status.GetProperty("programs").EnumerateArray().Where(p => Text(p, "name").EndsWith("_pod", StringComparison.Ordinal)), p => Assert.Equal(3, p.GetProperty("attachedTo").GetInt32()));
        // On the network's own domain, and on any.
        Assert.Equal(12, status.GetProperty("maps").EnumerateArray().Single(m => Text(m, "name") == "addresses").GetProperty("entries").GetInt32());
        Assert.Empty(Complaints());

        // The operator turned forwarding off: what was attached as routed does not work any more.
        _bed.Host.SetSysctl("net/ipv4/ip_forward", "0");
        ToolResult sick = Dpctl("doctor");
        Assert.Equal(1, sick.ExitStatus);
        Assert.Matches("(?m)^broken +sysctl +net.ipv4.ip_forward +is 0, but 3 endpoints are routed: ", sick.StdoutText);
        _bed.Host.SetSysctl("net/ipv4/ip_forward", "1");

        _plugins.Del("bridge", bridge, "web", _bed.Pods[0]).OrThrow();
        _plugins.Del("bridge", bridge, "client", _bed.Pods[1]).OrThrow();
        _plugins.Del("ptp", ptp, "left", _bed.Pods[2], "net1").OrThrow();
        Assert.Empty(Json("endpoints").EnumerateArray());
        Assert.Empty(Complaints());
    }

    [NeedsFact(Needs.Namespaces | Needs.OurPlugins)]
    public void A_pod_whose_host_device_was_deleted_is_found_until_DEL()
    {
        string bridge = Config("bridge", "10.62.0.0/24", "fd62::/64", "\"bridge\": \"cni0\", ");
        _plugins.Add("bridge", bridge, "web", _bed.Pods[0]).OrThrow();
        string device = Text(Json("endpoints")[0], "device");
        _bed.Host.Ip("link", "delete", device);
        Assert.Equal(2, Complaints().Length);

        _plugins.Del("bridge", bridge, "web", _bed.Pods[0]).OrThrow();
        Assert.Empty(Complaints());
    }

    [NeedsTheory(Needs.Namespaces | Needs.OurPlugins)]
    [InlineData(false)]
    [InlineData(true)]
    public void A_container_that_the_plugins_limited_is_shown_set_and_forgotten(bool allInOne)
    {
        string ipam = $$$""" "ipam": {"type": "host-local", "dataDir": "{{{_bed.DataDirectory}}}", "subnet": "10.63.0.0/24"}""";
        const string Limits = """ "ingressRate": 10000000, "ingressBurst": 1000000, "egressRate": 20000000, "egressBurst": 2147483647, "dataplane": {"shaper": "tbf"}""";
        string[] plugins = allInOne
            ? [$$"""{"type": "dataplane", "mode": "ptp", {{ipam}}, {{Limits}} }"""]
            : [$$"""{"type": "ptp", {{ipam}} }""", $$"""{"type": "bandwidth", {{Limits}} }"""];
        var chain = new PluginChain(_plugins, "limited", plugins);
        byte[] added = chain.Add("web", _bed.Pods[0], []).Stdout;
        Assert.Equal(["ingress 10000000 1000000 tbf kept", "egress 20000000 2000000 tbf kept"], LimitsOf(Json("bandwidth")));
        Assert.Empty(Complaints());

        Assert.Equal(["ingress 50000000 5000000 tbf kept", "egress 20000000 2000000 tbf kept"], LimitsOf(Json("bandwidth", "set", "web", "--ingress-rate", "50M")));
        chain.Check("web", _bed.Pods[0], [], added);
        Assert.Empty(Complaints());
        ToolResult wrong = Dpctl("bandwidth", "set", "web", "--ingress-rate", "50MB");
        Assert.Equal(2, wrong.ExitStatus);
        Assert.Contains("--ingress-rate takes bits like 100M", wrong.StderrText, StringComparison.Ordinal);

        chain.Delete("web", _bed.Pods[0], [], added);
        Assert.Empty(Json("bandwidth").EnumerateArray());
        Assert.Empty(Complaints());
    }

    [NeedsFact(Needs.Namespaces | Needs.OurPlugins)]
    public void Without_root_it_says_what_it_takes()
    {
        ToolResult result = Tool.Run("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", s_dpctl, "status");
        Assert.Equal(4, result.ExitStatus);
        Assert.Empty(result.StdoutText);
        Assert.Contains("takes root", result.StderrText, StringComparison.Ordinal);
    }

    private string Config(string plugin, string subnet4, string subnet6, string fields) => $$$"""
        {"cniVersion": "1.0.0", "name": "{{{plugin}}}-net", "type": "{{{plugin}}}", {{{fields}}}
         "ipam": {"type": "host-local", "dataDir": "{{{_bed.DataDirectory}}}", "ranges": [[{"subnet": "{{{subnet4}}}"}], [{"subnet": "{{{subnet6}}}"}]], "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]}}
        """;

    private string[] Complaints() =>
        [.. Json("doctor").GetProperty("findings").EnumerateArray().Where(f => Text(f, "verdict") != "ok").Select(f => f.ToString())];

    // As an operator does it: inside the node.
    private ToolResult Dpctl(params string[] arguments) => _bed.Host.Exec(s_dpctl, arguments);

    private JsonElement Json(params string[] arguments)
    {
        ToolResult result = Dpctl([.. arguments, "-o", "json"]).OrThrow();
        Assert.Empty(result.StderrText);
        return JsonDocument.Parse(result.StdoutText).RootElement;
    }

    private static string Text(JsonElement row, string field) => row.GetProperty(field).GetString()!;

    private static string[] LimitsOf(JsonElement rows) =>
        [.. rows.EnumerateArray().Select(r => $"{Text(r, "direction")} {r.GetProperty("rateBits")} {r.GetProperty("burstBits")} {Text(r, "engine")} {Text(r, "state")}")];

    private static string[] Texts(JsonElement row, string field) => [.. row.GetProperty(field).EnumerateArray().Select(t => t.GetString()!)];
}
