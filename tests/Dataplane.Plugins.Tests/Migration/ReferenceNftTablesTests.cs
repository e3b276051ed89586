using Dataplane.Cni;
using Dataplane.TestKit;

namespace Dataplane.Plugins.Tests.Migration;

/// <summary>
/// The nftables backends of later reference plugins (bridge and ptp since 1.6, portmap since 1.6), which Debian's are too old for: their
/// tables, written with nft as those do it.
/// </summary>
public sealed class ReferenceNftTablesTests
{
    private const Needs What = Needs.Namespaces | Needs.Nft;

    [NeedsFact(What)]
    public void Masquerade_rules_go_by_their_comment_and_the_table_with_the_last()
    {
        using var node = new ReferenceNode(legacy: false);
        Run(node, "add table ip nat; add chain ip nat mine; add table inet mine; add chain inet mine masq_checks; add rule inet mine masq_checks drop comment \"" + Comment("c1") + "\"");
        string[] foreign = node.Nft();
        Masquerade(node, "c2", "10.1.2.3", "2001:db8::3");
        string[] others = node.Nft();
        Masquerade(node, "c1", "10.1.2.4", "2001:db8::4");
        // The same container by another interface, and one whose comment only contains ours.
        Run(node, $"add rule inet cni_plugins_masquerade masq_checks ip saddr 10.1.2.5 masquerade comment \"x{Comment("c1")}\"");
        Run(node, $"add rule inet cni_plugins_masquerade masq_checks ip saddr 10.1.2.6 masquerade comment \"{ReferenceNames.MasqueradeCommentPrefix("net1", "net1", "c1")}, net: net1\"");
        Assert.Equal(others.Length + 4, node.Nft().Length);

        node.RemoveMasquerade("c1", CniCommand.Add);
        Assert.Equal(others.Length + 2, node.Nft().Length);
        Assert.All((string[])["10.1.2.5", "10.1.2.6"], a => Assert.Contains(node.Nft(), l => l.Contains(a, StringComparison.Ordinal)));
        Assert.DoesNotContain(node.Nft(), l => l.Contains("10.1.2.4 ", StringComparison.Ordinal) || l.Contains("2001:db8::4 ", StringComparison.Ordinal));
        foreach (string address in (string[])["10.1.2.5", "10.1.2.6"])
        {
            Delete(node, "inet cni_plugins_masquerade", "masq_checks", address);
        }

        Assert.Equal(others, node.Nft());
        node.RemoveMasquerade("c2");
        Assert.Equal(foreign, node.Nft());
        Assert.Empty(node.Log.Warn);
    }

    [NeedsFact(What)]
    public void Port_mappings_go_by_the_container_id_and_the_table_with_the_last()
    {
        using var node = new ReferenceNode(legacy: false);
        PortMappings(node, "ip", "c2", "10.1.2.3", "127.0.0.5");
        PortMappings(node, "ip6", "c2", "2001:db8::3", "::1");
        string[] others = node.Nft();
        PortMappings(node, "ip", "c1", "10.1.2.4", "127.0.0.6");
        PortMappings(node, "ip6", "c1", "2001:db8::4", "::1");
        Assert.True(node.Nft().Length > others.Length);

        node.RemovePortMappings("c1");
        Assert.Equal(others, node.Nft());
        node.RemovePortMappings("c");
        node.RemovePortMappings("c22", CniCommand.Add);
        Assert.Equal(others, node.Nft());
        node.RemovePortMappings("c2", CniCommand.Add);
        Assert.Empty(node.Nft());
        Assert.Empty(node.Log.Warn);
    }

    [NeedsFact(What)]
    public void An_empty_table_of_the_reference_goes_without_a_rule_of_ours()
    {
        using var node = new ReferenceNode(legacy: false);
        Masquerade(node, "c2", "10.1.2.3", "2001:db8::3");
        PortMappings(node, "ip", "c2", "10.1.2.3", "127.0.0.5");
        Run(node, "flush chain inet cni_plugins_masquerade masq_checks");
        foreach (string chain in (string[])["hostports", "hostip_hostports", "masquerading"])
        {
            Run(node, "flush chain ip cni_hostport " + chain);
        }

        node.RemoveMasquerade("c1", CniCommand.Add);
        node.RemovePortMappings("c1", CniCommand.Add);
        Assert.Empty(node.Nft());
    }

