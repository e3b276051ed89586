using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests;

/// <summary>Who owns an address, a device or a lease, and that nobody else gets it.</summary>
public sealed class OwnershipTests : NodeTest
{
    [NeedsTheory(Ours)]
    [InlineData("bridge", false)]
    [InlineData("bridge", true)]
    [InlineData("ptp", false)]
    [InlineData("ptp", true)]
    public void An_address_works_at_once_for_its_next_owner(string plugin, bool v6)
    {
        Attachment observer = Attach(Network(plugin));
        Attachment first = Attach(Network(plugin));
        Assert.True(Ping.Reaches(observer.Pod, first.Address(v6), count: 3), "the first owner answers, and is in the caches");
        Assert.True(Ping.Reaches(Bed.Host, first.Address(v6)));
        Detach(first);

        Attachment second = Attach(Network(plugin), args: $"IgnoreUnknown=1;IP={first.Address(v6)}");

        Assert.Equal(first.Address(v6), second.Address(v6));
        Assert.True(Ping.Reaches(observer.Pod, second.Address(v6)), "the next owner answers the first packet");
        Assert.True(Ping.Reaches(Bed.Host, second.Address(v6)));
    }

    [NeedsFact(Ours)]
    public void A_connection_of_the_last_owner_does_not_reach_the_next()
    {
        Attachment client = Attach(Network("bridge"));
        Attachment first = Attach(Network("bridge"));
        using EchoServer inFirst = EchoServer.Start(first.Pod, 7000);
        using EchoClient udp = EchoClient.Connect(client.Pod, ProtocolType.Udp, first.V4, 7000);
        Assert.True(udp.Ask() && udp.Ask());
        Detach(first);
        Attachment second = Attach(Network("bridge"), args: $"IgnoreUnknown=1;IP={first.V4}");
        using EchoServer inSecond = EchoServer.Start(second.Pod, 7000);

        Assert.True(udp.Ask(), "the datagram goes to whoever has the address now");
        Assert.Single(inSecond.Clients);
    }

    [NeedsFact(Ours)]
    public void With_macspoofchk_frames_from_another_MAC_are_dropped()
    {
        Attachment a = Attach(Network("bridge", extra: ", \"macspoofchk\": true"));
        Attachment b = Attach(Network("bridge", extra: ", \"macspoofchk\": true"));
        Assert.True(Ping.Reaches(a.Pod, b.V4, count: 2));

        a.Pod.Ip("link", "set", "eth0", "address", "02:00:00:00:66:66");
        IReadOnlyDictionary<string, long> counted = Counted(() => Assert.False(Ping.Reaches(a.Pod, b.V4)));

        Assert.True(counted["DROP_MAC_SPOOFED"] > 0);
    }

    [NeedsFact(Ours)]
    public void Without_macspoofchk_another_MAC_is_the_pods_own_business()
    {
        Attachment a = Attach(Network("bridge"));
        Attachment b = Attach(Network("bridge"));
        Assert.True(Ping.Reaches(a.Pod, b.V4, count: 2));

        a.Pod.Ip("link", "set", "eth0", "address", "02:00:00:00:66:66");

        Assert.True(Ping.Reaches(a.Pod, b.V4, count: 3));
    }

    [NeedsFact(Ours)]
    public void Packets_from_a_foreign_address_never_take_the_fast_path()
    {
        Attachment a = Attach(Network("bridge"));
        Attachment b = Attach(Network("bridge"));
        using EchoServer server = EchoServer.Start(b.Pod, 7000);
        a.Pod.Ip("address", "add", "10.1.0.200/24", "dev", "eth0");

        IReadOnlyDictionary<string, long> counted = Counted(() =>
            a.Pod.Exec("ping", "-4", "-n", "-c", "3", "-i", "0.05", "-W", "1", "-I", "10.1.0.200", b.V4.ToString()).OrThrow());

        Assert.True(counted["STACK_FOREIGN_SOURCE"] >= 3);
        Assert.Equal(0, Fast(counted));
    }

    [NeedsFact(Ours)]
    public void Thirty_two_processes_at_once_get_thirty_two_addresses()
    {
        string config = $$"""
            {"cniVersion": "1.0.0", "name": "net1", "type": "host-local", "ipam": {"type": "host-local", "dataDir": "{{Bed.DataDirectory}}", "ranges": [[{"subnet": "10.1.0.0/26"}]] } }
            """;
        TestNamespace pod = Bed.AddPod();

        List<PluginResult> added = AllAtOnce("ADD");
        Assert.All(added, static result => result.OrThrow());
        Assert.Equal(32, added.SelectMany(static result => result.Addresses).Distinct().Count());
        Assert.Equal(32, LeaseFacts.Addresses(Bed.DataDirectory).Count);

        Assert.All(AllAtOnce("DEL"), static result => result.OrThrow());
        Assert.Empty(LeaseFacts.Addresses(Bed.DataDirectory));

        List<PluginResult> AllAtOnce(string command)
        {
            PluginCall[] calls = [.. Enumerable.Range(1, 32).Select(i => new PluginCall("host-local", command, config) { ContainerId = $"c{i}", Netns = pod.Path, IfName = "eth0" })];
            Process[] processes = [.. calls.Select(Plugins.Start)];
            return [.. processes.Zip(calls, static (process, call) =>
            {
                using (process)
                {
                    ToolResult result = Tool.Finish(process, Encoding.UTF8.GetBytes(call.Config));
                    return new PluginResult(call, result.ExitStatus, result.Stdout, result.Stderr);
                }
            })];
        }
    }

    [NeedsTheory(Ours)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    public void Twelve_first_attachments_at_once_share_one_node(string plugin)
    {
        Attachment[] all = AttachAll(Network(plugin), 12);

        Assert.Equal(24, all.SelectMany(static attachment => attachment.Result.Addresses).Distinct().Count());
        Assert.Equal(12, Maps.Count("endpoints"));
        Assert.True(Ping.Reaches(all[0].Pod, all[11].V4, count: 2));
    }
}
