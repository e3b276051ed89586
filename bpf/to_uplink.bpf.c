// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Egress of an uplink: everything that leaves the node there, as the last program.
 */

#include <dataplane/leave.h>
#include <dataplane/outbound.h>
#include <dataplane/outbound_host.h>
#include <dataplane/tag.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline __u32 decide(struct __sk_buff *skb, __u32 *l3)
{
	__u32 ifindex = skb->ifindex, entered = skb->ingress_ifindex, protocol = skb->protocol;
	const struct dp_device *uplink = bpf_map_lookup_elem(&devices, &ifindex);
	struct translation *t;
	bool whole;

	if (!uplink || !(uplink->flags & DP_DEV_UPLINK) || skb->tc_index == DP_TRANSLATED)
		return DP_UPLINK_FORWARDED;
	if (is_tagged(skb))
		return DP_UPLINK_VLAN;
	if (protocol != bpf_htons(ETH_P_IP) && protocol != bpf_htons(ETH_P_IPV6))
		return DP_STACK_NOT_IP;
	t = translation_begin();
	if (!t)
		return DP_DROP_NAT_ERROR;
	*l3 = uplink->flags & DP_DEV_L3 ? 0 : ETH_HLEN;
	whole = datagram_parse(skb, *l3, protocol, &t->d, &t->key);
	if (!t->d.version)
		return DP_STACK_MALFORMED;
	if (entered) {
		__u32 outcome = outbound_forwarded(skb, t, entered, whole);

		if (outcome != DP_UPLINK_FORWARDED)
			return outcome;
	}
	if (!whole)
		return entered ? DP_UPLINK_FORWARDED : DP_UPLINK_HOST;
	return outbound_host(skb, t, entered);
}

SEC("tc")
int to_uplink(struct __sk_buff *skb)
{
	__u32 l3 = ETH_HLEN, outcome = decide(skb, &l3);

	if (mark_is_ours(skb->tc_index))
		skb->tc_index = 0;
	return leave(skb, outcome, l3);
}
