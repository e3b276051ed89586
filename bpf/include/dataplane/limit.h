/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_LIMIT_H
#define DATAPLANE_LIMIT_H

/*
 * Bandwidth at the device whose queue holds packets up: the host veth for what a pod gets
 * (to_pod), the pod's own device for what it sends (pod_limit). Which packets a limit is
 * for is decided here; with DP_LIMIT_EDT also when they leave.
 *
 * Limits without DP_LIMIT_EDT are kept by the device's qdisc alone.
 */

#include "counters.h"
#include "datagram.h"
#include "edt.h"

static __always_inline const struct dp_limit *limit_find(const struct dp_limit_key *key,
							 __u32 generation)
{
	const struct dp_limit *limit = bpf_map_lookup_elem(&limits, key);

	return limit && limit->generation == generation ? limit : NULL;
}

/*
 * Is the packet's peer one that the limit is not for? It is asked by the address outside the
 * pod: where the packet goes, or where it comes from. What is no IP packet is limited,
 * unless only some addresses are.
 */
__noinline int limit_exempt(struct __sk_buff *skb, const struct dp_limit_key *of, __u32 flags,
			    __u32 generation)
{
	struct dp_exclusion_key key = {}; /* with a value here clang would make a .rodata of it */
	const __u32 *listed = NULL;
	struct ipv6hdr ip6;
	struct iphdr ip4;
	bool known = true;

	if (!of)
		return false;
	key.prefix_length = 32 + 128;
	key.ifindex = of->ifindex;
	if (skb->protocol == bpf_htons(ETH_P_IP) &&
	    bpf_skb_load_bytes(skb, ETH_HLEN, &ip4, sizeof(ip4)) == 0)
		address_map4(key.address, of->direction == DP_LIMIT_EGRESS ? ip4.daddr : ip4.saddr);
	else if (skb->protocol == bpf_htons(ETH_P_IPV6) &&
		 bpf_skb_load_bytes(skb, ETH_HLEN, &ip6, sizeof(ip6)) == 0)
		address_copy(key.address, of->direction == DP_LIMIT_EGRESS
						  ? (const __u8 *)&ip6.daddr
						  : (const __u8 *)&ip6.saddr);
	else
		known = false;
	if (known)
		listed = bpf_map_lookup_elem(&limit_subnets, &key);
	if (listed && *listed == generation)
		return !(flags & DP_LIMIT_SHAPED);
	return !!(flags & DP_LIMIT_SHAPED);
}

/* One packet at the device of a limit: DP_LIMIT_SENT, DP_LIMIT_EXEMPT or a drop. */
static __always_inline __u32 limit_apply(struct __sk_buff *skb, const struct dp_limit_key *key,
					 __u32 generation)
{
	const struct dp_limit *limit = limit_find(key, generation);

	if (!limit)
		return DP_LIMIT_EXEMPT;
	if (limit->flags & (DP_LIMIT_UNSHAPED | DP_LIMIT_SHAPED) &&
	    limit_exempt(skb, key, limit->flags, generation)) {
		if (!(limit->flags & DP_LIMIT_EDT))
			skb->priority = limit->priority;
		return DP_LIMIT_EXEMPT;
	}
	if (!(limit->flags & DP_LIMIT_EDT)) {
		/* SO_PRIORITY takes any number from whoever has CAP_NET_RAW. */
		if (limit->priority && skb->priority == limit->priority)
			skb->priority = 0;
		return DP_LIMIT_SENT;
	}
	return edt_stamp(skb, key, limit);
}

#endif
