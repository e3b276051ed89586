using Dataplane.Netlink.Netfilter;

namespace Dataplane.Engine;

/// <summary>Removes an attachment's rules from the reference's own nftables tables, and a table that no container has a rule in.</summary>
internal static class NftRules
{
    /// <summary>Removes rules by their comment.</summary>
    /// <param name="nft">The socket.</param>
    /// <param name="table">The table.</param>
    /// <param name="owned">The chains that have a rule a container; the others hold the same rules always.</param>
    /// <param name="isOurs">Whether a comment is the attachment's.</param>
    /// <param name="log">What is told.</param>
    public static void Remove(NftSocket nft, NftObject table, string[] owned, Predicate<string> isOurs, ILog log)
    {
        bool whole = false;
        bool removed = Leftovers.Commit(nft, batch =>
        {
            if (nft.Find([table]) == 0)
            {
                return;
            }

            int left = 0;
            List<NftRule> rules = [];
            foreach (NftRule rule in nft.Rules(table))
            {
                if (owned.AsSpan().Contains(rule.Chain))
                {
                    if (isOurs(rule.Comment))
                    {
                        rules.Add(rule);
                    }
                    else
                    {
                        left++;
                    }
                }
            }

            whole = left == 0;
            if (whole)
            {
                batch.DeleteTable(table.Family, table.Table);
                return;
            }

            foreach (NftRule rule in rules)
            {
                batch.DeleteRule(table.Family, table.Table, rule);
            }
        });
        if (removed)
        {
            log.Info(string.Concat("removed the reference plugins' nftables ", whole ? "table " : "rules in table ", table.Table));
        }
    }
}
