using System.Net;
using System.Net.Sockets;
using Dataplane.Netlink.Netfilter;

namespace Dataplane.Engine;

/// <summary>
/// What the reference's firewall leaves on a node for a container: in the filter table (iptables, by either of its backends) rules of the chain
/// CNI-FORWARD that accept what is from its addresses, and what answers to it. The chain itself, the jump to it and the administrator's
/// chain stay, as the reference leaves them; so do its rules that keep bridges apart, which are no container's.
/// </summary>
public static class ReferenceFirewall
{
    private const string Chain = "CNI-FORWARD";
    private const string Table = "filter";

    /// <summary>Removes it, if it is there: two questions to nf_tables when it is not.</summary>
    /// <param name="addresses">The container's addresses.</param>
    /// <param name="largestLegacyTable">iptables-legacy has no way to ask for a chain: tables of more bytes are not read.</param>
    /// <param name="log">What is told: removals and failures.</param>
    public static void Remove(IReadOnlyList<IPAddress> addresses, int largestLegacyTable, ILog log)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        if (addresses.Count == 0)
        {
            return;
        }

        Leftovers.Guard(log, () =>
        {
            if (NfTables.IsPresent())
            {
                using NftSocket nft = NftSocket.Open();
                ulong found = nft.Find([new NftObject(NftFamily.Ip, Table, Chain), new NftObject(NftFamily.Ip6, Table, Chain)]);
                for (int i = 0; i < 2; i++)
                {
                    if ((found & (1UL << i)) != 0)
                    {
                        RemoveRules(nft, new NftObject(i == 0 ? NftFamily.Ip : NftFamily.Ip6, Table, Chain), addresses, log);
                    }
                }
            }
        }, () => LegacyChains.Remove(Table, largestLegacyTable, log, [Chain], table =>
        {
            foreach (IPAddress address in addresses)
            {
                table.RemoveAccepts(Chain, address);
            }

            return null;
        }));
    }

    /// <summary>Whether there are rules of one of the addresses.</summary>
    /// <param name="addresses">The container's addresses.</param>
    internal static bool AreThere(IReadOnlyList<IPAddress> addresses)
    {
        if (NfTables.IsPresent())
        {
            using NftSocket nft = NftSocket.Open();
            foreach (NftFamily family in (ReadOnlySpan<NftFamily>)[NftFamily.Ip, NftFamily.Ip6])
            {
                var chain = new NftObject(family, Table, Chain);
                if (nft.Find([chain]) != 0 && nft.Rules(chain).Exists(rule => IsOf(rule, addresses)))
                {
                    return true;
                }
            }
        }

        return LegacyChains.Any(Table, [Chain], table =>
        {
            // On a copy of it, which is not written back.
            foreach (IPAddress address in addresses)
            {
                table.RemoveAccepts(Chain, address);
            }

            return table.IsChanged;
        });
    }

    private static void RemoveRules(NftSocket nft, NftObject chain, IReadOnlyList<IPAddress> addresses, ILog log)
    {
        bool removed = Leftovers.Commit(nft, batch =>
        {
            foreach (NftRule rule in nft.Rules(chain))
            {
                if (IsOf(rule, addresses))
                {
                    batch.DeleteRule(chain.Family, chain.Table, rule);
                }
            }
        });
        if (removed)
        {
            log.Info(string.Concat("removed the reference firewall's rules of the container", chain.Family == NftFamily.Ip ? " (IPv4)" : " (IPv6)"));
        }
    }

    // One address and no other condition on addresses: what else the rule asks for (the state) is the reference's.
    private static bool IsOf(NftRule rule, IReadOnlyList<IPAddress> addresses) =>
        rule.Accepts && (rule.Source ?? rule.Destination) is { } address && (rule.Source is null || rule.Destination is null) && Contains(addresses, address);

    private static bool Contains(IReadOnlyList<IPAddress> addresses, IPAddress address)
    {
        foreach (IPAddress one in addresses)
        {
            if (one.Equals(address) && one.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
            {
                return true;
            }
        }

        return false;
    }
}
