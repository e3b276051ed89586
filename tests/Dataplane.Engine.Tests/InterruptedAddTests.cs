using Dataplane.TestKit;

namespace Dataplane.Engine.Tests;

/// <summary>
/// An ADD that gets SIGTERM after a foreign IPAM plugin gave addresses: the signal is for the ADD. The IPAM plugin's DEL, by which it is undone, comes to its end.
/// </summary>
public sealed class InterruptedAddTests : IDisposable
{
    // ADD sends the signal itself, and is deaf to it: so it is always there before the next step, however busy the machine is.
    private const string Ipam = """
        #!/bin/sh
        case $CNI_COMMAND in
        ADD) trap '' TERM
             kill -TERM $PPID
             echo '{"cniVersion": "1.0.0", "ips": [{"address": "10.1.2.3/24", "gateway": "10.1.2.1"}]}' ;;
        DEL) echo began >> "$(dirname "$0")/log"
             if [ -e "$(dirname "$0")/again" ]; then rm "$(dirname "$0")/again"; kill -TERM $PPID; exec sleep 1000; fi
             sleep 1
             echo done >> "$(dirname "$0")/log" ;;
        esac
        """;

    private readonly NodeBed _bed = new(pods: 1);
    private readonly string _directory;
    private readonly PluginRunner _plugins;

    public InterruptedAddTests()
    {
        _directory = Path.Combine(_bed.Scratch, "bin");
        Directory.CreateDirectory(_directory);
        foreach (string plugin in Directory.EnumerateFiles(OurPlugins.Directory))
        {
            File.CreateSymbolicLink(Path.Combine(_directory, Path.GetFileName(plugin)), plugin);
        }
        string script = Path.Combine(_directory, "slow");
        File.WriteAllText(script, Ipam);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _plugins = new PluginRunner(_bed.Host, _directory);
    }

    private string Log => File.ReadAllText(Path.Combine(_directory, "log"));

    [NeedsTheory(Needs.Namespaces | Needs.OurPlugins | Needs.Bpftool)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    [InlineData("dataplane")]
    [InlineData("flannel")]
    public void Undoing_is_not_interrupted_by_the_signal_that_began_it(string plugin)
    {
        PluginResult result = _plugins.Add(plugin, Config(plugin), "c1", _bed.Pods[0]);

        Assert.Equal(1, result.ExitStatus);
        Assert.Contains("interrupted by SIGTERM; what was done is undone", result.ErrorMessage, StringComparison.Ordinal);
        Assert.EndsWith("done\n", Log, StringComparison.Ordinal);
        Assert.Equal(Log.Split("began").Length, Log.Split("done").Length);
        LeakCheck.AssertClean(_bed);
    }

    [NeedsFact(Needs.Namespaces | Needs.OurPlugins | Needs.Bpftool)]
    public void A_second_signal_ends_the_undoing_and_DEL_takes_it_up_again()
    {
        File.WriteAllText(Path.Combine(_directory, "again"), "");

        PluginResult result = _plugins.Add("bridge", Config("bridge"), "c1", _bed.Pods[0]);

        Assert.Equal((1, "began\n"), (result.ExitStatus, Log));
        Assert.NotEmpty(LeakCheck.Find(_bed));
        _plugins.Del("bridge", Config("bridge"), "c1", _bed.Pods[0]).OrThrow();
        Assert.EndsWith("done\n", Log, StringComparison.Ordinal);
        LeakCheck.AssertClean(_bed);
    }

    public void Dispose() => _bed.Dispose();

    private string Config(string plugin)
    {
        File.WriteAllText(Path.Combine(_bed.Scratch, "subnet.env"), "FLANNEL_NETWORK=10.1.0.0/16\nFLANNEL_SUBNET=10.1.2.1/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n");
        return $$"""
            {"cniVersion": "1.0.0", "name": "net1", "type": "{{plugin}}", "bridge": "br0", "isGateway": true, "ipam": {"type": "slow"},
             "subnetFile": "{{_bed.Scratch}}/subnet.env", "dataDir": "{{_bed.Scratch}}/flannel"}
            """;
    }
}
