namespace Dataplane.Netlink;

/// <summary>Where an ipvlan device hands over to its master: IPVLAN_MODE_ of linux/if_link.h.</summary>
public enum IpvlanMode
{
    /// <summary>At the link layer.</summary>
    L2 = 0,

    /// <summary>At the network layer: the master's namespace routes.</summary>
    L3 = 1,

    /// <summary>As <see cref="L3"/>, and the packets pass the netfilter hooks there.</summary>
    L3s = 2,
}
