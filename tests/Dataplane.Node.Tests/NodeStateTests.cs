using System.Net.Sockets;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests;

/// <summary>What is kept for a node, what CHECK sees of it, and how it goes together with the reference plugins.</summary>
public sealed class NodeStateTests : NodeTest
{
    private NodeBed? _other;

    [NeedsFact(Ours)]
    public void Two_nodes_of_one_machine_do_not_know_each_other()
    {
        _other = new NodeBed();
        var otherPlugins = new PluginRunner(_other.Host, OurPlugins.Directory);
        Attachment a1 = Attach(Network("bridge"));
        Attachment a2 = Attach(Network("bridge"));
        // The same names and addresses on the other node.
        Attachment b1 = Attach(_other, otherPlugins, Network("bridge", _other));
        Attachment b2 = Attach(_other, otherPlugins, Network("bridge", _other));
        Assert.Equal(a1.V4, b1.V4);
        using EchoServer onA = EchoServer.Start(a2.Pod, 7000);
        using EchoServer onB = EchoServer.Start(b2.Pod, 7000);

        IReadOnlyDictionary<string, long> countedOnA = Counted(() =>
            Assert.Equal(20, EchoClient.Count(b1.Pod, ProtocolType.Tcp, b2.V4, 7000, times: 20)));
        Assert.Equal(0, Fast(countedOnA));
        Assert.True(Fast(new NodeMaps(_other).Counters()) > 0);

        Assert.Equal(20, EchoClient.Count(a1.Pod, ProtocolType.Tcp, a2.V4, 7000, times: 20));
        Detach(a1);
        Detach(a2);
        LeakCheck.AssertClean(Bed);
        Assert.Equal(2, new NodeMaps(_other).Count("endpoints"));
        Assert.Equal(20, EchoClient.Count(b1.Pod, ProtocolType.Tcp, b2.V4, 7000, times: 20));
    }

    [NeedsTheory(Ours)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    public void Check_misses_filters(string plugin)
    {
        Attachment a = Attach(Network(plugin));
        a.Check().OrThrow();

        Tool.Run("tc", "-n", Bed.Host.Name, "qdisc", "delete", "dev", a.HostVeth, "clsact").OrThrow();

        Assert.Equal(999u, a.Check().ErrorCode);
    }

    [NeedsTheory(Ours)]
    [InlineData("bridge", "endpoints")]
    [InlineData("ptp", "endpoints")]
    [InlineData("bridge", "addresses")]
    [InlineData("ptp", "addresses")]
    public void Check_misses_map_rows(string plugin, string map)
    {
        Attachment a = Attach(Network(plugin));
        a.Check().OrThrow();

        Maps.Flush(map);

        Assert.Equal(999u, a.Check().ErrorCode);
    }

    [NeedsTheory(Ours | Needs.ReferencePlugins)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    public void What_the_reference_attached_is_deleted_by_ours(string plugin)
    {
        var path = new Dictionary<string, string> { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin" };
        var reference = new PluginRunner(Bed.Host, ReferencePlugins.Directory);
        string config = Network(plugin);
        TestNamespace pod = Bed.AddPod();
        reference.Run(new PluginCall(plugin, "ADD", config) { ContainerId = "old", Netns = pod.Path, IfName = "eth0", Extra = path }).OrThrow();

        Plugins.Del(plugin, config, "old", pod).OrThrow();

        LeakCheck.AssertClean(Bed);
    }

    [NeedsTheory(Ours | Needs.ReferencePlugins)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    public void What_ours_attached_the_reference_can_delete_and_ours_clears_the_rest(string plugin)
    {
        var reference = new PluginRunner(Bed.Host, ReferencePlugins.Directory);
        Attachment a = Attach(Network(plugin));

        reference.Del(plugin, a.Config, a.Id, a.Pod).OrThrow();
        Assert.Empty(LeaseFacts.Addresses(Bed.DataDirectory));
        Assert.DoesNotContain("eth0", a.Pod.Ip("-br", "link", "show"));

        // The end of the test deletes it once more, with ours, and looks for map rows and records.
        Attachment b = Attach(Network(plugin));
        Assert.True(Ping.Reaches(Bed.Host, b.V4));
    }

    [NeedsFact(Ours)]
    public void A_pod_whose_namespace_died_leaves_nothing_after_DEL()
    {
        Attachment a = Attach(Network("bridge"));
        Attachment b = Attach(Network("bridge"));
        a.Pod.Dispose();

        Detach(a);
        Detach(b);

        // The kernel takes a dead namespace apart in its own time; its veth goes then.
        for (int i = 0; i < 100 && LeakCheck.Find(Bed).Count > 0; i++)
        {
            Thread.Sleep(20);
        }
        LeakCheck.AssertClean(Bed);
    }

    [NeedsFact(Ours)]
    public void DEL_without_a_namespace_removes_what_is_on_the_host()
    {
        Attachment a = Attach(Network("ptp"));
        Plugins.Del("ptp", a.Config, a.Id, pod: null).OrThrow();

        Assert.Empty(LeaseFacts.Addresses(Bed.DataDirectory));
        Detach(a);
        LeakCheck.AssertClean(Bed);
    }

    protected override void DisposeBeds()
    {
        _other?.Dispose();
        base.DisposeBeds();
    }
}
