using System.Text;
using Dataplane.Interop;
using Dataplane.Netlink.Netfilter;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

/// <summary>What nft(8) and iptables-nft made, looked at and deleted by netlink; nft's own listing is the second opinion.</summary>
public sealed class NftSocketTests
{
    private static readonly NftObject s_table = new(NftFamily.Inet, "t");

    // One of every kind of expression that a rule set of a node holds.
    private static readonly string[] s_odd =
    [
        "ip saddr { 10.0.0.1, 10.0.0.2-10.0.0.9 } tcp dport . ip daddr { 80 . 192.0.2.1 } counter accept",
        "tcp dport vmap { 1 : jump b, 2 : goto b, 3 : drop }",
        "meta mark set ct mark and 0xff or 0x100",
        "ct state established,related counter return",
        "limit rate over 5/second burst 7 packets log prefix \\\"odd: \\\" level info drop",
        "fib daddr . iif type local ip protocol udp notrack",
        "numgen inc mod 3 vmap { 0 : jump b, 1 : jump b, 2 : return }",
        "reject with icmpx admin-prohibited",
        "quota over 1000 mbytes drop comment \\\"jump b\\\"",
        "iifname { eth0, veth* } oifname != lo meta priority set 1:2",
        "tcp flags & (syn | ack) == syn tcp option maxseg size set rt mtu",
        "@th,16,16 & 0xff00 == 0x1200 @ll,0,48 0x001122334455 continue",
    ];

    [NeedsFact(Needs.Namespaces | Needs.Nft)]
    public void Tables_and_chains_are_found_by_name_many_by_one_call()
    {
        using TestNamespace host = TestNamespace.Create("nf");
        Nft(host, "add table ip nat; add chain ip nat c; add table inet t; add chain inet t c");
        host.Run(() =>
        {
            using NftSocket nft = NftSocket.Open();
            for (int round = 0; round < 2; round++)
            {
                Assert.Equal(0b10101UL, nft.Find(
                [
                    new(NftFamily.Ip, "nat", "c"), new(NftFamily.Ip6, "nat", "c"), new(NftFamily.Inet, "t"), new(NftFamily.Inet, "nat"), new(NftFamily.Inet, "t", "c"),
                    new(NftFamily.Inet, "t", "d"), new((NftFamily)99, "t"), new(NftFamily.Ip, "", ""), new(NftFamily.Ip, new string('x', 300), new string('y', 300)),
                ]));
                Assert.Equal(0UL, nft.Find([]));
                Assert.Empty(nft.Rules(new NftObject(NftFamily.Ip, "nat", "none")));
                Assert.Empty(nft.Rules(new NftObject(NftFamily.Ip6, "none")));
            }
        });
    }

    [NeedsFact(Needs.Namespaces | Needs.Nft)]
    public void Rules_say_where_they_are_where_they_lead_and_what_nft_noted()
    {
        using TestNamespace host = TestNamespace.Create("nf");
        Nft(host, """
            add table inet t; add chain inet t a; add chain inet t b;
            add rule inet t a ip saddr 10.0.0.1 counter jump b comment \"jumps\";
            add rule inet t a goto b; add rule inet t a drop comment \"ä with, commas\"; add rule inet t b accept
            """);
        List<NftRule> rules = Rules(host, s_table);
        Assert.Equal([("a", "b", "jumps"), ("a", "b", ""), ("a", "", "ä with, commas"), ("b", "", "")], rules.Select(r => (r.Chain, r.Target, r.Comment)));
        Assert.Equal(4, rules.Select(r => r.Handle).Distinct().Count());
        Assert.Equal(rules[3..], Rules(host, s_table with { Chain = "b" }));
    }

