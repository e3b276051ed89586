using Dataplane.Cni;
using Dataplane.TestKit;

namespace Dataplane.Plugins.Tests.Migration;

/// <summary>
/// Containers that the reference plugins attached, as a node has them when its plugins are exchanged: what theirs left goes with the
/// container, and the rules of other containers and of anybody else are exactly what they were.
/// </summary>
public sealed class ReferenceLeftoversTests
{
    private const Needs Nft = Needs.Namespaces | Needs.ReferencePlugins | Needs.Iptables | Needs.Ip6tables | Needs.Nft;
    private const Needs Both = Nft | Needs.IptablesLegacy;

    public static TheoryData<bool, bool, bool, string> Combinations
    {
        get
        {
            var all = new TheoryData<bool, bool, bool, string>();
            foreach (bool legacy in (bool[])[false, true])
            {
                foreach (bool masquerade in (bool[])[false, true])
                {
                    foreach (bool ports in (bool[])[false, true])
                    {
                        all.Add(legacy, masquerade, ports, "bridge");
                    }
                }

                all.Add(legacy, true, true, "ptp");
            }

            return all;
        }
    }

    [NeedsTheory(Both)]
    [MemberData(nameof(Combinations))]
    public void Of_one_container_everything_goes_and_of_others_nothing(bool legacy, bool masquerade, bool ports, string plugin)
    {
        using var node = new ReferenceNode(legacy);
        Foreign(node);
        string[] foreign = node.Rules();
        node.Attach(plugin, "other", masquerade, ports ? [8080, 8081] : []);
        string[] others = node.Rules();
        node.Attach(plugin, "c1", masquerade, ports ? [.. Enumerable.Range(9000, 20)] : []);
        Assert.Equal(masquerade || ports, node.Rules().Length > others.Length);

        node.RemoveMasquerade("c1");
        node.RemovePortMappings("c1");
        Assert.Equal(others, node.Rules());

        node.RemovePortMappings("other");
        node.RemoveMasquerade("other");
        Assert.Equal(foreign, node.Rules());
        Assert.Empty(node.Log.Warn);
        Assert.Equal(masquerade || ports, node.Log.Info.Count > 0);
    }

    [NeedsTheory(Both)]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_plugin_cleans_up_after_its_namesake_alone(bool legacy)
    {
        using var node = new ReferenceNode(legacy);
        node.Attach("bridge", "c1", true);
        string[] masqueraded = node.Rules();
        node.Attach("bridge", "c2", true, 8080);
        node.RemoveMasquerade("c2", CniCommand.Add);
        Assert.Contains(node.Rules(), r => r.StartsWith("-A " + ReferenceNames.PortmapDnatChain("net1", "c2"), StringComparison.Ordinal));
        Assert.DoesNotContain(node.Rules(), r => r.Contains(ReferenceNames.MasqueradeChain("net1", "c2"), StringComparison.Ordinal));
        node.RemovePortMappings("c1", CniCommand.Add);
        node.RemovePortMappings("c2", CniCommand.Add);
        Assert.Equal(masqueraded, node.Rules());
    }

    [NeedsTheory(Both)]
    [InlineData(false)]
    [InlineData(true)]
    public void Chains_of_old_portmaps_go_too(bool legacy)
    {
        using var node = new ReferenceNode(legacy);
        Foreign(node);
        string[] foreign = node.Rules();
        string chain = ReferenceNames.PortmapSnatChain("net1", "c1");
        foreach (string rule in (string[])["-N CNI-HOSTPORT-SNAT", "-A POSTROUTING -s 127.0.0.1 ! -d 127.0.0.1 -j CNI-HOSTPORT-SNAT", $"-N {chain}", $"-A CNI-HOSTPORT-SNAT -j {chain}", $"-A {chain} -p tcp -s 127.0.0.1 -d 10.1.2.3 --dport 80 -j MASQUERADE"])
        {
            node.Iptables(rule);
        }

        node.RemovePortMappings("c1");
        Assert.Equal(foreign, node.Rules());
    }

    [NeedsTheory(Both)]
    [InlineData(false)]
    [InlineData(true)]
    public void A_chain_that_somebody_else_jumps_to_stays_whole_and_is_told(bool legacy)
    {
        using var node = new ReferenceNode(legacy);
        node.Attach("bridge", "c1", true);
        node.Iptables("-N ADMIN");
        node.Iptables("-A ADMIN -j " + ReferenceNames.MasqueradeChain("net1", "c1"));
        string[] before = node.Rules();
        node.RemoveMasquerade("c1");
        Assert.Equal(before.Take(before.TakeWhile(r => r != "COMMIT").Count()), node.Rules().TakeWhile(r => r != "COMMIT"));
        Assert.Contains(ReferenceNames.MasqueradeChain("net1", "c1"), Assert.Single(node.Log.Warn), StringComparison.Ordinal);
    }

