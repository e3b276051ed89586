using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Catalog;

/// <summary>STATUS of every plugin: that an ADD could be served, and each cause that it could not. docs/operating.md has the table.</summary>
public sealed class StatusTests : IDisposable
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins | Needs.Bpftool;
    private const uint NotAvailable = 50, Limited = 51;
    private const string NoBpf = "exec setpriv --bounding-set -bpf,-sys_admin ";
    private const string NoBpffs = "mount -t tmpfs -o ro tmpfs /sys/fs; exec ";
    private const string ReadOnlySysctls = "mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys; exec ";

    private readonly NodeBed _bed = new(pods: 1);

    public static TheoryData<string> Plugins => [.. CatalogTable.All.Select(static entry => entry.Plugin)];

    public void Dispose() => _bed.Dispose();

    /// <summary>On this kernel it tells the truth either way.</summary>
    [NeedsTheory(What), MemberData(nameof(Plugins))]
    public void A_node_that_has_all_there_is_serves(string plugin)
    {
        CatalogEntry entry = CatalogTable.Of(plugin);
        string? missing = entry.Plugin is "bandwidth" or "dataplane" ? null : Probe.Missing(entry.Needs);

        PluginResult result = Status(plugin, Config(entry));

        Assert.Equal(missing is null ? null : NotAvailable, result.ErrorCode);
        Assert.Equal(missing is null ? 0 : 1, result.ExitStatus);
    }

    [NeedsTheory(What)]
    [InlineData("bridge", NoBpf)]
    [InlineData("bridge", NoBpffs)]
    [InlineData("ptp", NoBpf)]
    [InlineData("ptp", NoBpffs)]
    [InlineData("dataplane", NoBpf)]
    [InlineData("dataplane", NoBpffs)]
    [InlineData("portmap", NoBpf)]
    [InlineData("portmap", NoBpffs)]
    [InlineData("bandwidth", NoBpf)]
    [InlineData("bandwidth", NoBpffs)]
    [InlineData("flannel", NoBpf)]
    public void Programs_that_cannot_be_loaded_or_pinned_are_missed(string plugin, string prepare)
    {
        PluginResult result = Status(plugin, Config(CatalogTable.Of(plugin)), prepare);

        Assert.Equal(NotAvailable, result.ErrorCode);
        Assert.Contains("the node's programs cannot be loaded", result.ErrorMessage, StringComparison.Ordinal);
    }

    [NeedsTheory(What)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    [InlineData("dataplane")]
    [InlineData("macvlan", Needs.Macvlan)]
    [InlineData("tap", Needs.Tun)]
    [InlineData("host-device")]
    [InlineData("flannel")]
    public void An_IPAM_plugin_that_is_not_installed_is_missed(string plugin, Needs needs = 0)
    {
        if (Probe.Missing(needs) is null)
        {
            JsonNode config = JsonNode.Parse(Config(CatalogTable.Of(plugin)))!;
            config["ipam"]!["type"] = "nobody";

            AssertSays(NotAvailable, "failed to find plugin \"nobody\" in path [", Status(plugin, config.ToJsonString()));
        }
    }

    /// <summary>Also on a kernel that has not got the kind: it is the configuration that is wrong.</summary>
    [NeedsTheory(What), InlineData("vlan"), InlineData("dummy"), InlineData("ptp")]
    public void A_plugin_that_cannot_do_without_IPAM_misses_it(string plugin)
    {
        PluginResult result = Status(plugin, $$"""{"cniVersion": "1.1.0", "name": "net1", "type": "{{plugin}}", "master": "up0", "vlanId": 5}""");

        Assert.Equal((1, "no plugin name provided"), (result.ExitStatus, result.ErrorMessage));
    }

    [NeedsTheory(What), InlineData("ipvlan", Needs.Ipvlan), InlineData("macvlan", Needs.Macvlan), InlineData("tap", Needs.Tun), InlineData("bridge")]
    public void One_that_can_does_not(string plugin, Needs needs = 0)
    {
        if (Probe.Missing(needs) is null)
        {
            Assert.Equal(0, Status(plugin, $$"""{"cniVersion": "1.1.0", "name": "net1", "type": "{{plugin}}", "master": "lo"}""", "ip link set lo up; exec ").ExitStatus);
        }
    }

    [NeedsTheory(What)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    [InlineData("dataplane")]
    [InlineData("macvlan", Needs.Macvlan)]
    [InlineData("tap", Needs.Tun)]
    [InlineData("host-device")]
    [InlineData("flannel")]
    [InlineData("host-local")]
    public void A_pool_without_an_address_is_told_by_whoever_delegates(string plugin, Needs needs = 0)
    {
        if (Probe.Missing(needs) is not null)
        {
            return;
        }
        JsonNode config = JsonNode.Parse(Config(CatalogTable.Of(plugin)))!;
        if (plugin == "flannel")
        {
            File.WriteAllText(Path.Combine(_bed.Scratch, "subnet1.env"), "FLANNEL_NETWORK=10.1.0.0/16\nFLANNEL_SUBNET=10.1.0.1/30\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n");
        }
        else
        {
            config["ipam"]!["ranges"] = JsonNode.Parse("""[[{"subnet": "10.1.0.0/30"}]]""");
        }
        Assert.Equal(0, Status(plugin, config.ToJsonString()).ExitStatus);
        Directory.CreateDirectory(Path.Combine(_bed.DataDirectory, "net1"));
        File.WriteAllText(Path.Combine(_bed.DataDirectory, "net1", "10.1.0.2"), "other\r\neth0");

        AssertSays(NotAvailable, "network \"net1\" has no address left in ", Status(plugin, config.ToJsonString()));
    }

    [NeedsFact(What | Needs.Macvlan)]
    public void A_master_that_is_gone_or_down_cuts_off_those_who_are_attached()
    {
        string config = Config(CatalogTable.Of("macvlan"));
        _bed.Host.Ip("link", "set", "up1", "down");
        AssertSays(Limited, "master \"up1\" is down", Status("macvlan", config));
        _bed.Host.Ip("link", "delete", "up1");
        AssertSays(Limited, "failed to lookup master \"up1\": Link not found", Status("macvlan", config));
        AssertSays(NotAvailable, "no default route interface found", Status("macvlan", config.Replace("\"master\":\"up1\",", "", StringComparison.Ordinal)));
    }

    [NeedsTheory(What)]
    [InlineData("exec ")]
    [InlineData("mount -t tmpfs -o ro tmpfs $SCRATCH/networks; exec ")]
    [InlineData("mount -t tmpfs tmpfs $SCRATCH/networks; mkdir $SCRATCH/networks/net1; mount -o remount,ro $SCRATCH/networks; exec ")]
    public void Leases_that_cannot_be_written_are_missed(string prepare)
    {
        if (prepare == "exec ")
        {
            File.WriteAllText(_bed.DataDirectory, "");
        }
        else
        {
            Directory.CreateDirectory(_bed.DataDirectory);
        }

        AssertSays(NotAvailable, $"write to {_bed.DataDirectory}", Status("host-local", Config(CatalogTable.Of("host-local")), prepare));
    }

    [NeedsFact(What)]
    public void Files_that_are_missing_are_missed()
    {
        JsonNode config = JsonNode.Parse(Config(CatalogTable.Of("host-local")))!;
        config["ipam"]!["resolvConf"] = "/nowhere/resolv.conf";
        AssertSays(NotAvailable, "/nowhere/resolv.conf", Status("host-local", config.ToJsonString()));

        string flannel = Config(CatalogTable.Of("flannel"));
        AssertSays(NotAvailable, "failed to find plugin \"nobody\"", Status("flannel", flannel.Replace("\"bridge\":\"br1\"", "\"type\":\"nobody\"", StringComparison.Ordinal)));
        File.Delete(Path.Combine(_bed.Scratch, "subnet1.env"));
        AssertSays(NotAvailable, "subnet1.env: no such file or directory", Status("flannel", flannel));

        string debug = Config(CatalogTable.Of("debug"));
        AssertSays(NotAvailable, "/nowhere/calls", Status("debug", debug.Replace($"{_bed.Scratch}/calls.log", "/nowhere/calls", StringComparison.Ordinal)));
    }

    [NeedsTheory(What), InlineData("tuning"), InlineData("dataplane")]
    public void Sysctls_that_cannot_be_written_are_missed(string plugin) =>
        AssertSays(NotAvailable, "write to /proc/sys/net/ipv4/ip_forward: ", Status(plugin, Config(CatalogTable.Of(plugin)), ReadOnlySysctls));

    private static void AssertSays(uint code, string message, PluginResult result)
    {
        Assert.Equal((1, code), (result.ExitStatus, result.ErrorCode));
        Assert.Contains(message, result.ErrorMessage, StringComparison.Ordinal);
    }

    // The plugin's own configuration, as libcni gives it for STATUS.
    private string Config(CatalogEntry entry)
    {
        var at = new CatalogPlace(1, 1, _bed.Scratch);
        if (Probe.Missing(entry.Needs) is null)
        {
            entry.Prepare(_bed, at);
        }
        JsonObject config = entry.Chain(at).Select(static text => JsonNode.Parse(text)!.AsObject())
            .Single(plugin => plugin["type"]!.GetValue<string>() == entry.Plugin || entry.Plugin == "static");
        config["cniVersion"] = "1.1.0";
        config["name"] = at.Name;
        config.Remove("runtimeConfig");
        return config.ToJsonString();
    }

    // In a mount namespace of its own, which a script may change first.
    private PluginResult Status(string plugin, string config, string prepare = "exec ")
    {
        prepare = prepare.Replace("$SCRATCH", _bed.Scratch, StringComparison.Ordinal);
        using Process process = Tool.Start(
            "/usr/bin/nsenter",
            [$"--net={_bed.Host.Path}", "/usr/bin/unshare", "--mount", "/bin/sh", "-c", $"set -e; {prepare} \"$0\"", Path.Combine(OurPlugins.Directory, plugin)],
            new Dictionary<string, string> { ["CNI_COMMAND"] = "STATUS", ["CNI_PATH"] = OurPlugins.Directory, ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin" });
        ToolResult result = Tool.Finish(process, Encoding.UTF8.GetBytes(config));
        return new PluginResult(new PluginCall(plugin, "STATUS", config), result.ExitStatus, result.Stdout, result.Stderr);
    }
}
