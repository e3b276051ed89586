using System.Net.Sockets;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Devices;

/// <summary>Containers on the link of a device of the host: whom they reach, and how soon.</summary>
public sealed class MacvlanTests : NodeTest
{
    private const Needs What = Ours | Needs.Macvlan;
    private readonly TestNamespace _outside;

    public MacvlanTests() => _outside = Bed.AddOutside("up0", "10.1.0.200/24", "10.1.0.201/24");

    private string Config(string extra = "") => Network("macvlan", extra: $", \"master\": \"up0\"{extra}");

    [NeedsTheory(What)]
    [InlineData("bridge", true)]
    [InlineData("private", false)]
    public void Containers_of_a_master_reach_each_other_by_its_mode_and_everybody_on_its_link(string mode, bool each)
    {
        Attachment a = Attach(Config($", \"mode\": \"{mode}\""));
        Attachment b = Attach(Config($", \"mode\": \"{mode}\""));
        foreach (bool v6 in (ReadOnlySpan<bool>)[false, true])
        {
            Assert.Equal(each, Ping.Reaches(a.Pod, b.Address(v6)));
        }

        Assert.True(Ping.Reaches(_outside, a.V4) && Ping.Reaches(_outside, b.V4));
        using EchoServer server = EchoServer.Start(a.Pod, 7000);
        Assert.Equal(5, EchoClient.Count(_outside, ProtocolType.Tcp, a.V4, 7000, times: 5, bytes: 20_000));
    }

    [NeedsTheory(What)]
    [InlineData(false)]
    [InlineData(true)]
    public void An_address_works_at_once_for_its_next_owner(bool v6)
    {
        Attachment observer = Attach(Config());
        Attachment first = Attach(Config());
        Assert.True(Ping.Reaches(observer.Pod, first.Address(v6), count: 3), "the first owner answers, and is in the cache");
        Detach(first);

        Attachment second = Attach(Config(), args: $"IgnoreUnknown=1;IP={first.Address(v6)}");

        Assert.Equal(first.Address(v6), second.Address(v6));
        Assert.True(Ping.Reaches(observer.Pod, second.Address(v6)), "the next owner answers the first packet");
    }

    [NeedsFact(What)]
    public void With_enabledad_an_address_that_somebody_has_is_refused()
    {
        Attachment owner = Attach(Config());
        _outside.Ip("address", "add", "fd00:1::77/64", "dev", "eth0", "nodad");
        Assert.True(Ping.Reaches(owner.Pod, System.Net.IPAddress.Parse("fd00:1::77")));
        TestNamespace pod = Bed.AddPod();

        PluginResult result = Plugins.Add("macvlan", Config(", \"enabledad\": true"), "c", pod, args: "IgnoreUnknown=1;IP=fd00:1::77");

        Assert.Equal(999u, result.ErrorCode);
        Assert.Contains("link eth0 has address fd00:1::77 in DADFAILED state", result.ErrorMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("eth0", pod.Ip("-br", "link", "show"), StringComparison.Ordinal);
        // The default trusts IPAM, and one that nobody has is found to be free.
        Attach(Config(", \"enabledad\": true"), args: "IgnoreUnknown=1;IP=fd00:1::78");
    }

    [NeedsFact(What)]
    public void A_container_whose_namespace_died_is_deleted()
    {
        Attachment a = Attach(Config());
        a.Pod.Dispose();

        Detach(a);

        LeakCheck.AssertClean(Bed);
    }

    [NeedsFact(What)]
    public void DEL_leaves_alone_what_another_container_made_at_the_path_of_a_dead_one()
    {
        Attachment a = Attach(Config());
        string path = a.Pod.Path;
        Attachment b = Attach(Config());
        // The runtime gave the same path to another container's namespace.
        Tool.Run("umount", path).OrThrow();
        Tool.Run("mount", "--bind", b.Pod.Path, path).OrThrow();

        Plugins.Run(new PluginCall("macvlan", "GC", a.Config.Replace("\"1.0.0\"", "\"1.1.0\"", StringComparison.Ordinal).TrimEnd()[..^1]
            + $$""", "cni.dev/valid-attachments": [{"containerID": "{{b.Id}}", "ifname": "eth0"}]}""")).OrThrow();

        Assert.Contains("macvlan", b.Pod.Ip("-d", "link", "show", "eth0"), StringComparison.Ordinal);
        b.Check().OrThrow();
        Detach(b);
    }
}