    private static string Comment(string id) => $"{ReferenceNames.MasqueradeCommentPrefix("net1", "eth0", id)}, net: net1, if: eth0, id: {id}";

    private static void Masquerade(ReferenceNode node, string id, params string[] addresses)
    {
        foreach (string address in addresses)
        {
            (string ip, string net) = address.Contains(':', StringComparison.Ordinal) ? ("ip6", "2001:db8::/64") : ("ip", "10.1.2.0/24");
            Run(node, $$"""
                add table inet cni_plugins_masquerade { comment "Masquerading for plugins from github.com/containernetworking/plugins" ; }
                add chain inet cni_plugins_masquerade masq_checks { comment "Masquerade traffic from certain IPs to any (non-multicast) IP outside their subnet" ; }
                add chain inet cni_plugins_masquerade postrouting { type nat hook postrouting priority 100 ; }
                flush chain inet cni_plugins_masquerade postrouting
                add rule inet cni_plugins_masquerade postrouting ip daddr == 224.0.0.0/4  return
                add rule inet cni_plugins_masquerade postrouting ip6 daddr == ff00::/8  return
                add rule inet cni_plugins_masquerade postrouting goto masq_checks
                add rule inet cni_plugins_masquerade masq_checks {{ip}} saddr == {{address}} {{ip}} daddr != {{net}} masquerade comment "{{Comment(id)}}"
                """);
        }
    }

    private static void PortMappings(ReferenceNode node, string ip, string id, string address, string hostIp)
    {
        string to = ip == "ip6" ? $"[{address}]:80" : $"{address}:80";
        string script = $$"""
            add table {{ip}} cni_hostport { comment "CNI portmap plugin" ; }
            add chain {{ip}} cni_hostport hostports
            add chain {{ip}} cni_hostport hostip_hostports
            add chain {{ip}} cni_hostport hostports_all
            flush chain {{ip}} cni_hostport hostports_all
            add rule {{ip}} cni_hostport hostports_all jump hostip_hostports
            add rule {{ip}} cni_hostport hostports_all jump hostports
            add chain {{ip}} cni_hostport prerouting { type nat hook prerouting priority -100 ; }
            flush chain {{ip}} cni_hostport prerouting
            add rule {{ip}} cni_hostport prerouting fib daddr type local jump hostports_all
            add chain {{ip}} cni_hostport output { type nat hook output priority -100 ; }
            flush chain {{ip}} cni_hostport output
            add rule {{ip}} cni_hostport output fib daddr type local jump hostports_all
            add chain {{ip}} cni_hostport masquerading { type nat hook postrouting priority 100 ; }
            add rule {{ip}} cni_hostport hostports tcp dport 8080 dnat to {{to}} comment "{{id}}"
            add rule {{ip}} cni_hostport hostip_hostports {{ip}} daddr {{hostIp}} udp dport 8053 dnat to {{to}} comment "{{id}}"
            add rule {{ip}} cni_hostport masquerading {{ip}} saddr {{address}} {{ip}} daddr {{address}} masquerade comment "{{id}}"
            """;
        Run(node, script);
    }

    private static void Delete(ReferenceNode node, string table, string chain, string containing)
    {
        string rule = node.Bed.Host.Exec("nft", ["-a", "list", "chain", .. table.Split(' '), chain]).OrThrow().StdoutText.Split('\n').Single(l => l.Contains(containing + " ", StringComparison.Ordinal));
        Run(node, $"delete rule {table} {chain} handle {rule[(rule.LastIndexOf(' ') + 1)..]}");
    }

    private static void Run(ReferenceNode node, string script) => node.Bed.Host.Exec("nft", script).OrThrow();
}
