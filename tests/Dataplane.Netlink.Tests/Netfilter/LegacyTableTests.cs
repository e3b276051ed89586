using Dataplane.Interop;
using Dataplane.Netlink.Netfilter;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

/// <summary>Tables that iptables-legacy made, with chains taken out of them; what iptables-legacy would have made of it is the second opinion.</summary>
public sealed class LegacyTableTests
{
    private const string Nat = "nat";

    public static TheoryData<string> Families => ["IPv4", "IPv6"];

    [NeedsFact(Needs.Namespaces | Needs.IptablesLegacy)]
    public void A_table_is_there_once_somebody_asked_for_it_and_looking_does_not_make_it()
    {
        using TestNamespace host = TestNamespace.Create("lg");
        bool Present(string table) => host.Run(() => LegacyTables.IsPresent(LegacyFamily.Ip, table));
        Assert.False(Present(Nat));
        Assert.False(Present(Nat));
        host.Exec("iptables-legacy", "-t", Nat, "-L").OrThrow();
        Assert.True(Present(Nat));
        Assert.False(Present("na"));
        Assert.False(Present("filter"));
        Assert.False(host.Run(() => LegacyTables.IsPresent(LegacyFamily.Ip6, Nat)));
    }

    [NeedsTheory(Needs.Namespaces | Needs.IptablesLegacy)]
    [MemberData(nameof(Families))]
    public void A_chain_goes_with_its_jumps_and_everything_else_stays_with_its_counters(string name)
    {
        LegacyFamily family = name == "IPv4" ? LegacyFamily.Ip : LegacyFamily.Ip6;
        string address = family == LegacyFamily.Ip ? "10.0.0." : "2001:db8::";
        using TestNamespace host = TestNamespace.Create("lg");
        // Each line with the traffic it saw; those with CNI-a go.
        var rules = new List<string> { "*nat", ":PREROUTING ACCEPT [1:10]", ":INPUT ACCEPT [2:20]", ":OUTPUT ACCEPT [3:30]", ":POSTROUTING ACCEPT [4:40]" };
        rules.AddRange([":CNI-a - [0:0]", ":CNI-b - [0:0]", ":Z-last - [0:0]", ":A-first - [0:0]", ":out - [0:0]"]);
        rules.Add($"[5:50] -A POSTROUTING -s {address}1 -m comment --comment \"name: \\\"n\\\" id: \\\"a\\\"\" -j CNI-a");
        for (int i = 0; i < 300; i++)
        {
            rules.Add($"[{i + 6}:{i * 60}] -A POSTROUTING -s {address}{(i % 200) + 2} -m mark --mark 0x{i + 1:x} -j CNI-b");
        }

        rules.AddRange([
            $"[7:70] -A POSTROUTING -d {address}7 -g Z-last", $"[8:80] -A POSTROUTING -s {address}9 -j CNI-a", "[9:90] -A OUTPUT -p tcp -m multiport --dports 1,2,3 -j out",
            "[10:100] -A CNI-a -m comment --comment x -j ACCEPT", "[11:110] -A CNI-a -j MASQUERADE", "[12:120] -A CNI-b -j MASQUERADE --random",
            "[13:130] -A Z-last -j A-first", "[14:140] -A A-first -m statistic --mode random --probability 0.5 -j RETURN", "[15:150] -A A-first -p udp -j MASQUERADE --to-ports 1024-2048", "[16:160] -A out -j RETURN", "COMMIT",
        ]);
        string prefix = family == LegacyFamily.Ip ? "iptables" : "ip6tables";
        Restore(host, prefix, rules);
        string[] expected = [.. Save(host, prefix).Where(l => !l.Contains("CNI-a", StringComparison.Ordinal))];

        host.Run(() =>
        {
            using FileDescriptor socket = LegacyTables.Open(family);
            Assert.False(LegacyTables.Names(socket, family, Nat, "CNI-other"));
            Assert.True(LegacyTables.Names(socket, family, Nat, "CNI-other", "CNI-a"));
            LegacyTable table = LegacyTables.Read(socket, family, Nat);
            Assert.True(table.TryRemove("CNI-a", "POSTROUTING"));
            Assert.False(table.TryRemove("CNI-a", "POSTROUTING"));
            Assert.True(LegacyTables.TryReplace(socket, family, Nat, table));
        });

        Assert.Equal(expected, Save(host, prefix));
        // iptables itself goes on with it.
        host.Exec($"{prefix}-legacy", "-t", Nat, "-F", "CNI-b").OrThrow();
        Assert.Equal(expected.Count(l => !l.Contains("-A CNI-b", StringComparison.Ordinal)), Save(host, prefix).Length);
    }

