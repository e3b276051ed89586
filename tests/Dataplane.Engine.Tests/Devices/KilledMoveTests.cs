using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Devices;

/// <summary>host-device killed (-9) at any call that changes something, in ADD and in DEL: the device is never lost, and in the end back under its name.</summary>
public sealed class KilledMoveTests
{
    private const int MostCalls = 100;

    [NeedsTheory(Needs.Namespaces | Needs.OurPlugins | Needs.Strace | Needs.Bpftool)]
    [InlineData("ADD", "sendto")]
    [InlineData("ADD", "write")]
    [InlineData("ADD", "setns")]
    [InlineData("DEL", "sendto")]
    [InlineData("DEL", "setns")]
    [InlineData("DEL", "unlinkat")]
    public void The_device_comes_back(string command, string call)
    {
        using var bed = new NodeBed(pods: 1);
        bed.Host.Ip("link", "add", "nic7", "type", "veth", "peer", "name", "nic7p");
        bed.Host.Ip("link", "set", "nic7", "up");
        var runner = new PluginRunner(bed.Host, OurPlugins.Directory);
        string config = $$$"""{"cniVersion":"1.1.0","name":"net1","type":"host-device","device":"nic7","ipam":{"type":"host-local","dataDir":"{{{bed.DataDirectory}}}","subnet":"10.1.2.0/24"}}""";
        int kills = 0;
        while (true)
        {
            if (command == "DEL")
            {
                runner.Add("host-device", config, "c1", bed.Pods[0]).OrThrow();
            }

            if (!KilledCall.Run(bed, "host-device", command, config, call, kills + 1))
            {
                break;
            }

            kills++;
            Assert.InRange(kills, 1, MostCalls);
            runner.Del("host-device", config, "c1", bed.Pods[0]).OrThrow();
            Assert.DoesNotContain("alias", bed.Host.Ip("link", "show", "nic7"), StringComparison.Ordinal);
            LeakCheck.AssertClean(bed);
        }

        runner.Del("host-device", config, "c1", bed.Pods[0]).OrThrow();
        Assert.DoesNotContain("alias", bed.Host.Ip("link", "show", "nic7"), StringComparison.Ordinal);
        LeakCheck.AssertClean(bed);
        Assert.True(kills > 0, $"{command} never calls {call}: nothing was tested");
    }
}