    [NeedsFact(Needs.Namespaces | Needs.Iptables)]
    public void Jumps_of_iptables_are_seen_whatever_they_match()
    {
        using TestNamespace host = TestNamespace.Create("nf");
        host.Exec("iptables-nft", "-t", "nat", "-N", "CNI-x").OrThrow();
        string[][] matches =
        [
            [], ["-s", "10.0.0.1"], ["-m", "comment", "--comment", "name: \"n\" id: \"c\""], ["-m", "addrtype", "--dst-type", "LOCAL"],
            ["-p", "tcp", "-m", "multiport", "--dports", "1,2,3"], ["-m", "mark", "--mark", "0x1/0x1"], ["-m", "statistic", "--mode", "random", "--probability", "0.3"],
        ];
        foreach (string[] match in matches)
        {
            host.Exec("iptables-nft", ["-t", "nat", "-A", "POSTROUTING", .. match, "-j", "CNI-x"]).OrThrow();
            host.Exec("iptables-nft", ["-t", "nat", "-A", "POSTROUTING", .. match, "-j", "MASQUERADE"]).OrThrow();
        }

        Assert.Equal(
            matches.SelectMany(_ => new[] { "CNI-x", "" }),
            Rules(host, new NftObject(NftFamily.Ip, "nat", "POSTROUTING")).Select(r => r.Target));
    }

    [NeedsFact(Needs.Namespaces | Needs.Nft)]
    public void Among_hundreds_of_odd_rules_only_the_chosen_ones_go()
    {
        using TestNamespace host = TestNamespace.Create("nf");
        var script = new StringBuilder("add table inet t; add chain inet t a; add chain inet t b; add chain inet t mine;\n");
        for (int i = 0; i < 600; i++)
        {
            script.Append("add rule inet t a ").Append(s_odd[i % s_odd.Length].Replace("\\\"", "\"", StringComparison.Ordinal)).Append('\n');
            if (i % 60 == 0)
            {
                script.Append("add rule inet t a ip saddr 10.9.9.").Append(i / 60).Append(" jump mine comment \"mine\"\n");
            }
        }

        script.Append("add rule inet t mine masquerade\n");
        string file = Path.GetTempFileName();
        File.WriteAllText(file, script.ToString());
        host.Exec("nft", "-f", file).OrThrow();
        File.Delete(file);
        string[] others = [.. Listing(host).Where(l => !l.Contains("mine", StringComparison.Ordinal) && !l.Contains("masquerade", StringComparison.Ordinal))];
        List<NftRule> rules = Rules(host, s_table with { Chain = "a" });
        Assert.Equal(610, rules.Count);
        NftRule[] chosen = [.. rules.Where(r => r.Target == "mine")];
        Assert.Equal(10, chosen.Length);
        Assert.All(chosen, r => Assert.Equal("mine", r.Comment));

        host.Run(() =>
        {
            using NftSocket nft = NftSocket.Open();
            var batch = new NftBatch(nft.Generation());
            foreach (NftRule rule in chosen)
            {
                batch.DeleteRule(NftFamily.Inet, "t", rule);
            }

            batch.DeleteChain(NftFamily.Inet, "t", "mine");
            Assert.True(nft.TryCommit(batch));
        });
        Assert.Equal(others.Where(l => l.Trim().Length > 1), Listing(host).Where(l => l.Trim().Length > 1));
    }

    [NeedsFact(Needs.Namespaces | Needs.Nft)]
    public void A_batch_is_done_as_a_whole_or_not_at_all()
    {
        using TestNamespace host = TestNamespace.Create("nf");
        Nft(host, "add table inet t; add chain inet t a; add chain inet t b; add rule inet t a jump b; add rule inet t b accept");
        string[] before = Listing(host);
        host.Run(() =>
        {
            using NftSocket nft = NftSocket.Open();
            var batch = new NftBatch(nft.Generation());
            batch.DeleteChain(NftFamily.Inet, "t", "b");
            NetlinkException e = Assert.Throws<NetlinkException>(() => nft.TryCommit(batch));
            Assert.Equal(("delete chain", "b", Errno.EBUSY), (e.Request, e.Subject, e.Errno));
            Assert.Equal(before, Listing(host));

            batch = new NftBatch(nft.Generation());
            batch.DeleteRule(NftFamily.Inet, "t", new NftRule("a", 4711, "", ""));
            batch.DeleteTable(NftFamily.Inet, "t");
            e = Assert.Throws<NetlinkException>(() => nft.TryCommit(batch));
            Assert.Equal(("delete rule in chain", Errno.ENOENT), (e.Request, e.Errno));
            Assert.Equal(before, Listing(host));

            batch = new NftBatch(nft.Generation());
            batch.DeleteTable(NftFamily.Inet, "t");
            Assert.True(nft.TryCommit(batch));
            Assert.Empty(Listing(host));
        });
    }

