using Dataplane.TestKit;

namespace Dataplane.Engine.Tests;

/// <summary>A foreign IPAM plugin that fails in one way or another, beside a GC, and of another network than the ADD that was killed: what it holds is given back by whom it is to be.</summary>
public sealed class ForeignIpamTests : IDisposable
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins | Needs.Bpftool;

    // Writes down who asked it for what, for which network.
    private const string Ipam = """
        #!/bin/sh
        config=$(/bin/cat)
        case $config in *'"name":"net2"'*) network=net2 ;; *) network=net1 ;; esac
        echo "$CNI_COMMAND $network" >> "$(dirname "$0")/log"
        case $CNI_COMMAND in
        ADD) ANSWER
             echo '{"cniVersion": "1.0.0", "ips": [{"address": "10.1.2.3/24", "gateway": "10.1.2.1"}]}' ;;
        GC) echo "$config" > "$(dirname "$0")/gc" ;;
        esac
        """;

    private readonly NodeBed _bed = new(pods: 1);
    private readonly string _directory;
    private readonly PluginRunner _plugins;

    public ForeignIpamTests()
    {
        _directory = Path.Combine(_bed.Scratch, "bin");
        Directory.CreateDirectory(_directory);
        foreach (string plugin in Directory.EnumerateFiles(OurPlugins.Directory))
        {
            File.CreateSymbolicLink(Path.Combine(_directory, Path.GetFileName(plugin)), plugin);
        }

        _plugins = new PluginRunner(_bed.Host, _directory);
        _bed.Host.Ip("link", "add", "up0", "type", "veth", "peer", "name", "up1");
        _bed.Host.Ip("link", "set", "up0", "up");
    }

    private string[] Asked => File.Exists(Path.Combine(_directory, "log")) ? File.ReadAllLines(Path.Combine(_directory, "log")) : [];

    public static TheoryData<string, string> Ways
    {
        get
        {
            var ways = new TheoryData<string, string>();
            foreach (string plugin in (ReadOnlySpan<string>)["bridge", "ptp", "dataplane", "macvlan"])
            {
                foreach (string way in (ReadOnlySpan<string>)["kill -KILL $$", "echo nonsense; exit 0", "exit 3", "echo nonsense; exit 3", "echo '{}'; exit 3"])
                {
                    ways.Add(plugin, way);
                }
            }

            return ways;
        }
    }

    public void Dispose() => _bed.Dispose();

    /// <summary>It may have reserved something before: only its own error object says that it did not.</summary>
    [NeedsTheory(What), MemberData(nameof(Ways))]
    public void One_that_did_not_say_what_became_of_the_ADD_is_asked_to_give_back(string plugin, string way)
    {
        WriteIpam(way);

        Assert.Equal(1, _plugins.Add(plugin, Config(plugin), "c1", _bed.Pods[0]).ExitStatus);

        Assert.Equal(["ADD net1", "DEL net1"], Asked);
        LeakCheck.AssertClean(_bed);
    }

    /// <summary>What the container may have had before is not the failed ADD's to give back.</summary>
    [NeedsTheory(What), InlineData("bridge"), InlineData("ptp"), InlineData("dataplane"), InlineData("macvlan")]
    public void One_that_refused_is_not(string plugin)
    {
        WriteIpam("""echo '{"code": 999, "msg": "duplicate allocation is not allowed"}'; exit 1""");

        PluginResult result = _plugins.Add(plugin, Config(plugin), "c1", _bed.Pods[0]);

        Assert.Equal((999u, "duplicate allocation is not allowed"), (result.ErrorCode, result.ErrorMessage));
        Assert.Equal(["ADD net1"], Asked);
        LeakCheck.AssertClean(_bed);
    }

    /// <summary>A plugin that never ran holds nothing.</summary>
    [NeedsFact(What)]
    public void One_that_could_not_be_started_leaves_no_record()
    {
        Assert.Contains("failed to find plugin \"script\"", _plugins.Add("bridge", Config("bridge"), "c1", _bed.Pods[0]).ErrorMessage, StringComparison.Ordinal);
        LeakCheck.AssertClean(_bed);

        WriteIpam("");
        File.SetUnixFileMode(Path.Combine(_directory, "script"), UnixFileMode.UserRead);
        Assert.Contains("permission denied", _plugins.Add("bridge", Config("bridge"), "c1", _bed.Pods[0]).ErrorMessage, StringComparison.Ordinal);
        LeakCheck.AssertClean(_bed);
    }

    /// <summary>One that fails at giving back, too, is asked again by DEL.</summary>
    [NeedsFact(What)]
    public void What_could_not_be_given_back_stays_recorded()
    {
        WriteIpam("kill -KILL $$");
        string path = Path.Combine(_directory, "script");
        File.WriteAllText(path, File.ReadAllText(path).Replace("GC)", "DEL) exit 4 ;;\nGC)", StringComparison.Ordinal));

        Assert.Contains("signal: killed", _plugins.Add("bridge", Config("bridge"), "c1", _bed.Pods[0]).ErrorMessage, StringComparison.Ordinal);

        Assert.Contains("ipam script\n", File.ReadAllText(Path.Combine(_bed.RunDirectory, "attachments", "c1:eth0")), StringComparison.Ordinal);
        WriteIpam("");
        _plugins.Del("bridge", Config("bridge"), "c1", _bed.Pods[0]).OrThrow();
        LeakCheck.AssertClean(_bed);
    }

    /// <summary>An ADD that runs has its addresses reserved already: GC tells the IPAM plugin that they are in use, though the runtime does not know of them yet.</summary>
    [NeedsTheory(What)]
    [InlineData("""[]""", """[{"containerID":"c1","ifname":"eth0"}]""")]
    [InlineData("""[{"containerID":"c7","ifname":"eth0"}]""", """[{"containerID":"c7","ifname":"eth0"},{"containerID":"c1","ifname":"eth0"}]""")]
    [InlineData("""[{"containerID":"c1","ifname":"eth0"}]""", """[{"containerID":"c1","ifname":"eth0"}]""")]
    public void GC_spares_the_addresses_of_an_ADD_that_runs(string valid, string told)
    {
        WriteIpam("");
        _plugins.Add("bridge", Config("bridge"), "c1", _bed.Pods[0]).OrThrow();
        _plugins.Add("bridge", Config("bridge", "net2"), "c2", _bed.AddPod()).OrThrow();

        using (Journal.Open(new RunDirectory(_bed.Cookie), new AttachmentId("c1", "eth0")))
        using (Journal.Open(new RunDirectory(_bed.Cookie), new AttachmentId("c2", "eth0")))
        {
            Gc(valid);
        }

        Assert.Contains($"\"cni.dev/valid-attachments\":{told}", File.ReadAllText(Path.Combine(_directory, "gc")), StringComparison.Ordinal);
        Gc("[]");
        Assert.Contains("\"cni.dev/valid-attachments\":[]", File.ReadAllText(Path.Combine(_directory, "gc")), StringComparison.Ordinal);
    }

    /// <summary>Another network's IPAM plugin has nothing of it, and the one that has is asked by that network's DEL.</summary>
    [NeedsFact(What | Needs.Strace)]
    public void What_was_killed_on_another_network_is_not_given_back_to_this_ones_IPAM()
    {
        WriteIpam("kill -KILL $PPID; sleep 0.1");
        Assert.NotEqual(0, _plugins.Add("bridge", Config("bridge"), "c1", _bed.Pods[0]).ExitStatus);
        WriteIpam("");
        File.Delete(Path.Combine(_directory, "log"));

        PluginResult added = _plugins.Add("bridge", Config("bridge", "net2").Replace("{\"cni", "{\"dataplane\":{\"logLevel\":\"warn\"},\"cni", StringComparison.Ordinal), "c1", _bed.Pods[0]).OrThrow();

        Assert.Equal(["ADD net2"], Asked);
        Assert.Contains("its addresses are given back by a DEL or GC of network net1", added.StderrText, StringComparison.Ordinal);
        _plugins.Del("bridge", Config("bridge", "net2"), "c1", _bed.Pods[0]).OrThrow();
        LeakCheck.AssertClean(_bed);
    }

    private static string Config(string plugin, string network = "net1") =>
        $$$"""{"cniVersion":"1.1.0","name":"{{{network}}}","type":"{{{plugin}}}","bridge":"br0","isGateway":true,"master":"up0","ipam":{"type":"script"}}""";

    private void Gc(string valid) =>
        _plugins.Run(new PluginCall("bridge", "GC", Config("bridge")[..^1] + $",\"cni.dev/valid-attachments\":{valid}}}")).OrThrow();

    private void WriteIpam(string answer)
    {
        string path = Path.Combine(_directory, "script");
        File.WriteAllText(path, Ipam.Replace("ANSWER", answer, StringComparison.Ordinal));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
