using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Conformance.Tests;

/// <summary>
/// The plugins of a node are exchanged while containers run: what the reference wrote into netfilter for a container goes when ours deletes
/// it or attaches it again, and what it wrote for others, and what others wrote, stays as it is.
/// </summary>
public sealed class MigrationTests
{
    private const Needs What = Needs.Namespaces | Needs.ReferencePlugins | Needs.OurPlugins | Needs.Iptables | Needs.Ip6tables | Needs.IptablesLegacy;

    public static IEnumerable<object[]> Combinations =>
        from backend in (string[])["nft", "legacy"]
        from plugin in (string[])["bridge", "ptp"]
        from masquerade in (bool[])[false, true]
        from ports in (bool[])[false, true]
        select new object[] { backend, plugin, masquerade, ports };

    [NeedsTheory(What), MemberData(nameof(Combinations))]
    public void What_the_reference_attached_ours_deletes_without_a_trace(string backend, string plugin, bool masquerade, bool ports)
    {
        using var node = new SwitchedNode(backend);
        SwitchedNode.Container stays = node.New(plugin, "stays", masquerade, ports ? [8080] : []);
        SwitchedNode.Container goes = node.New(plugin, "goes", masquerade, ports ? [9080, 9081] : []);
        node.Iptables("-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE");
        string[] foreign = node.Rules();
        node.Add(node.Reference, stays);
        string[] others = node.Rules();
        node.Add(node.Reference, goes);
        Assert.Equal(masquerade || ports, node.Rules().Any(static rule => rule.Contains("CNI-", StringComparison.Ordinal)));

        node.Del(node.Ours, goes);

        Assert.Equal(others, node.Rules());
        Assert.DoesNotContain("eth0", goes.Pod!.Ip("-br", "link"), StringComparison.Ordinal);
        node.Del(node.Ours, stays);
        Assert.Equal(foreign, node.Rules());
        Assert.Empty(LeaseFacts.Addresses(node.Bed.DataDirectory));
    }

    [NeedsTheory(What), MemberData(nameof(Combinations))]
    public void An_ADD_by_ours_removes_what_the_reference_left_of_that_container(string backend, string plugin, bool masquerade, bool ports)
    {
        using var node = new SwitchedNode(backend);
        SwitchedNode.Container stays = node.New(plugin, "stays", masquerade, ports ? [8080] : []);
        SwitchedNode.Container dies = node.New(plugin, "c1", masquerade, ports ? [9080] : []);
        node.Add(node.Reference, stays);
        string[] others = node.Rules();
        node.Add(node.Reference, dies);
        // The machine of the container went away and nobody told the plugins; the runtime starts it anew under its old name.
        dies.Pod!.Dispose();
        foreach (string lease in Directory.GetFiles(Path.Combine(node.Bed.DataDirectory, "net1")).Where(static file => File.ReadAllText(file).StartsWith("c1", StringComparison.Ordinal)))
        {
            File.Delete(lease);
        }
        SwitchedNode.Container again = dies with { Pod = node.Bed.AddPod() };

        node.Add(node.Ours, again);

        Assert.Equal(others, node.Rules());
        node.Del(node.Ours, again);
        Assert.Equal(others, node.Rules());
    }

    [NeedsTheory(What)]
    [InlineData("bridge", false)]
    [InlineData("bridge", true)]
    [InlineData("ptp", false)]
    [InlineData("ptp", true)]
    public void What_ours_attached_the_reference_deletes_and_a_GC_of_ours_sweeps(string plugin, bool masquerade)
    {
        using var node = new SwitchedNode("nft");
        SwitchedNode.Container first = node.New(plugin, "c1", masquerade, 8080);
        SwitchedNode.Container second = node.New(plugin, "c2", masquerade, 8080);
        SwitchedNode.Container third = node.New(plugin, "c3", masquerade, 9090);
        node.Add(node.Ours, first);
        node.Add(node.Ours, third);

        node.DelOfOurs(first);

        Assert.DoesNotContain("eth0", first.Pod!.Ip("-br", "link"), StringComparison.Ordinal);
        Assert.Equal(2, LeaseFacts.Addresses(node.Bed.DataDirectory).Count);
        // The port is nobody's any more.
        node.Add(node.Ours, second);
        node.DelOfOurs(second);
        node.DelOfOurs(third);
        node.Collect(plugin);
        Assert.Empty(LeaseFacts.Addresses(node.Bed.DataDirectory));
        LeakCheck.AssertClean(node.Bed);
    }

    [NeedsTheory(What | Needs.Strace)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    public void Where_nothing_is_left_no_process_is_started_and_no_table_is_read(string plugin)
    {
        using var node = new SwitchedNode("nft");
        SwitchedNode.Container container = node.New(plugin, "c1", masquerade: true);
        foreach (string command in (string[])["ADD", "DEL"])
        {
            string[] calls = node.Traced(command, container);
            Assert.All(
                calls.Where(static call => call.Contains("execve(", StringComparison.Ordinal)),
                static call => Assert.Contains($"execve(\"{OurPlugins.Directory}/", call, StringComparison.Ordinal));
            Assert.Single(calls, static call => call.Contains("NETLINK_NETFILTER", StringComparison.Ordinal));
            Assert.DoesNotContain(calls, static call => call.Contains("IPPROTO_RAW", StringComparison.Ordinal));
            Assert.DoesNotContain(calls, static call => call.Contains("SO_GET_ENTRIES", StringComparison.Ordinal));
        }
        Assert.Equal("", node.Bed.Host.Exec("nft", "list", "ruleset").OrThrow().StdoutText);
        Assert.Equal("", node.Bed.Host.Exec("cat", "/proc/net/ip_tables_names", "/proc/net/ip6_tables_names").OrThrow().StdoutText);
    }
}