    [NeedsFact(Needs.Namespaces | Needs.Nft)]
    public void A_rule_set_that_changed_meanwhile_is_not_touched()
    {
        using TestNamespace host = TestNamespace.Create("nf");
        Nft(host, "add table inet t");
        host.Run(() =>
        {
            using NftSocket nft = NftSocket.Open();
            var batch = new NftBatch(nft.Generation());
            batch.DeleteTable(NftFamily.Inet, "t");
            Nft(host, "add chain inet t somebody");
            Assert.False(nft.TryCommit(batch));
            Assert.Equal(1UL, nft.Find([s_table with { Chain = "somebody" }]));
        });
    }

    [Fact]
    public void Messages_that_are_cut_or_damaged_are_read_without_a_throw()
    {
        byte[] rule = RuleMessage();
        Assert.Equal(new NftRule("POSTROUTING", 7, "CNI-x", "c1"), NftMessages.ParseRule(rule));
        for (int length = 0; length < rule.Length; length++)
        {
            NftMessages.ParseRule(rule.AsSpan(0, length));
        }

        var random = new Random(3);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] damaged = [.. rule];
            for (int change = random.Next(1, 5); change > 0; change--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            NftMessages.ParseRule(damaged);
            NftMessages.ParseGeneration(damaged);
        }
    }

    private static byte[] RuleMessage()
    {
        var writer = new NetlinkWriter();
        NftSocket.AppendHeader(writer, (byte)NftFamily.Ip, 0);
        writer.Attribute(NftConstants.NFTA_RULE_TABLE, "nat");
        writer.Attribute(NftConstants.NFTA_RULE_CHAIN, "POSTROUTING");
        writer.Attribute(NftConstants.NFTA_RULE_HANDLE, [0, 0, 0, 0, 0, 0, 0, 7]);
        int expressions = writer.BeginNested(NftConstants.NFTA_RULE_EXPRESSIONS);
        foreach (string name in new[] { "match", "immediate" })
        {
            int element = writer.BeginNested(NftConstants.NFTA_LIST_ELEM);
            writer.Attribute(NftConstants.NFTA_EXPR_NAME, name);
            int data = writer.BeginNested(NftConstants.NFTA_EXPR_DATA);
            int immediate = writer.BeginNested(NftConstants.NFTA_IMMEDIATE_DATA);
            int verdict = writer.BeginNested(NftConstants.NFTA_DATA_VERDICT);
            writer.Attribute(NftConstants.NFTA_VERDICT_CODE, [0xff, 0xff, 0xff, 0xfd]);
            writer.Attribute(NftConstants.NFTA_VERDICT_CHAIN, "CNI-x");
            writer.EndNested(verdict);
            writer.EndNested(immediate);
            writer.EndNested(data);
            writer.EndNested(element);
        }

        writer.EndNested(expressions);
        writer.Attribute(NftConstants.NFTA_RULE_USERDATA, [9, 2, 1, 1, 0, 3, (byte)'c', (byte)'1', 0]);
        return writer.Written.ToArray();
    }

    private static List<NftRule> Rules(TestNamespace host, NftObject of) => host.Run(() =>
    {
        using NftSocket nft = NftSocket.Open();
        return nft.Rules(of);
    });

    private static void Nft(TestNamespace host, string script) => host.Exec("nft", script.Replace("\\\"", "\"", StringComparison.Ordinal)).OrThrow();

    private static string[] Listing(TestNamespace host) => host.Exec("nft", "list", "ruleset").OrThrow().StdoutText.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
