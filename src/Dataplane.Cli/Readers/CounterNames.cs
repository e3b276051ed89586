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
        CounterIndex.StackError => "a kernel helper failed",
        CounterIndex.ToPodLocal => "sent by the host itself",
        CounterIndex.ToPodProven => "the packet proved its flow",
        CounterIndex.ToPodTranslated => "a tuple that no pod sent: marked slow",
        CounterIndex.ToPodDemoted => "a fast flow came through the stack: now slow",
        CounterIndex.ToPodForwarded => "nothing to learn from it",
        CounterIndex.FlowRepaired => "a lost flow was found in conntrack, untranslated",
        CounterIndex.DropMacSpoofed => "macspoofchk: foreign source MAC",
        CounterIndex.DropSourceSpoofed => "\"sourceCheck\": \"strict\": foreign source address",
        _ => "counted by a program newer than this dpctl",
    };
}
