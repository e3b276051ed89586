using Dataplane.TestKit;

namespace Dataplane.Engine.Tests;

/// <summary>
/// An ADD killed (-9) at any call that changes something: the next ADD and DEL of that container work, and nothing is left. strace
/// delivers the signal as the process enters the call.
/// </summary>
public sealed class KilledAddTests
{
    private const int MostCalls = 200;
    private const string PortRange = "net/ipv4/ip_local_port_range";

    public static TheoryData<string, string> Calls
    {
        get
        {
            var calls = new TheoryData<string, string>();
            foreach (string plugin in (ReadOnlySpan<string>)["bridge", "ptp", "dataplane"])
            {
                foreach (string call in (ReadOnlySpan<string>)["sendto", "bpf", "write", "setns", "renameat2", "symlinkat", "ftruncate", "flock"])
                {
                    calls.Add(plugin, call);
                }
            }

            foreach (string call in (ReadOnlySpan<string>)["sendto", "write", "setns", "renameat2", "flock"])
            {
                calls.Add("macvlan", call);
                calls.Add("tap", call);
            }

            return calls;
        }
    }

    [NeedsTheory(Needs.Namespaces | Needs.OurPlugins | Needs.Strace | Needs.Bpftool)]
    [MemberData(nameof(Calls))]
    public void What_a_killed_ADD_left_is_cleared_by_the_next_call(string plugin, string call)
    {
        using var bed = new NodeBed(pods: 1);
        bed.Host.Ip("link", "add", "up0", "type", "veth", "peer", "name", "up1");
        var runner = new PluginRunner(bed.Host, OurPlugins.Directory);
        string config = Config(bed, plugin);
        // What a node keeps (programs, bridge, forwarding) is there: every container but the first meets this.
        runner.Add(plugin, config, "first", bed.Pods[0]).OrThrow();
        runner.Del(plugin, config, "first", bed.Pods[0]).OrThrow();

        string? range = bed.Pods[0].Sysctl(PortRange);
        int kills = 0;
        while (KilledCall.Run(bed, plugin, "ADD", config, call, kills + 1))
        {
            kills++;
            Assert.InRange(kills, 1, MostCalls);
            // Every other time DEL finds it, as a runtime that gives up does; else the retried ADD.
            if (kills % 2 == 0)
            {
                Assert.True(runner.Add(plugin, config, "c1", bed.Pods[0]) is { Succeeded: true }, $"ADD after a kill at {call} {kills}");
            }

            Assert.True(runner.Del(plugin, config, "c1", bed.Pods[0]) is { Succeeded: true }, $"DEL after a kill at {call} {kills}");
            LeakCheck.AssertClean(bed);
            Assert.Equal(range, bed.Pods[0].Sysctl(PortRange));
        }

        runner.Del(plugin, config, "c1", bed.Pods[0]).OrThrow();
        LeakCheck.AssertClean(bed);
        Assert.True(kills > 0, $"an ADD of {plugin} never calls {call}: nothing was tested");
    }

    [NeedsFact(Needs.Namespaces | Needs.OurPlugins | Needs.Strace | Needs.Bpftool)]
    public void GC_clears_what_a_killed_ADD_left()
    {
        using var bed = new NodeBed(pods: 1);
        var runner = new PluginRunner(bed.Host, OurPlugins.Directory);
        string config = Config(bed, "bridge");
        runner.Add("bridge", config, "first", bed.Pods[0]).OrThrow();
        runner.Del("bridge", config, "first", bed.Pods[0]).OrThrow();
        Assert.True(KilledCall.Run(bed, "bridge", "ADD", config, "setns", 1));
        Assert.NotEmpty(LeakCheck.Find(bed));

        runner.Run(new PluginCall("bridge", "GC", config[..^1] + ""","cni.dev/valid-attachments":[]}""")).OrThrow();

        LeakCheck.AssertClean(bed);
    }

    // Host ports, limits and sysctls are in it as well; bridge and ptp do not look at them.
    private static string Config(NodeBed bed, string plugin) =>
        $$$"""{"cniVersion":"1.1.0","name":"net1","type":"{{{plugin}}}","sysctl":{"net.ipv4.ip_local_port_range":"40000 50000"},"txQLen":7,"ingressRate":20000000,"ingressBurst":400000,"egressRate":20000000,"egressBurst":400000,"dataplane":{"shaper":"tbf"},"unshapedSubnets":["10.0.0.0/8"],"runtimeConfig":{"portMappings":[{"hostPort":8080,"containerPort":80,"protocol":"tcp"}]},"master":"up0","bridge":"{{{(plugin == "tap" ? "" : "br0")}}}","isGateway":true,"ipMasq":true,"ipam":{"type":"host-local","dataDir":"{{{bed.DataDirectory}}}","subnet":"10.1.2.0/24","routes":[{"dst":"0.0.0.0/0"}]}}""";
}
