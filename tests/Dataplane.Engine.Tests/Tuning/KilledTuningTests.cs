using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Tuning;

/// <summary>tuning killed (-9) at any call that changes something: DEL, and a retried ADD with DEL, set what was before the first ADD.</summary>
public sealed class KilledTuningTests
{
    private const int MostCalls = 100;

    [NeedsTheory(Needs.Namespaces | Needs.OurPlugins | Needs.Strace)]
    [InlineData("ADD", "sendto")]
    [InlineData("ADD", "setns")]
    [InlineData("ADD", "write")]
    [InlineData("ADD", "renameat")]
    [InlineData("DEL", "sendto")]
    [InlineData("DEL", "write")]
    [InlineData("DEL", "unlinkat")]
    public void What_was_before_comes_back(string command, string call)
    {
        using var bed = new NodeBed(pods: 1);
        bed.Pods[0].Ip("link", "add", "eth0", "type", "veth", "peer", "name", "far");
        string before = Seen(bed), config = Config(bed);
        var plugins = new PluginRunner(bed.Host, OurPlugins.Directory);
        int kills = 0;
        while (true)
        {
            if (command == "DEL")
            {
                plugins.Add("tuning", config, "c1", bed.Pods[0]).OrThrow();
            }

            if (!KilledCall.Run(bed, "tuning", command, config, call, kills + 1))
            {
                break;
            }

            kills++;
            Assert.InRange(kills, 1, MostCalls);
            if (kills % 2 == 0)
            {
                plugins.Add("tuning", config, "c1", bed.Pods[0]).OrThrow();
                plugins.Check("tuning", config, "c1", bed.Pods[0]).OrThrow();
            }

            plugins.Del("tuning", config, "c1", bed.Pods[0]).OrThrow();
            Assert.Equal(before, Seen(bed));
            Assert.False(File.Exists($"{bed.Scratch}/tuning/c1_eth0.json"), $"{command} killed at {call} {kills}");
        }

        Assert.True(kills > 0, $"{command} of tuning never calls {call}: nothing was tested");
    }

    [NeedsFact(Needs.Namespaces | Needs.OurPlugins)]
    public void Another_namespace_gets_nothing_of_what_was_before()
    {
        using var bed = new NodeBed(pods: 2);
        foreach (TestNamespace pod in bed.Pods)
        {
            pod.Ip("link", "add", "eth0", "type", "veth", "peer", "name", "far");
        }

        var plugins = new PluginRunner(bed.Host, OurPlugins.Directory);
        plugins.Add("tuning", Config(bed), "c1", bed.Pods[0]).OrThrow();
        bed.Pods[1].Ip("link", "set", "eth0", "mtu", "1333");
        string other = Seen(bed, 1);

        plugins.Del("tuning", Config(bed), "c1", bed.Pods[1]).OrThrow();

        Assert.Equal(other, Seen(bed, 1));
        Assert.False(File.Exists($"{bed.Scratch}/tuning/c1_eth0.json"));
    }

    [NeedsFact(Needs.Namespaces | Needs.OurPlugins)]
    public void The_nodes_list_says_which_sysctls_may_be_set()
    {
        using var bed = new NodeBed(pods: 1);
        bed.Pods[0].Ip("link", "add", "eth0", "type", "veth", "peer", "name", "far");
        Directory.CreateDirectory($"{bed.Scratch}/etc");
        File.WriteAllText($"{bed.Scratch}/etc/allowlist.conf", "^net\\.ipv4\\.conf\\.IFNAME\\.\n");
        var plugins = new PluginRunner(bed.Host, OurPlugins.Directory) { Binds = new Dictionary<string, string> { ["/etc/cni/tuning"] = $"{bed.Scratch}/etc" } };

        plugins.Add("tuning", Config(bed), "c1", bed.Pods[0]).OrThrow();
        PluginResult refused = plugins.Add("tuning", Config(bed).Replace("conf.IFNAME.rp_filter", "ip_forward", StringComparison.Ordinal), "c2", bed.Pods[0]);

        Assert.Contains("Sysctl net.ipv4.ip_forward is not allowed. Only the following sysctls are allowed: [^net\\\\.ipv4\\\\.conf\\\\.IFNAME\\\\.]", refused.StdoutText, StringComparison.Ordinal);
    }

    /// <summary>The interface goes away next: whatever the kernel refuses is told, and no DEL fails for it.</summary>
    [NeedsFact(Needs.Namespaces | Needs.OurPlugins | Needs.Strace)]
    public void DEL_succeeds_whatever_the_kernel_refuses()
    {
        using var bed = new NodeBed(pods: 1);
        bed.Pods[0].Ip("link", "add", "eth0", "type", "veth", "peer", "name", "far");
        string before = Seen(bed), config = Config(bed);
        var plugins = new PluginRunner(bed.Host, OurPlugins.Directory);
        for (int refused = 1; refused <= 3; refused++)
        {
            plugins.Add("tuning", config, "c1", bed.Pods[0]).OrThrow();

            FailingCall.Run(bed, "tuning", "DEL", config, $"sendto:error=ENOBUFS:when={refused}").OrThrow();
            FailingCall.Run(bed, "tuning", "DEL", config, "socket:error=EMFILE").OrThrow();

            plugins.Del("tuning", config, "c1", bed.Pods[0]).OrThrow();
            Assert.Equal(before, Seen(bed));
        }
    }

    /// <summary>What undoing runs into does not take the place of why the ADD failed.</summary>
    [NeedsFact(Needs.Namespaces | Needs.OurPlugins | Needs.Strace)]
    public void An_ADD_that_fails_says_why_although_undoing_fails_too()
    {
        using var bed = new NodeBed(pods: 1);
        bed.Pods[0].Ip("link", "add", "eth0", "type", "veth", "peer", "name", "far");

        // The first request asks for what is there; all the others fail.
        PluginResult result = FailingCall.Run(
            bed, "tuning", "ADD", Config(bed).Replace("net.ipv4.conf.IFNAME.rp_filter", "net.ipv4.conf.nobody.rp_filter", StringComparison.Ordinal), "sendto:error=ENOBUFS:when=2+");

        Assert.Contains("nobody/rp_filter", result.ErrorMessage, StringComparison.Ordinal);
    }

    private static string Config(NodeBed bed) => $$"""
        {"cniVersion":"1.0.0","name":"net1","type":"tuning","dataDir":"{{bed.Scratch}}/tuning","mac":"02:00:5e:00:53:01","mtu":1400,"promisc":true,"allmulti":true,"txQLen":7,
         "sysctl":{"net.ipv4.conf.IFNAME.rp_filter":"2"},"prevResult":{"cniVersion":"1.0.0","interfaces":[{"name":"eth0"}]} }
        """;

    private static string Seen(NodeBed bed, int pod = 0) =>
        bed.Pods[pod].Ip("-o", "-d", "link", "show", "eth0") + bed.Pods[pod].Sysctl("net/ipv4/conf/eth0/rp_filter");
}
