using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Dataplane.Bpf;
using Dataplane.Cli.Output;
using Dataplane.TestKit;

namespace Dataplane.Cli.Tests;

/// <summary><c>dpctl unload</c> on a node whose containers the installed plugins attached and deleted.</summary>
public sealed class UnloadTests : IDisposable
{
    private const Needs All = Needs.Namespaces | Needs.OurPlugins | Needs.Bpftool | Needs.Ping;
    private static readonly PortMapping[] s_ports = [new(8080, 80, "tcp")];
    private static readonly IPAddress s_outside = IPAddress.Parse("198.51.100.2");

    private readonly NodeBed _bed = new(pods: 2);
    private readonly PluginChain _chain;

    public UnloadTests()
    {
        // Outside answers the node's address alone.
        _bed.AddOutside("up0", "198.51.100.1/24", "198.51.100.2/24");
        string ptp = $$$"""
            {"type": "ptp", "ipMasq": true, "ipam": {"type": "host-local", "dataDir": "{{{_bed.DataDirectory}}}", "subnet": "10.64.0.0/24", "routes": [{"dst": "0.0.0.0/0"}]} }
            """;
        _chain = new PluginChain(Plugins, "chained", ptp, """{"type": "portmap", "capabilities": {"portMappings": true}}""");
    }

    private PluginRunner Plugins => new(_bed.Host, OurPlugins.Directory);

    private string Pins => $"/sys/fs/bpf/dataplane/{_bed.Cookie}";

    public void Dispose() => _bed.Dispose();

    [NeedsFact(All)]
    public void A_node_with_containers_stays_as_it_is()
    {
        _chain.Add("web", _bed.Pods[0], s_ports);
        _chain.Add("client", _bed.Pods[1], []);
        string[] before = State();

        JsonElement refused = Json(ExitStatus.Broken);
        Assert.False(refused.GetProperty("unloaded").GetBoolean());
        Assert.Equal(["client eth0 chained ptp", "web eth0 chained ptp"], refused.GetProperty("attached").EnumerateArray()
            .Select(a => $"{a.GetProperty("containerId")} {a.GetProperty("ifname")} {a.GetProperty("network")} {a.GetProperty("plugin")}"));
        Assert.All(refused.GetProperty("attached").EnumerateArray(), a => Assert.StartsWith("veth", a.GetProperty("device").GetString(), StringComparison.Ordinal));
        Assert.Equal(
            "dpctl: 2 containers are attached: client (eth0, network chained), web (eth0, network chained); delete them first (drain the node), nothing was changed\n",
            Unload(ExitStatus.Broken).Error);

        Assert.Equal(before, State());
        Assert.True(Ping.Reaches(_bed.Pods[0], s_outside));
        _chain.Delete("web", _bed.Pods[0], s_ports, null);
        _chain.Delete("client", _bed.Pods[1], [], null);
    }

    [NeedsFact(All)]
    public void After_the_last_DEL_nothing_is_left_and_the_next_ADD_loads_everything_again()
    {
        // By a host port the socket programs are at the cgroup.
        _chain.Add("web", _bed.Pods[0], s_ports);
        Assert.True(Ping.Reaches(_bed.Pods[0], s_outside));
        uint[] programs = [.. Directory.GetFiles($"{Pins}/v4/programs").Select(ProgramId)];
        int maps = Directory.GetFiles($"{Pins}/v4/maps").Length;
        Assert.NotEmpty(AtUplink());
        _chain.Delete("web", _bed.Pods[0], s_ports, null);

        JsonElement done = Json(ExitStatus.Ok);
        Assert.True(done.GetProperty("unloaded").GetBoolean());
        Assert.Equal(["up0"], done.GetProperty("uplinks").EnumerateArray().Select(u => u.GetString()));
        Assert.Equal(
            (8, programs.Length, maps, 0),
            (done.GetProperty("socketPrograms").GetInt32(), done.GetProperty("programs").GetInt32(), done.GetProperty("maps").GetInt32(), done.GetProperty("records").GetInt32()));

        AssertNothingLeft();
        // Whatever still had one of them, at whichever hook, would keep it; the kernel frees them in its own time.
        foreach (uint program in programs)
        {
            Until.True(() => Tool.Run("bpftool", "prog", "show", "id", $"{program}").ExitStatus != 0, $"program {program} is gone");
        }

        Capture again = Unload(ExitStatus.Ok);
        Assert.Equal($"nothing of the dataplane is on this node (network namespace {_bed.Cookie})\n", again.Out);
        Assert.False(Json(ExitStatus.Ok).GetProperty("present").GetBoolean());
        AssertNothingLeft();

        byte[] added = _chain.Add("web", _bed.Pods[1], s_ports).Stdout;
        _chain.Check("web", _bed.Pods[1], s_ports, added);
        Assert.True(Ping.Reaches(_bed.Pods[1], s_outside));
        _chain.Delete("web", _bed.Pods[1], s_ports, added);
        Assert.Contains("uplinks: up0 detached\ncgroup: 8 programs detached\n", Unload(ExitStatus.Ok).Out, StringComparison.Ordinal);
    }

