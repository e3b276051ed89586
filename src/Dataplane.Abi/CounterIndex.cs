namespace Dataplane.Abi;

/// <summary><c>enum dp_counter_index</c>: every way a packet can leave a program, see docs/counters.md.</summary>
public enum CounterIndex
{
    /// <summary><c>DP_FAST_L2</c>: From_pod: delivered to a pod of the same bridge.</summary>
    FastL2,

    /// <summary><c>DP_FAST_L3</c>: From_pod: routed to a pod of this node.</summary>
    FastL3,

    /// <summary><c>DP_FAST_OUT</c>: From_pod: routed out of the node by an uplink.</summary>
    FastOut,

    /// <summary><c>DP_FAST_HOSTPORT</c>: From_pod: translated, and handed to the pod behind a host port or back.</summary>
    FastHostport,

    /// <summary><c>DP_FAST_IN</c>: From_uplink: handed to a pod, translated or not.</summary>
    FastIn,

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

    /// <summary><c>DP_STACK_ROUTE</c>: The route does not lead to the uplink that was proven.</summary>
    StackRoute,

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

    /// <summary><c>DP_TO_POD_QUEUED</c>: To_pod: the fast path's, for a pod whose limit holds it up.</summary>
    ToPodQueued,

    /// <summary><c>DP_LIMIT_SENT</c>: Pod_limit: a limited pod's own packet, sent or held up.</summary>
    LimitSent,

    /// <summary><c>DP_LIMIT_EXEMPT</c>: Pod_limit: one that the limit is not for.</summary>
    LimitExempt,

    /// <summary><c>DP_COPY_SPARE</c>: From_pod: the copy of a packet that the stack let pass.</summary>
    CopySpare,

    /// <summary><c>DP_FLOW_ALLOWED</c>: FORWARD's answer was not waited for, or was no; counted beside the packet's way out.</summary>
    FlowAllowed,

    /// <summary><c>DP_FLOW_REPAIRED</c>: A lost flow was found in conntrack untranslated; counted beside the packet's way out, not instead of it.</summary>
    FlowRepaired,

    /// <summary><c>DP_UPLINK_HOST</c>: To_uplink: sent by the host itself; from_uplink: for the host, or through it, and not ours, or not for this machine.</summary>
    UplinkHost,

    /// <summary><c>DP_UPLINK_FORWARDED</c>: To_uplink: forwarded, not from a pod of ours.</summary>
    UplinkForwarded,

    /// <summary><c>DP_UPLINK_PLAIN</c>: To_uplink: from a pod that is not masqueraded, or not to there.</summary>
    UplinkPlain,

    /// <summary><c>DP_UPLINK_PROVEN</c>: To_uplink: counted beside the way out: it proved its flow.</summary>
    UplinkProven,

    /// <summary><c>DP_UPLINK_TRANSLATED</c>: To_uplink: left with the node's address.</summary>
    UplinkTranslated,

    /// <summary><c>DP_UPLINK_MOVED</c>: To_uplink: the host's own packet, or netfilter's; its port was a pod's.</summary>
    UplinkMoved,

    /// <summary><c>DP_UPLINK_BACK</c>: From_uplink: translated, the stack takes it on.</summary>
    UplinkBack,

    /// <summary><c>DP_UPLINK_VLAN</c>: Tagged frame: its VLAN device sees it.</summary>
    UplinkVlan,

    /// <summary><c>DP_NAT_CREATED</c>: Counted beside the way out: a connection got its entries.</summary>
    NatCreated,

    /// <summary><c>DP_NAT_HEALED</c>: Likewise: a lost half was made again.</summary>
    NatHealed,

    /// <summary><c>DP_DROP_MAC_SPOOFED</c>: See docs/counters.md.</summary>
    DropMacSpoofed,

    /// <summary><c>DP_DROP_SOURCE_SPOOFED</c>: See docs/counters.md.</summary>
    DropSourceSpoofed,

    /// <summary><c>DP_DROP_NAT_LOST</c>: An answer to a host port's client whose connection was forgotten.</summary>
    DropNatLost,

    /// <summary><c>DP_DROP_NAT_PORTS</c>: Every port to this destination is taken.</summary>
    DropNatPorts,

    /// <summary><c>DP_DROP_NAT_CLASH</c>: A protocol without ports, or SCTP: the node's one is taken.</summary>
    DropNatClash,

    /// <summary><c>DP_DROP_NAT_SOURCE</c>: The uplink has no address of this family.</summary>
    DropNatSource,

    /// <summary><c>DP_DROP_NAT_FRAGMENT</c>: A fragment whose first one was not seen.</summary>
    DropNatFragment,

    /// <summary><c>DP_DROP_NAT_PACKET</c>: Malformed, an ICMP error about nothing we know, or other ICMP.</summary>
    DropNatPacket,

    /// <summary><c>DP_DROP_NAT_MTU</c>: To or from a host port, larger than the device it would go to.</summary>
    DropNatMtu,

    /// <summary><c>DP_DROP_NAT_ROUTE</c>: No route to a client that appears as the node (<c>masqAll</c>).</summary>
    DropNatRoute,

    /// <summary><c>DP_DROP_NAT_ERROR</c>: A helper failed.</summary>
    DropNatError,

    /// <summary><c>DP_DROP_LIMIT_QUEUE</c>: Would have waited too long for its turn.</summary>
    DropLimitQueue,

    /// <summary><c>DP_DROP_LIMIT_GUARD</c>: From_pod: faster than the pod's own queue sends, so that is gone.</summary>
    DropLimitGuard,

    /// <summary><c>DP_DROP_POLICY</c>: Between pods that their "ingressPolicy" keeps apart.</summary>
    DropPolicy,
}
