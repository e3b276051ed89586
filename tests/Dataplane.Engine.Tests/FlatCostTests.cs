using System.Diagnostics;
using System.Text;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests;

/// <summary>An ADD asks the kernel as much on a node full of containers as on an empty one: nothing it reads grows with them.</summary>
public sealed class FlatCostTests
{
    [NeedsFact(Needs.Namespaces | Needs.OurPlugins | Needs.Strace)]
    public void An_ADD_to_a_bridge_costs_the_same_with_200_containers() => IsFlat("bridge", 200);

    [NeedsFact(Needs.Namespaces | Needs.OurPlugins | Needs.Strace)]
    public void An_ADD_of_ptp_costs_the_same_with_40_containers() => IsFlat("ptp", 40);

    [NeedsFact(Needs.Namespaces | Needs.OurPlugins | Needs.Strace)]
    public void An_ADD_does_not_read_the_table_of_mounts_which_is_long_on_a_full_node()
    {
        using var bed = new NodeBed();
        TestNamespace pod = bed.AddPod();
        string[] trace = [.. Trace(bed, "bridge", Config(bed, "bridge"), pod, "eth0", "openat")];
        Assert.Contains(trace, line => line.Contains("/proc/", StringComparison.Ordinal));
        Assert.DoesNotContain(trace, line => line.Contains("mountinfo", StringComparison.Ordinal) || line.Contains("/mounts", StringComparison.Ordinal));
    }

    [NeedsFact(Needs.Namespaces | Needs.OurPlugins | Needs.Strace)]
    public void An_ADD_starts_no_thread_and_does_not_ask_what_the_machine_has()
    {
        using var bed = new NodeBed();
        TestNamespace pod = bed.AddPod();
        string config = Config(bed, "bridge");
        // The node's first sizes the tables by the memory there is.
        new PluginRunner(bed.Host, OurPlugins.Directory).Add("bridge", config, "first", pod, "eth0").OrThrow();
        string[] trace = [.. Trace(bed, "bridge", config, pod, "eth1", "openat,clone,clone3")];
        Assert.NotEmpty(trace);
        foreach (string spared in (string[])["clone", "/proc/self/maps", "/proc/meminfo", "/sys/devices/system/node"])
        {
            Assert.DoesNotContain(trace, line => line.Contains(spared, StringComparison.Ordinal));
        }
    }

    private static void IsFlat(string plugin, int containers)
    {
        using var bed = new NodeBed();
        bed.AddOutside("eth0", "192.0.2.2/24", "192.0.2.1/24");
        bed.Host.Ip("route", "add", "default", "via", "192.0.2.1");
        var runner = new PluginRunner(bed.Host, OurPlugins.Directory);
        string config = Config(bed, plugin);
        // One bridge takes many interfaces of one container; with ptp each needs a routing table of its own.
        TestNamespace? shared = plugin == "bridge" ? bed.AddPod() : null;
        for (int i = 0; i < 3; i++)
        {
            runner.Add(plugin, config, $"c{i}", shared ?? bed.AddPod(), $"eth{i}").OrThrow();
        }

        long few = Fewest(bed, plugin, config, shared, "few");
        for (int i = 3; i < containers; i++)
        {
            runner.Add(plugin, config, $"c{i}", shared ?? bed.AddPod(), $"eth{i}").OrThrow();
        }

        Assert.Equal(few, Fewest(bed, plugin, config, shared, "many"));
    }

    /// <summary>What the kernel's answers to three ADDs were at the least, in bytes and calls: one that had to wait asked once more.</summary>
    private static long Fewest(NodeBed bed, string plugin, string config, TestNamespace? shared, string name) =>
        Enumerable.Range(0, 3).Min(i => Traced(bed, plugin, config, shared ?? bed.AddPod(), $"{name}{i}"));

    private static long Traced(NodeBed bed, string plugin, string config, TestNamespace pod, string ifName)
    {
        long calls = 0, answers = 0;
        foreach (string line in Trace(bed, plugin, config, pod, ifName, "sendto,recvfrom,bpf,ioctl"))
        {
            calls++;
            // recvfrom(4, …, 65536, MSG_TRUNC, NULL, NULL) = 84; an address in an answer is as long as any other.
            answers += line.Contains("recvfrom(", StringComparison.Ordinal) && line.Split(" = ") is [.., var length] && long.TryParse(length, out long bytes) ? bytes : 0;
        }

        return (calls << 32) + answers;
    }

    /// <summary>An ADD's system calls, of the named ones.</summary>
    private static IEnumerable<string> Trace(NodeBed bed, string plugin, string config, TestNamespace pod, string ifName, string calls)
    {
        string trace = Path.Combine(bed.Scratch, ifName);
        var environment = new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = "ADD",
            ["CNI_CONTAINERID"] = ifName,
            ["CNI_NETNS"] = pod.Path,
            ["CNI_IFNAME"] = ifName,
            ["CNI_PATH"] = OurPlugins.Directory,
        };
        using Process process = Tool.Start(
            "/usr/bin/nsenter",
            [
                $"--net={bed.Host.Path}", "/usr/bin/strace", "-f", "-o", trace, "-e", $"trace={calls}",
                Path.Combine(OurPlugins.Directory, plugin),
            ],
            environment);
        Tool.Finish(process, Encoding.UTF8.GetBytes(config)).OrThrow();
        return File.ReadLines(trace);
    }

    private static string Config(NodeBed bed, string plugin) =>
        $$$"""{"cniVersion":"1.1.0","name":"net1","type":"{{{plugin}}}","bridge":"br0","isGateway":true,"ipMasq":true,"ipam":{"type":"host-local","dataDir":"{{{bed.DataDirectory}}}","subnet":"10.1.0.0/16"}}""";
}
