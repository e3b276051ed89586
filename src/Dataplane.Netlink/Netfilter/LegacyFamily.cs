using Dataplane.Interop;

namespace Dataplane.Netlink.Netfilter;

/// <summary>What IPv4's and IPv6's iptables-legacy tables differ in: linux/netfilter_ipv4/ip_tables.h and netfilter_ipv6/ip6_tables.h.</summary>
/// <param name="Name">"IPv4" or "IPv6".</param>
/// <param name="AddressFamily">Of the socket.</param>
/// <param name="Level">Of its options: IPPROTO_IP, IPPROTO_IPV6.</param>
/// <param name="NamesFile">Which tables there are, below /proc/…/net.</param>
/// <param name="NextOffset">Where next_offset is in an entry; target_offset is the 16 bits before.</param>
/// <param name="EntrySize">sizeof(struct ipt_entry), ip6t_entry.</param>
/// <param name="AddressSize">Bytes of an address.</param>
public sealed record LegacyFamily(string Name, int AddressFamily, int Level, string NamesFile, int NextOffset, int EntrySize, int AddressSize)
{
    /// <summary>iptables-legacy.</summary>
    public static LegacyFamily Ip { get; } = new("IPv4", LibC.AF_INET, 0, "ip_tables_names", 90, 112, 4);

    /// <summary>ip6tables-legacy.</summary>
    public static LegacyFamily Ip6 { get; } = new("IPv6", LibC.AF_INET6, 41, "ip6_tables_names", 142, 168, 16);
}
