namespace Dataplane.Netlink;

/// <summary>How the macvlan devices of one master see each other: MACVLAN_MODE_ of linux/if_link.h.</summary>
public enum MacvlanMode
{
    /// <summary>Not at all.</summary>
    Private = 1,

    /// <summary>Through the switch outside, when that sends frames back.</summary>
    Vepa = 2,

    /// <summary>As ports of one bridge.</summary>
    Bridge = 4,

    /// <summary>There is only one, and it has the master's address.</summary>
    Passthru = 8,
}