    [NeedsFact(All)]
    public void What_plugins_of_others_deleted_is_cleared_and_leases_stay()
    {
        _chain.Add("web", _bed.Pods[0], s_ports);
        // All that a DEL by the reference does to the node.
        _bed.Pods[0].Ip("link", "delete", "eth0");

        Assert.Equal(2, Json(ExitStatus.Ok).GetProperty("records").GetInt32());
        AssertNothingLeft();
        Assert.Single(LeaseFacts.Addresses(_bed.DataDirectory));
        _chain.Delete("web", _bed.Pods[0], s_ports, null);
        Assert.Empty(LeaseFacts.Addresses(_bed.DataDirectory));
    }

    [NeedsFact(All)]
    public void Nobody_is_forgotten_whose_record_is_gone_or_in_use()
    {
        _chain.Add("web", _bed.Pods[0], []);
        string record = Path.Combine(_bed.RunDirectory, "attachments", "web:eth0");
        string kept = File.ReadAllText(record);
        File.Delete(record);
        Assert.Matches("^dpctl: 1 container is attached: device veth[0-9a-f]+ without a record;", Unload(ExitStatus.Broken).Error);
        File.WriteAllText(record, kept);
        _chain.Delete("web", _bed.Pods[0], [], null);

        using (Interop.LockedFile.Open(record, 0x180))
        {
            Assert.StartsWith("dpctl: 1 container is attached: web:eth0 (an ADD or DEL is under way);", Unload(ExitStatus.Broken).Error, StringComparison.Ordinal);
        }

        Assert.Equal(1, Json(ExitStatus.Ok).GetProperty("records").GetInt32());
        AssertNothingLeft();
    }

    [NeedsFact(All)]
    public void An_unload_that_was_killed_is_finished_by_the_next()
    {
        _chain.Add("web", _bed.Pods[0], s_ports);
        _chain.Delete("web", _bed.Pods[0], s_ports, null);
        // As far as one got that was killed after it had begun with the pins.
        File.Delete($"{Pins}/v4/maps/node");

        Assert.True(Json(ExitStatus.Ok).GetProperty("present").GetBoolean());
        AssertNothingLeft();
    }

    [NeedsFact(All)]
    public void Programs_at_uplinks_are_found_without_pins_and_records()
    {
        _chain.Add("web", _bed.Pods[0], []);
        _chain.Delete("web", _bed.Pods[0], [], null);
        Directory.Delete(Pins, recursive: true);
        Directory.Delete(_bed.RunDirectory, recursive: true);
        Assert.NotEmpty(AtUplink());

        Assert.Equal(["up0"], Json(ExitStatus.Ok).GetProperty("uplinks").EnumerateArray().Select(u => u.GetString()));
        AssertNothingLeft();
    }

