using Dataplane.Netlink.Netfilter;

namespace Dataplane.Engine;

/// <summary>Removes the reference's chains from the nat tables of iptables-nft, which are tables of nf_tables with a fixed name.</summary>
internal static class NftChains
{
    /// <summary>The table.</summary>
    public const string Table = "nat";

    /// <summary>Removes chains, the rules in them, and the rules that jump to them: all or nothing.</summary>
    /// <param name="nft">The socket.</param>
    /// <param name="family">The table's family.</param>
    /// <param name="chains">The chains.</param>
    /// <param name="callers">The chains with rules that jump to them. The kernel refuses all of it when another chain has one as well.</param>
    /// <param name="log">What is told.</param>
    public static void Remove(NftSocket nft, NftFamily family, string[] chains, string[] callers, ILog log)
    {
        bool removed = Leftovers.Commit(nft, batch =>
        {
            foreach (string caller in callers)
            {
                DeleteJumps(nft, batch, new NftObject(family, Table, caller), chains);
            }

            foreach (string chain in chains)
            {
                if (Has(nft, family, chain))
                {
                    batch.DeleteChain(family, Table, chain);
                }
            }
        });
        if (removed)
        {
            log.Info(string.Concat("removed the reference plugins' nat chain ", chains[0], family == NftFamily.Ip ? " (IPv4)" : " (IPv6)"));
        }
    }

    public static bool Has(NftSocket nft, NftFamily family, string chain) => nft.Find([new NftObject(family, Table, chain)]) != 0;

    public static void DeleteJumps(NftSocket nft, NftBatch batch, NftObject caller, ReadOnlySpan<string> chains)
    {
        foreach (NftRule rule in nft.Rules(caller))
        {
            if (chains.Contains(rule.Target))
            {
                batch.DeleteRule(caller.Family, caller.Table, rule);
            }
        }
    }
}
