using Dataplane.TestKit;

namespace Dataplane.Engine.Tests;

/// <summary>/run is full at any write to an attachment's record: the ADD fails with an error and leaves nothing, or it stands and DEL undoes all of it.</summary>
public sealed class FullDiskTests
{
    private const int MostWrites = 100;

    [NeedsTheory(Needs.Namespaces | Needs.OurPlugins | Needs.Strace | Needs.Bpftool)]
    [InlineData("bridge")]
    [InlineData("dataplane")]
    [InlineData("macvlan")]
    public void An_ADD_fails_whole_or_stands(string plugin)
    {
        using var bed = new NodeBed(pods: 1);
        bed.Host.Ip("link", "add", "up0", "type", "veth", "peer", "name", "up1");
        bed.Host.Ip("link", "set", "up0", "up");
        var plugins = new PluginRunner(bed.Host, OurPlugins.Directory);
        string config = $$$"""{"cniVersion":"1.1.0","name":"net1","type":"{{{plugin}}}","master":"up0","bridge":"br0","isGateway":true,"ipam":{"type":"host-local","dataDir":"{{{bed.DataDirectory}}}","subnet":"10.1.2.0/24"}}""";
        string record = Path.Combine(bed.RunDirectory, "attachments", "c1:eth0");
        bool stood = false;
        int write = 1;
        for (; ; write++)
        {
            PluginResult result = FailingCall.Run(bed, plugin, "ADD", config, $"write:error=ENOSPC:when={write}", record);
            if (result.Succeeded && File.ReadAllText(record).EndsWith("done\n", StringComparison.Ordinal))
            {
                break;
            }

            Assert.InRange(write, 1, MostWrites);
            if (result.Succeeded)
            {
                // The result was out: it is no failure any more, but it is told.
                stood = true;
                Assert.Single(result.Addresses);
                Assert.Contains($"write {record}: No space left on device", result.StderrText, StringComparison.Ordinal);
                // A repeated ADD replaces it, as one that was killed.
                plugins.Add(plugin, config, "c1", bed.Pods[0]).OrThrow();
                plugins.Del(plugin, config, "c1", bed.Pods[0]).OrThrow();
            }
            else
            {
                Assert.Equal((1, 999u), (result.ExitStatus, result.ErrorCode));
                Assert.Contains("No space left on device", result.ErrorMessage + result.ErrorDetails, StringComparison.OrdinalIgnoreCase);
                // At the first write it is the record itself that is left, an empty one.
                plugins.Del(plugin, config, "c1", bed.Pods[0]).OrThrow();
            }

            LeakCheck.AssertClean(bed);
        }

        Assert.True(stood && write > 2, $"{write - 1} writes");
        plugins.Del(plugin, config, "c1", bed.Pods[0]).OrThrow();
        LeakCheck.AssertClean(bed);
    }
}
