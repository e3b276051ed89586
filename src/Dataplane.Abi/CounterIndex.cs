namespace Dataplane.Abi;

/// <summary><c>enum dp_counter_index</c>: every way a packet can leave a program, see docs/counters.md.</summary>
public enum CounterIndex
{
    /// <summary><c>DP_FAST_L2</c>: From_pod: delivered to a pod of the same bridge.</summary>
    FastL2,

    /// <summary><c>DP_FAST_L3</c>: From_pod: routed to a pod of this node.</summary>
    FastL3,

    /// <summary><c>DP_STACK_CANDIDATE</c>: Flow not proven yet.</summary>
    StackCandidate,

    /// <summary><c>DP_STACK_SLOW</c>: Flow is translated by somebody.</summary>
    StackSlow,

    /// <summary><c>DP_STACK_FASTPATH_OFF</c>: See docs/counters.md.</summary>
    StackFastpathOff,

    /// <summary><c>DP_STACK_NO_ENDPOINT</c>: The device has no row.</summary>
    StackNoEndpoint,

    /// <summary><c>DP_STACK_FOREIGN_SOURCE</c>: Source address is not the endpoint's.</summary>
    StackForeignSource,

    /// <summary><c>DP_STACK_NOT_IP</c>: ARP and every other ethertype.</summary>
    StackNotIp,

    /// <summary><c>DP_STACK_VLAN</c>: See docs/counters.md.</summary>
    StackVlan,

    /// <summary><c>DP_STACK_MALFORMED</c>: Headers truncated or contradictory.</summary>
    StackMalformed,

    /// <summary><c>DP_STACK_IP_OPTIONS</c>: IPv4 options, IPv6 extension headers.</summary>
    StackIpOptions,

    /// <summary><c>DP_STACK_FRAGMENT</c>: See docs/counters.md.</summary>
    StackFragment,

    /// <summary><c>DP_STACK_PROTOCOL</c>: Neither TCP, UDP nor ICMP echo.</summary>
    StackProtocol,

    /// <summary><c>DP_STACK_NOT_UNICAST</c>: Multicast, broadcast, link-local, unspecified.</summary>
    StackNotUnicast,

    /// <summary><c>DP_STACK_TTL</c>: The host has to answer time exceeded.</summary>
    StackTtl,

    /// <summary><c>DP_STACK_MTU</c>: The host has to fragment or to answer too big.</summary>
    StackMtu,

    /// <summary><c>DP_STACK_NEIGHBOUR</c>: Destination MAC is neither the target's nor the gateway's.</summary>
    StackNeighbour,

    /// <summary><c>DP_STACK_STALE</c>: An endpoint of the flow is gone or was replaced.</summary>
    StackStale,

    /// <summary><c>DP_STACK_CLOSED</c>: SYN on a known flow, a new connection: proven anew.</summary>
    StackClosed,

    /// <summary><c>DP_STACK_ERROR</c>: A helper failed.</summary>
    StackError,

    /// <summary><c>DP_TO_POD_LOCAL</c>: To_pod: sent by the host itself.</summary>
    ToPodLocal,

    /// <summary><c>DP_TO_POD_PROVEN</c>: To_pod: the packet proved its flow.</summary>
    ToPodProven,

    /// <summary><c>DP_TO_POD_TRANSLATED</c>: To_pod: a tuple that no pod sent.</summary>
    ToPodTranslated,

    /// <summary><c>DP_TO_POD_DEMOTED</c>: To_pod: a fast flow came through the stack.</summary>
    ToPodDemoted,

    /// <summary><c>DP_TO_POD_FORWARDED</c>: To_pod: nothing to learn.</summary>
    ToPodForwarded,

    /// <summary><c>DP_FLOW_REPAIRED</c>: A lost flow was found in conntrack untranslated; counted beside the packet's way out, not instead of it.</summary>
    FlowRepaired,

    /// <summary><c>DP_DROP_MAC_SPOOFED</c>: See docs/counters.md.</summary>
    DropMacSpoofed,

    /// <summary><c>DP_DROP_SOURCE_SPOOFED</c>: See docs/counters.md.</summary>
    DropSourceSpoofed,
}