    [NeedsFact(Needs.Namespaces | Needs.IptablesLegacy)]
    public void A_chain_that_somebody_else_jumps_to_stays()
    {
        using TestNamespace host = TestNamespace.Create("lg");
        Restore(host, "iptables", ["*nat", ":CNI-a - [0:0]", ":other - [0:0]", "-A other -j CNI-a", "-A POSTROUTING -j CNI-a", "-A CNI-a -j RETURN", "COMMIT"]);
        LegacyTable table = Read(host);
        Assert.False(table.TryRemove("CNI-a", "POSTROUTING"));
        Assert.False(table.IsChanged);
        Assert.False(table.IsEmpty("CNI-a"));
        Assert.True(table.TryRemove("other", "POSTROUTING"));
        Assert.True(table.TryRemove("CNI-a", "POSTROUTING"));
        Assert.False(table.Has("CNI-a"));
        Assert.False(table.Has("ERROR"));
        Assert.Equal(table.Count - 7, table.CountLeft);
    }

    [NeedsFact(Needs.Namespaces | Needs.IptablesLegacy)]
    public void A_table_that_somebody_replaced_meanwhile_is_not_touched()
    {
        using TestNamespace host = TestNamespace.Create("lg");
        Restore(host, "iptables", ["*nat", ":CNI-a - [0:0]", "-A CNI-a -j RETURN", "COMMIT"]);
        LegacyTable table = Read(host);
        table.TryRemove("CNI-a");
        host.Exec("iptables-legacy", "-t", Nat, "-N", "somebody").OrThrow();
        Assert.False(host.Run(() =>
        {
            using FileDescriptor socket = LegacyTables.Open(LegacyFamily.Ip);
            return LegacyTables.TryReplace(socket, LegacyFamily.Ip, Nat, table);
        }));
        Assert.Contains(Save(host, "iptables"), l => l.Contains("somebody", StringComparison.Ordinal));
    }

    /// <summary>The kernel answers EAGAIN to who reads while another replaces: that is no answer, and no "it is not there".</summary>
    [NeedsFact(Needs.Namespaces | Needs.IptablesLegacy)]
    public void A_chain_is_found_while_others_replace_the_table()
    {
        using TestNamespace host = TestNamespace.Create("lg");
        Restore(host, "iptables", ["*nat", ":CNI-a - [0:0]", ":other - [0:0]", "-A CNI-a -j RETURN", "COMMIT"]);
        bool ended = false;
        var writer = new Thread(() =>
        {
            for (int i = 0; i < 40; i++)
            {
                host.Exec("iptables-legacy", "-t", Nat, "-A", "other", "-j", "RETURN").OrThrow();
                host.Exec("iptables-legacy", "-t", Nat, "-D", "other", "-j", "RETURN").OrThrow();
            }

            Volatile.Write(ref ended, true);
        });
        writer.Start();
        long missed = host.Run(() =>
        {
            using FileDescriptor socket = LegacyTables.Open(LegacyFamily.Ip);
            long missed = 0;
            while (!Volatile.Read(ref ended))
            {
                missed += LegacyTables.Names(socket, LegacyFamily.Ip, Nat, "CNI-a") ? 0 : 1;
            }

            return missed;
        });
        writer.Join();
        Assert.Equal(0, missed);
    }

    [NeedsFact(Needs.Namespaces | Needs.IptablesLegacy)]
    public void Damaged_tables_are_refused_or_read_never_anything_worse()
    {
        using TestNamespace host = TestNamespace.Create("lg");
        Restore(host, "iptables", ["*nat", ":CNI-a - [0:0]", ":CNI-b - [0:0]", "-A POSTROUTING -j CNI-a", "-A CNI-a -j CNI-b", "-A CNI-b -j MASQUERADE", "COMMIT"]);
        LegacyTable sound = Read(host);
        uint[] hooks = new uint[5], underflows = new uint[5];
        byte[] entries = sound.Write(hooks, underflows);
        var random = new Random(5);
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] damaged = i < entries.Length ? entries[..i] : [.. entries];
            for (int change = random.Next(1, 4); i >= entries.Length && change > 0; change--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                var table = new LegacyTable(LegacyFamily.Ip, sound.ValidHooks, hooks, underflows, damaged);
                table.TryRemove("CNI-a", "POSTROUTING");
                table.TryRemove("CNI-b", "CNI-a");
                table.Write(new uint[5], new uint[5]);
            }
            catch (FormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, entries.Length, 19_999);
    }

    private static LegacyTable Read(TestNamespace host) => host.Run(() =>
    {
        using FileDescriptor socket = LegacyTables.Open(LegacyFamily.Ip);
        return LegacyTables.Read(socket, LegacyFamily.Ip, Nat);
    });

    private static void Restore(TestNamespace host, string prefix, IEnumerable<string> lines)
    {
        string file = Path.GetTempFileName();
        File.WriteAllLines(file, lines);
        host.Exec($"{prefix}-legacy-restore", "-c", file).OrThrow();
        File.Delete(file);
    }

    private static string[] Save(TestNamespace host, string prefix) =>
        [.. host.Exec($"{prefix}-legacy-save", "-c", "-t", Nat).OrThrow().StdoutText.Split('\n').Where(l => !l.StartsWith('#'))];
}
