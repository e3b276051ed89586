using Dataplane.Netlink.Netfilter;

namespace Dataplane.Engine;

/// <summary>
/// What the reference's bridge and ptp leave on a node for an attachment with masquerade: a nat chain that POSTROUTING jumps to
/// (iptables, by either of its backends), or rules in a table of their own (nftables).
/// </summary>
public static class ReferenceMasquerade
{
    /// <summary>The reference's nftables table, of family inet.</summary>
    public const string Table = "cni_plugins_masquerade";

    private static readonly string[] s_callers = ["POSTROUTING"];
    private static readonly string[] s_owned = ["masq_checks"];

    /// <summary>Removes it, if it is there: three questions to nf_tables when it is not, two files that are not there for iptables-legacy.</summary>
    /// <param name="chain">The chain's name.</param>
    /// <param name="commentPrefix">What the comments of the rules begin with.</param>
    /// <param name="largestLegacyTable">iptables-legacy has no way to ask for a chain: tables of more bytes are not read.</param>
    /// <param name="log">What is told: removals and failures.</param>
    public static void Remove(string chain, string commentPrefix, int largestLegacyTable, ILog log) => Leftovers.Guard(log, () =>
    {
        if (NfTables.IsPresent())
        {
            using NftSocket nft = NftSocket.Open();
            ulong found = nft.Find(
            [
                new NftObject(NftFamily.Ip, NftChains.Table, chain),
                new NftObject(NftFamily.Ip6, NftChains.Table, chain),
                new NftObject(NftFamily.Inet, Table),
            ]);
            for (int i = 0; i < 2; i++)
            {
                if ((found & (1UL << i)) != 0)
                {
                    Leftovers.Guard(log, () => NftChains.Remove(nft, i == 0 ? NftFamily.Ip : NftFamily.Ip6, [chain], s_callers, log));
                }
            }

            if ((found & 4) != 0)
            {
                Leftovers.Guard(log, () => NftRules.Remove(
                    nft, new NftObject(NftFamily.Inet, Table), s_owned, comment => comment.StartsWith(commentPrefix, StringComparison.Ordinal), log));
            }
        }
    }, () => LegacyChains.Remove(NftChains.Table, largestLegacyTable, log, [chain], table => table.TryRemove(chain, s_callers) ? null : LegacyChains.Kept(chain)));
}
