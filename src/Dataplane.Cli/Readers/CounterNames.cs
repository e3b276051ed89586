using System.Text;
using Dataplane.Abi;

namespace Dataplane.Cli.Readers;

/// <summary>
/// The names and meanings of the counters. Names are those of <c>enum dp_counter_index</c> in lower case
/// without prefix; meanings are docs/counters.md's, and a test holds both to their source.
/// </summary>
internal static class CounterNames
{
    /// <summary>"fast_l2" for <c>DP_FAST_L2</c>.</summary>
    public static string Name(CounterIndex index)
    {
        string pascal = index.ToString();
        var name = new StringBuilder(pascal.Length + 4);
        foreach (char letter in pascal)
        {
            if (char.IsAsciiLetterUpper(letter) && name.Length > 0)
            {
                name.Append('_');
            }

            name.Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }

    /// <summary>What happened to the packets that are counted there: one sentence.</summary>
    public static string Meaning(CounterIndex index) => index switch
    {
        CounterIndex.FastL2 => "delivered to a pod of the same bridge, past the stack",
        CounterIndex.FastL3 => "routed to a pod of this node, past the stack",
        CounterIndex.FastOut => "routed out of the node by an uplink, past the stack",
        CounterIndex.FastHostport => "translated, and handed to the pod behind a host port of this node, or back",
        CounterIndex.FastIn => "handed to a pod, translated or not, past the stack",
        CounterIndex.StackCandidate => "flow not proven yet",
        CounterIndex.StackSlow => "the flow is translated by somebody (service address, other NAT)",
        CounterIndex.StackFastpathOff => "\"fastPath\": \"off\" on one of the ends",
        CounterIndex.StackNoEndpoint => "the device has no row",
        CounterIndex.StackForeignSource => "source address is not the endpoint's",
        CounterIndex.StackNotIp => "ARP and other ethertypes",
        CounterIndex.StackVlan => "tagged frame",
        CounterIndex.StackMalformed => "headers truncated or contradictory",
        CounterIndex.StackIpOptions => "IPv4 options, IPv6 extension headers",
        CounterIndex.StackFragment => "fragments: the stack reassembles",
        CounterIndex.StackProtocol => "neither TCP, UDP nor ICMP echo",
        CounterIndex.StackNotUnicast => "multicast, broadcast, link-local, unspecified",
        CounterIndex.StackTtl => "TTL ends here: the host answers",
        CounterIndex.StackMtu => "larger than the target's MTU: the host fragments or answers \"too big\"",
        CounterIndex.StackNeighbour => "destination MAC is neither the target's nor the gateway's",
        CounterIndex.StackStale => "an end of the flow is gone or was replaced",
        CounterIndex.StackClosed => "SYN on a known tuple: the flow is proven anew",
        CounterIndex.StackRoute => "the route does not lead to the uplink that was proven",
        CounterIndex.StackError => "a kernel helper failed",
        CounterIndex.ToPodLocal => "sent by the host itself",
        CounterIndex.ToPodProven => "the packet proved its flow",
        CounterIndex.ToPodTranslated => "a tuple that no pod sent: marked slow",
        CounterIndex.ToPodDemoted => "a fast flow came through the stack: now slow",
        CounterIndex.ToPodForwarded => "nothing to learn from it",
        CounterIndex.ToPodQueued => "the fast path's, for a pod whose bandwidth is limited: into the veth's queue",
        CounterIndex.LimitSent => "a limited pod's own packet, sent or held up",
        CounterIndex.LimitExempt => "one that the limit is not for",
        CounterIndex.CopySpare => "the copy of an allowed pod's packet that the stack let pass",
        CounterIndex.FlowAllowed => "past FORWARD, which did not let it pass or was not asked (firewall); counted beside the packet's way out",
        CounterIndex.FlowRepaired => "a lost flow was found in conntrack, untranslated",
        CounterIndex.UplinkHost => "sent by the host itself; came in for the host, or through it, and is not ours; or is not for this machine",
        CounterIndex.UplinkForwarded => "forwarded, not from a pod of ours",
        CounterIndex.UplinkPlain => "from a pod that is not masqueraded, or not to there",
        CounterIndex.UplinkProven => "the packet proved its flow; counted beside its way out",
        CounterIndex.UplinkTranslated => "left with the node's address",
        CounterIndex.UplinkMoved => "the host's own packet, or one that netfilter masqueraded: its port is in use by a pod, it got another",
        CounterIndex.UplinkBack => "translated back, the stack takes it on",
        CounterIndex.UplinkVlan => "tagged frame: its VLAN device sees it",
        CounterIndex.NatCreated => "a connection got its entries; counted beside the packet's way out",
        CounterIndex.NatHealed => "a lost half of a connection was made again; counted beside the packet's way out",
        CounterIndex.DropMacSpoofed => "macspoofchk: foreign source MAC",
        CounterIndex.DropSourceSpoofed => "\"sourceCheck\": \"strict\": foreign source address",
        CounterIndex.DropNatLost => "an answer to a host port's client whose connection was forgotten",
        CounterIndex.DropNatPorts => "every port to this destination is taken",
        CounterIndex.DropNatClash => "a protocol without ports, or SCTP: the node's one is taken",
        CounterIndex.DropNatSource => "the uplink has no address of this family",
        CounterIndex.DropNatFragment => "a fragment whose first one was not seen",
        CounterIndex.DropNatPacket => "malformed, an ICMP error about nothing we know, or ICMP that is neither query nor error",
        CounterIndex.DropNatMtu => "to or from a host port, larger than the device it would go to",
        CounterIndex.DropNatRoute => "no route to a client that appears as the node (masqAll)",
        CounterIndex.DropNatError => "a kernel helper failed",
        CounterIndex.DropLimitQueue => "would have waited too long for its turn",
        CounterIndex.DropLimitGuard => "faster than the pod's own queue sends",
        CounterIndex.DropPolicy => "between pods that their ingressPolicy keeps apart",
        _ => "counted by a program newer than this dpctl",
    };
}
