namespace Dataplane.Netlink.Netfilter;

/// <summary>The family of an nf_tables table, by the kernel's numbers (enum nfproto).</summary>
public enum NftFamily : byte
{
    /// <summary>NFPROTO_INET: IPv4 and IPv6 in one table.</summary>
    Inet = 1,

    /// <summary>NFPROTO_IPV4: "ip".</summary>
    Ip = 2,

    /// <summary>NFPROTO_IPV6: "ip6".</summary>
    Ip6 = 10,
}
