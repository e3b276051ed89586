using Dataplane.Netlink.Netfilter;

namespace Dataplane.Engine;

/// <summary>The nat chains that the reference's portmap makes once a node and never removes: they go with the last container's.</summary>
internal static class SharedChains
{
    /// <summary>PREROUTING and OUTPUT jump to it; it jumps to every container's chain.</summary>
    public const string Dnat = "CNI-HOSTPORT-DNAT";

    /// <summary>Containers' chains jump to it: it marks what has to be masqueraded.</summary>
    public const string SetMark = "CNI-HOSTPORT-SETMARK";

    /// <summary>POSTROUTING jumps to it: it masquerades what is marked.</summary>
    public const string Masquerade = "CNI-HOSTPORT-MASQ";

    /// <summary>POSTROUTING jumps to it, in old versions; it jumps to every container's second chain.</summary>
    public const string OldSnat = "CNI-HOSTPORT-SNAT";

    private static readonly string[] s_hooks = ["PREROUTING", "OUTPUT", "POSTROUTING"];

    /// <summary>Removes them when no container's chain is called any more. A chain that is used otherwise keeps all of them.</summary>
    public static void RemoveUnused(NftSocket nft, NftFamily family, ILog log)
    {
        bool removed = Leftovers.Commit(nft, batch =>
        {
            List<string> present = [];
            foreach (string chain in (ReadOnlySpan<string>)[Dnat, OldSnat, SetMark, Masquerade])
            {
                if (NftChains.Has(nft, family, chain))
                {
                    if (chain is Dnat or OldSnat && nft.Rules(new NftObject(family, NftChains.Table, chain)).Count > 0)
                    {
                        return;
                    }

                    present.Add(chain);
                }
            }

            string[] chains = [.. present];
            foreach (string hook in s_hooks)
            {
                NftChains.DeleteJumps(nft, batch, new NftObject(family, NftChains.Table, hook), chains);
            }

            foreach (string chain in chains)
            {
                batch.DeleteChain(family, NftChains.Table, chain);
            }
        });
        if (removed)
        {
            log.Info("removed the reference portmap's shared chains: no container uses them");
        }
    }

    /// <summary>As for nf_tables, of a table that is replaced as a whole.</summary>
    public static void RemoveUnused(LegacyTable table)
    {
        if ((table.Has(Dnat) && !table.IsEmpty(Dnat)) || (table.Has(OldSnat) && !table.IsEmpty(OldSnat)))
        {
            return;
        }

        foreach (string chain in (ReadOnlySpan<string>)[Dnat, OldSnat, SetMark, Masquerade])
        {
            table.TryRemove(chain, s_hooks);
        }
    }
}
