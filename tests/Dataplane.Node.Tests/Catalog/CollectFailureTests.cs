using System.Text.Json.Nodes;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Catalog;

/// <summary>GC where something goes wrong, or where the configuration is not what it was at ADD.</summary>
public sealed class CollectFailureTests : IDisposable
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins | Needs.Bpftool;

    // A foreign IPAM plugin that cannot give up what container c1 has, and writes down who asked it for what.
    private const string Ipam = """
        #!/bin/sh
        echo "$CNI_COMMAND $CNI_CONTAINERID" >> "$(dirname "$0")/log"
        case "$CNI_COMMAND $CNI_CONTAINERID" in
        ADD*) echo "{\"cniVersion\": \"1.1.0\", \"ips\": [{\"address\": \"10.1.0.${CNI_CONTAINERID#c}/24\"}]}" ;;
        "DEL c1") echo '{"code": 999, "msg": "the database is locked"}'; exit 1 ;;
        esac
        """;

    private readonly NodeBed _bed = new(pods: 3);
    private readonly PluginRunner _plugins;
    private readonly string _directory;

    public CollectFailureTests()
    {
        _directory = Path.Combine(_bed.Scratch, "bin");
        Directory.CreateDirectory(_directory);
        foreach (string plugin in Directory.EnumerateFiles(OurPlugins.Directory))
        {
            File.CreateSymbolicLink(Path.Combine(_directory, Path.GetFileName(plugin)), plugin);
        }
        WriteIpam(Ipam);
        _plugins = new PluginRunner(_bed.Host, _directory);
    }

    private string[] Records => [.. Directory.EnumerateFiles(Path.Combine(_bed.RunDirectory, "attachments")).Select(static path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    public void Dispose() => _bed.Dispose();

    [NeedsTheory(What), InlineData("bridge"), InlineData("dataplane")]
    public void One_failure_keeps_nothing_else_from_being_collected_and_is_told(string plugin)
    {
        string config = Config(plugin);
        for (int i = 1; i <= 3; i++)
        {
            _plugins.Add(plugin, config, $"c{i}", _bed.Pods[i - 1]).OrThrow();
        }
        File.Delete(Path.Combine(_directory, "log"));

        PluginResult result = Gc(plugin, "[]");

        Assert.Equal((1, 999u), (result.ExitStatus, result.ErrorCode));
        Assert.Equal("1 thing could not be collected: c1:eth0: the database is locked", result.ErrorMessage);
        Assert.Equal(["c1:eth0"], Records);
        // The IPAM plugin is asked to collect, whatever became of the rest.
        Assert.Equal(["DEL c1", "DEL c2", "DEL c3", "GC "], File.ReadAllLines(Path.Combine(_directory, "log")).Order(StringComparer.Ordinal));
        Assert.All(_bed.Pods, static pod => Assert.DoesNotContain("eth0", pod.Ip("link"), StringComparison.Ordinal));

        WriteIpam("#!/bin/sh\nexit 0");
        Gc(plugin, "[]").OrThrow();
        LeakCheck.AssertClean(_bed);
    }

    [NeedsFact(What)]
    public void A_missing_IPAM_plugin_is_told_and_the_devices_go_all_the_same()
    {
        _plugins.Add("bridge", Config("bridge"), "c2", _bed.Pods[0]).OrThrow();
        File.Delete(Path.Combine(_directory, "script"));

        PluginResult result = Gc("bridge", "[]");

        Assert.Contains("2 things could not be collected: c2:eth0: failed to find plugin \"script\" in path [", result.ErrorMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("eth0", _bed.Pods[0].Ip("link"), StringComparison.Ordinal);
        Assert.Equal(["c2:eth0"], Records);
    }

    /// <summary>While a container has a device with an address nobody else may get that address.</summary>
    [NeedsFact(What)]
    public void The_address_of_a_device_that_could_not_be_removed_stays_the_containers()
    {
        string config = $$"""
            {"cniVersion": "1.1.0", "name": "net1", "type": "host-device", "device": "nic7", "ipam": {"type": "host-local", "dataDir": "{{_bed.DataDirectory}}", "subnet": "10.1.0.0/24"},
             "cni.dev/valid-attachments": [] }
            """;
        _bed.Host.Ip("link", "add", "nic7", "type", "veth", "peer", "name", "nic7p");
        _plugins.Add("host-device", config, "c1", _bed.Pods[0]).OrThrow();
        _bed.Host.Ip("link", "add", "nic7", "type", "veth", "peer", "name", "other");

        PluginResult result = _plugins.Run(new PluginCall("host-device", "GC", config));

        Assert.Contains("c1:eth0: failed to move \"eth0\" to host netns: the host has a device \"nic7\" by now: file exists", result.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(["10.1.0.2"], LeaseFacts.Addresses(_bed.DataDirectory));
        _bed.Host.Ip("link", "delete", "nic7");
        _plugins.Run(new PluginCall("host-device", "GC", config)).OrThrow();
        LeakCheck.AssertClean(_bed);
    }

    [NeedsFact(What)]
    public void What_a_plugin_attached_that_the_configuration_does_not_have_any_more_is_collected()
    {
        _plugins.Add("dataplane", Config("dataplane"), "c2", _bed.Pods[0]).OrThrow();
        _plugins.Add("ptp", Config("ptp").Replace("net1", "net2", StringComparison.Ordinal), "c3", _bed.Pods[1]).OrThrow();

        Gc("bridge", "[]").OrThrow();

        Assert.Equal(["c3:eth0"], Records);
    }

    [NeedsTheory(What)]
    [InlineData("""[{"containerID": "c2"}]""", "cni.dev/valid-attachments[0] has no ifname: nothing is collected", 7)]
    [InlineData("""[{"containerID": "c2", "ifname": "eth0"}, {}]""", "cni.dev/valid-attachments[1] has no containerID: nothing is collected", 7)]
    [InlineData("""[null]""", "cni.dev/valid-attachments[0] has no containerID: nothing is collected", 7)]
    [InlineData("""["c2"]""", "json: cannot unmarshal string into Go struct field .cni.dev/valid-attachments of type object", 6)]
    [InlineData("""{}""", "json: cannot unmarshal object into Go struct field .cni.dev/valid-attachments of type array", 6)]
    public void A_list_that_is_wrong_collects_nothing(string valid, string message, int code)
    {
        _plugins.Add("bridge", Config("bridge"), "c2", _bed.Pods[0]).OrThrow();

        PluginResult result = Gc("bridge", valid);

        Assert.Equal((uint)code, result.ErrorCode);
        Assert.EndsWith(message, result.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(["c2:eth0"], Records);
        Assert.Contains("eth0", _bed.Pods[0].Ip("link"), StringComparison.Ordinal);
    }

    /// <summary>libcni gives GC no capabilities' values: ranges that only the runtime knows must not be missed.</summary>
    [NeedsFact(What)]
    public void Ranges_that_only_the_runtime_knows_are_not_missed()
    {
        JsonObject config = JsonNode.Parse($$"""
            {"cniVersion": "1.1.0", "name": "net1", "type": "bridge", "bridge": "br0", "isGateway": true, "capabilities": {"ipRanges": true},
             "ipam": {"type": "host-local", "dataDir": "{{_bed.DataDirectory}}"} }
            """)!.AsObject();
        string without = config.ToJsonString();
        config["runtimeConfig"] = JsonNode.Parse("""{"ipRanges": [[{"subnet": "10.1.0.0/24"}]]}""");
        _plugins.Add("bridge", config.ToJsonString(), "c2", _bed.Pods[0]).OrThrow();
        _plugins.Add("bridge", config.ToJsonString(), "c3", _bed.Pods[1]).OrThrow();

        _plugins.Run(new PluginCall("bridge", "STATUS", without)).OrThrow();
        _plugins.Run(new PluginCall("bridge", "GC", without[..^1] + ""","cni.dev/valid-attachments": [{"containerID": "c3", "ifname": "eth0"}]}""")).OrThrow();
        Assert.Equal(["10.1.0.3"], LeaseFacts.Addresses(_bed.DataDirectory));
        _plugins.Del("bridge", without, "c3", _bed.Pods[1]).OrThrow();
        LeakCheck.AssertClean(_bed);
    }

    [NeedsFact(What)]
    public void Without_flanneld_flannel_collects_by_what_it_kept()
    {
        var at = new CatalogPlace(1, 1, _bed.Scratch);
        CatalogEntry entry = CatalogTable.Of("flannel");
        entry.Prepare(_bed, at);
        new CatalogAttachment(entry, _plugins, at, _bed.Pods[0]).Add();
        File.Delete(Path.Combine(_bed.Scratch, "subnet1.env"));

        CatalogAttachment.Whole(entry, _plugins, at, "GC", []);

        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_bed.Scratch, "flannel")));
        LeakCheck.AssertClean(_bed);
        CatalogAttachment.Whole(entry, _plugins, at, "GC", []);
    }

    private static string Config(string plugin) => $$"""
        {"cniVersion": "1.1.0", "name": "net1", "type": "{{plugin}}", "bridge": "br0", "isGateway": true, "routes": [], "ipam": {"type": "{{(plugin == "ptp" ? "static" : "script")}}",
         "addresses": [{"address": "10.9.0.2/24", "gateway": "10.9.0.1"}]} }
        """;

    private PluginResult Gc(string plugin, string valid) => _plugins.Run(new PluginCall(plugin, "GC", Config(plugin).TrimEnd()[..^1] + $", \"cni.dev/valid-attachments\": {valid} }}"));

    private void WriteIpam(string script)
    {
        string path = Path.Combine(_directory, "script");
        File.WriteAllText(path, script);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
