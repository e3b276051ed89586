/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_EGRESS_H
#define DATAPLANE_EGRESS_H

/*
 * A pod's packet out of the node, past the stack: routed by the FIB, by policy rules too,
 * and only if that leads to the uplink that the flow was proven on. The neighbour is left
 * to bpf_redirect_neigh(), which keeps its entry alive as the stack would. to_uplink
 * runs on the packet then.
 */

#include "deliver.h"

struct ttl4 {
	__u8 ttl;
	__u8 protocol;
	__be16 check;
};

static __always_inline bool hop_taken(struct __sk_buff *skb, const struct packet *p)
{
	__u8 hops;

	if (p->version == 4) {
		struct ttl4 ttl = {p->ip4->ttl - 1, p->ip4->protocol, 0};
		__u32 check = p->ip4->check + bpf_htons(0x0100);

		ttl.check = check + (check >= 0xffff);
		return bpf_skb_store_bytes(skb, ETH_HLEN + 8, &ttl, sizeof(ttl), 0) == 0;
	}
	hops = p->ip6->hop_limit - 1;
	return bpf_skb_store_bytes(skb, ETH_HLEN + 7, &hops, 1, 0) == 0;
}

static __always_inline void next_hop(struct bpf_redir_neigh *hop, const struct bpf_fib_lookup *fib)
{
	/* The lookup puts the gateway at the place of the destination; one of the other
	 * family changes the family as well. */
	hop->nh_family = fib->family;
	address6_copy((__u8 *)hop->ipv6_nh, (const struct in6_addr *)fib->ipv6_dst);
}

static __always_inline __u32 send_out(struct __sk_buff *skb, const struct dp_endpoint *own,
				      const struct packet *p, const struct dp_flow_side *side,
				      bool translated)
{
	struct bpf_fib_lookup fib = {.ifindex = own->domain, .l4_protocol = p->protocol};
	struct bpf_redir_neigh hop = {};
	const struct dp_device *other;
	__u32 uplink = side->ifindex;
	long found;

	if (unlikely(!to_gateway(own, p)))
		return DP_STACK_NEIGHBOUR;
	if (unlikely((p->version == 4 ? p->ip4->ttl : p->ip6->hop_limit) <= 1))
		return DP_STACK_TTL;
	fib.sport = p->port[0];
	fib.dport = p->port[1];
	fib.tot_len = p->segment ? p->headers + p->segment : p->length;
	if (p->version == 4) {
		fib.family = DP_AF_INET;
		fib.tos = p->ip4->tos;
		fib.ipv4_src = p->ip4->saddr;
		fib.ipv4_dst = p->ip4->daddr;
	} else {
		fib.family = DP_AF_INET6;
		fib.flowinfo = *(const __be32 *)p->ip6 & bpf_htonl(0x0fffffff);
		address6_copy((__u8 *)fib.ipv6_src, &p->ip6->saddr);
		address6_copy((__u8 *)fib.ipv6_dst, &p->ip6->daddr);
	}
	found = bpf_fib_lookup(skb, &fib, sizeof(fib), 0);
	if (unlikely(found == BPF_FIB_LKUP_RET_FRAG_NEEDED))
		return DP_STACK_MTU;
	if (unlikely(found != BPF_FIB_LKUP_RET_SUCCESS && found != BPF_FIB_LKUP_RET_NO_NEIGH))
		return DP_STACK_ROUTE;
	if (unlikely(fib.ifindex != uplink)) {
		/* An answer of a host port goes back by whatever uplink the routes say:
		 * conntrack does not know the connection, and calls it invalid in the stack. */
		uplink = fib.ifindex;
		other = bpf_map_lookup_elem(&devices, &uplink);
		if (!translated || !other ||
		    (other->flags & (DP_DEV_UPLINK | DP_DEV_L3)) != DP_DEV_UPLINK)
			return DP_STACK_ROUTE;
	}
	if (unlikely(!hop_taken(skb, p)))
		return DP_STACK_ERROR;
	scrub(skb);
	skb->tc_index = DP_REDIRECTED;
	next_hop(&hop, &fib);
	bpf_redirect_neigh(uplink, &hop, sizeof(hop), 0);
	return DP_FAST_OUT;
}

#endif