    [NeedsFact(All)]
    public void An_ADD_at_the_same_moment_is_whole_or_leaves_nothing()
    {
        for (int round = 0; round < 12; round++)
        {
            TestNamespace pod = _bed.AddPod();
            string config = $$$"""
                {"cniVersion": "1.0.0", "name": "ptp-net", "type": "ptp", "ipMasq": true,
                 "ipam": {"type": "host-local", "dataDir": "{{{_bed.DataDirectory}}}", "subnet": "10.65.0.0/24", "routes": [{"dst": "0.0.0.0/0"}]} }
                """;
            string id = $"pod-{round}";
            if (round % 2 == 1)
            {
                // The pins are there when the ADD begins: it opens those that go.
                Plugins.Add("ptp", config, "first", _bed.Pods[0]).OrThrow();
                Plugins.Del("ptp", config, "first", _bed.Pods[0]).OrThrow();
            }

            using Process process = Plugins.Start(new PluginCall("ptp", "ADD", config) { ContainerId = id, Netns = pod.Path, IfName = "eth0" });
            var feed = new Thread(() => process.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(config)));
            feed.Start();
            feed.Join();
            process.StandardInput.Close();
            while (!process.HasExited)
            {
                new Capture().Run("unload", "--netns", _bed.Host.Path);
            }

            string said = process.StandardOutput.ReadToEnd();
            var result = new PluginResult(new PluginCall("ptp", "ADD", config), process.ExitCode, Encoding.UTF8.GetBytes(said), []);
            if (result.Succeeded)
            {
                Assert.True(Ping.Reaches(pod, s_outside), $"round {round}");
                Assert.Contains(id, Unload(ExitStatus.Broken).Error, StringComparison.Ordinal);
            }
            else
            {
                // Its generation came too late, or it opened a pin that was gone.
                Assert.Contains("unloaded at this moment", said, StringComparison.Ordinal);
            }

            Plugins.Del("ptp", config, id, pod).OrThrow();
            Unload(ExitStatus.Ok);
            AssertNothingLeft();
        }

        Assert.Empty(LeaseFacts.Addresses(_bed.DataDirectory));
    }

    private static uint ProgramId(string pin) =>
        JsonDocument.Parse(Tool.Out("bpftool", "-j", "prog", "show", "pinned", pin)).RootElement.GetProperty("id").GetUInt32();

    private string Net() => _bed.Host.Exec("bpftool", "net", "show").OrThrow().StdoutText;

    private string[] State() =>
    [
        .. Directory.GetFiles(Pins, "*", SearchOption.AllDirectories).Order(),
        .. Directory.GetFiles(_bed.RunDirectory, "*", SearchOption.AllDirectories).Order().Select(f => $"{f}: {File.ReadAllText(f)}"),
        Net(),
        .. AtUplink(),
    ];

    // What bpftool of Debian 12 does not show: tcx.
    private string[] AtUplink()
    {
        uint uplink = JsonDocument.Parse(_bed.Host.Ip("-j", "link", "show", "up0")).RootElement[0].GetProperty("ifindex").GetUInt32();
        return _bed.Host.Run(() => (string[])
        [
            .. TcxHook.HasTcx ? TcxHook.Ingress(uplink).ProgramIds().Concat(TcxHook.Egress(uplink).ProgramIds()).Select(id => $"program {id}") : [],
            .. Tool.Out("tc", "filter", "show", "dev", "up0", "ingress").Split('\n', StringSplitOptions.RemoveEmptyEntries),
        ]);
    }

    private void AssertNothingLeft()
    {
        Assert.False(Directory.Exists(Pins), Pins);
        Assert.False(Directory.Exists(_bed.RunDirectory), _bed.RunDirectory);
        Assert.Empty(AtUplink());
        Assert.DoesNotContain("_pod", Net(), StringComparison.Ordinal);
    }

    private Capture Unload(int exitStatus, params string[] arguments)
    {
        var dpctl = new Capture();
        int status = dpctl.Run([.. arguments, "unload", "--netns", _bed.Host.Path]);
        Assert.True(exitStatus == status, $"exit status {status}: {dpctl.Error}{dpctl.Out}");
        return dpctl;
    }

    private JsonElement Json(int exitStatus) => JsonDocument.Parse(Unload(exitStatus, "-o", "json").Out).RootElement;
}