    [NeedsFact(Both)]
    public void A_table_of_iptables_legacy_that_is_large_is_left_to_DEL()
    {
        using var node = new ReferenceNode(legacy: true);
        string chain = ReferenceNames.MasqueradeChain("net1", "c1");
        string file = Path.Combine(node.Bed.Scratch, "rules");
        File.WriteAllLines(file,
        [
            "*nat", ":KUBE - [0:0]", $":{chain} - [0:0]", $"-A POSTROUTING -s 10.1.2.3 -j {chain}", $"-A {chain} -j MASQUERADE",
            .. Enumerable.Range(0, 3000).Select(i => $"-A KUBE -d 10.96.{i / 250}.{i % 250} -p tcp -m tcp --dport 80 -j RETURN"), "COMMIT",
        ]);
        node.Bed.Host.Exec("iptables-legacy-restore", file).OrThrow();
        string[] expected = [.. node.Rules().Where(r => !r.Contains(chain, StringComparison.Ordinal))];
        node.RemoveMasquerade("c1", CniCommand.Add);
        Assert.Equal(expected.Length + 3, node.Rules().Length);
        node.RemoveMasquerade("c1");
        Assert.Equal(expected, node.Rules());
    }

    [NeedsFact(Nft)]
    public void Where_there_is_nothing_nothing_is_made_and_nothing_told()
    {
        using var node = new ReferenceNode(legacy: false);
        node.RemoveMasquerade("c1", CniCommand.Add);
        node.RemovePortMappings("c1", CniCommand.Add);
        node.RemoveMasquerade("c1");
        node.RemovePortMappings("c1");
        Assert.Empty(node.Nft());
        Assert.Equal("", node.Bed.Host.Run(() => File.ReadAllText("/proc/thread-self/net/ip_tables_names") + File.ReadAllText("/proc/thread-self/net/ip6_tables_names")));
        Assert.Empty(node.Log.Warn.Concat(node.Log.Info));
    }

    [NeedsTheory(Both)]
    [InlineData(false)]
    [InlineData(true)]
    public void Others_change_their_rules_at_the_same_time(bool legacy)
    {
        using var node = new ReferenceNode(legacy);
        Foreign(node);
        string[] foreign = node.Rules();
        string[] ids = [.. Enumerable.Range(0, 8).Select(i => "c" + i)];
        foreach (string id in ids)
        {
            node.Attach("bridge", id, true, 8000 + int.Parse(id[1..]));
        }

        var proxy = new Thread(() =>
        {
            for (int i = 0; i < 60; i++)
            {
                node.Iptables($"-A KUBE-SERVICES -d 10.96.1.{i} -p tcp --dport 80 -j KUBE-SVC-A");
                node.Iptables($"-D KUBE-SERVICES -d 10.96.1.{i} -p tcp --dport 80 -j KUBE-SVC-A");
            }
        });
        proxy.Start();
        var removers = ids.Chunk(4).Select(some => new Thread(() =>
        {
            foreach (string id in some)
            {
                node.RemoveMasquerade(id);
                node.RemovePortMappings(id);
            }
        })).ToList();
        removers.ForEach(t => t.Start());
        removers.ForEach(t => t.Join());
        proxy.Join();
        Assert.Equal(foreign, node.Rules());
        Assert.Empty(node.Log.Warn);
    }

    /// <summary>Rules as kube-proxy, docker and an administrator write them, some of them much like the reference's.</summary>
    private static void Foreign(ReferenceNode node)
    {
        foreach (string rule in (string[])
        [
            "-N KUBE-SERVICES", "-N KUBE-SVC-A", "-N KUBE-MARK-MASQ", "-N DOCKER", "-N CNI-0123456789abcdef01234567", "-N CNI-mine",
            "-A PREROUTING -m comment --comment kubernetes -j KUBE-SERVICES", "-A OUTPUT -j KUBE-SERVICES", "-A KUBE-SERVICES -d 10.96.0.1 -p tcp -m tcp --dport 443 -j KUBE-SVC-A",
            "-A KUBE-SVC-A -m statistic --mode random --probability 0.5 -p tcp -j DNAT --to-destination 10.1.2.9:6443", "-A KUBE-SVC-A -j KUBE-MARK-MASQ",
            "-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000", "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER", "-A DOCKER -i docker0 -j RETURN",
            "-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE", "-A POSTROUTING -s 10.1.2.2 -j CNI-0123456789abcdef01234567",
            "-A CNI-0123456789abcdef01234567 -j MASQUERADE", "-A POSTROUTING -j CNI-mine", "-A CNI-mine -m mark --mark 0x2000/0x2000 -j MASQUERADE",
        ])
        {
            node.Iptables(rule);
        }

        foreach (string rule in (string[])["-N KUBE-SERVICES", "-A PREROUTING -j KUBE-SERVICES", "-A POSTROUTING -s fd00:1::/64 -j MASQUERADE"])
        {
            node.Iptables(rule, v6: true);
        }
    }
}
