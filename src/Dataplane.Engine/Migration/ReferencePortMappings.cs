using Dataplane.Netlink.Netfilter;

namespace Dataplane.Engine;

/// <summary>
/// What the reference's portmap leaves on a node for a container: a nat chain with its mappings (and one for the way back, of old versions)
/// that shared chains jump to (iptables, by either of its backends), or rules in tables of their own (nftables).
/// </summary>
public static class ReferencePortMappings
{
    /// <summary>The reference's nftables table, in the families ip and ip6.</summary>
    public const string Table = "cni_hostport";

    private static readonly string[] s_owned = ["hostports", "hostip_hostports", "masquerading"];

    /// <summary>Removes it, if it is there; the shared chains and tables too, once nothing of any container is left in them.</summary>
    /// <param name="dnatChain">The name of the chain with the mappings.</param>
    /// <param name="snatChain">The name of the chain that old versions made.</param>
    /// <param name="comment">The comment of the rules.</param>
    /// <param name="largestLegacyTable">iptables-legacy has no way to ask for a chain: tables of more bytes are not read.</param>
    /// <param name="log">What is told: removals and failures.</param>
    public static void Remove(string dnatChain, string snatChain, string comment, int largestLegacyTable, ILog log) => Leftovers.Guard(log, () =>
    {
        if (NfTables.IsPresent())
        {
            using NftSocket nft = NftSocket.Open();
            RemoveFrom(nft, dnatChain, snatChain, comment, log);
        }
    }, () => LegacyChains.Remove(NftChains.Table, largestLegacyTable, log, [dnatChain, snatChain], table =>
    {
        bool removed = table.TryRemove(dnatChain, SharedChains.Dnat);
        removed |= table.TryRemove(snatChain, SharedChains.OldSnat);
        SharedChains.RemoveUnused(table);
        return removed ? null : LegacyChains.Kept(dnatChain);
    }));

    /// <summary>Whether there are rules of a container, in one of the families.</summary>
    /// <param name="dnatChain">The name of the chain with the mappings.</param>
    /// <param name="comment">The comment of the rules.</param>
    internal static bool AreThere(string dnatChain, string comment)
    {
        if (NfTables.IsPresent())
        {
            using NftSocket nft = NftSocket.Open();
            foreach (NftFamily family in (ReadOnlySpan<NftFamily>)[NftFamily.Ip, NftFamily.Ip6])
            {
                // The chain is the container's own; the tables of nftables have everybody's rules.
                if ((NftChains.Has(nft, family, dnatChain) && nft.Rules(new NftObject(family, NftChains.Table, dnatChain)).Count > 0)
                    || (nft.Find([new NftObject(family, Table)]) != 0 && nft.Rules(new NftObject(family, Table)).Exists(rule => rule.Comment == comment && s_owned.AsSpan().Contains(rule.Chain))))
                {
                    return true;
                }
            }
        }

        return LegacyChains.Any(NftChains.Table, [dnatChain], table => table.Has(dnatChain) && !table.IsEmpty(dnatChain));
    }

    private static void RemoveFrom(NftSocket nft, string dnatChain, string snatChain, string comment, ILog log)
    {
        ulong found = nft.Find(
        [
            new NftObject(NftFamily.Ip, NftChains.Table, dnatChain),
            new NftObject(NftFamily.Ip, NftChains.Table, snatChain),
            new NftObject(NftFamily.Ip, Table),
            new NftObject(NftFamily.Ip6, NftChains.Table, dnatChain),
            new NftObject(NftFamily.Ip6, NftChains.Table, snatChain),
            new NftObject(NftFamily.Ip6, Table),
        ]);
        foreach (NftFamily family in (ReadOnlySpan<NftFamily>)[NftFamily.Ip, NftFamily.Ip6])
        {
            if ((found & 3) != 0)
            {
                Leftovers.Guard(log, () => NftChains.Remove(nft, family, [dnatChain, snatChain], [SharedChains.Dnat, SharedChains.OldSnat], log));
                Leftovers.Guard(log, () => SharedChains.RemoveUnused(nft, family, log));
            }

            if ((found & 4) != 0)
            {
                Leftovers.Guard(log, () => NftRules.Remove(nft, new NftObject(family, Table), s_owned, text => text == comment, log));
            }

            found >>= 3;
        }
    }
}
