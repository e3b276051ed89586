/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_ROUTE_IN_H
#define DATAPLANE_ROUTE_IN_H

/*
 * A packet from an uplink into its pod, past the stack: what the node as a router would
 * do to it. What a router would answer itself is left to the stack.
 */

#include "deliver.h"
#include "translation.h"

static __always_inline bool routable_in(const struct datagram *d, const struct dp_endpoint *target)
{
	__u32 length = d->segment ? d->headers + d->segment : d->length;

	return d->ttl > 1 && length <= target->mtu && !(target->flags & DP_EP_FASTPATH_OFF) &&
	       !d->options && !mac_is_zero(target->gateway_mac);
}

/* Ethernet and the head of IP, as far as routing changes them: see struct rewrite. */
static __always_inline __u32 route_in(struct __sk_buff *skb, const struct datagram *d,
				      const struct dp_endpoint *target, __u32 ifindex)
{
	__u32 check, length = DP_REWRITE4;
	__u8 hops = d->ttl - 1;
	struct rewrite head;

	if (bpf_skb_load_bytes(skb, 0, &head, DP_REWRITE4) != 0)
		return DP_DROP_NAT_ERROR;
	mac_copy(head.dst, target->mac);
	mac_copy(head.src, target->gateway_mac);
	if (d->version == 4) {
		head.ip[4] -= bpf_htons(0x0100);
		check = head.ip[5] + bpf_htons(0x0100);
		head.ip[5] = check + (check >= 0xffff);
	} else {
		/* Alone: a sum of the device (CHECKSUM_COMPLETE) is over this, not the MACs. */
		if (bpf_skb_store_bytes(skb, ETH_HLEN + 7, &hops, 1, BPF_F_RECOMPUTE_CSUM) != 0)
			return DP_DROP_NAT_ERROR;
		length = ETH_HLEN - 2;
	}
	if (bpf_skb_store_bytes(skb, 0, &head, length, 0) != 0)
		return DP_DROP_NAT_ERROR;
	hand_over(skb, target, ifindex);
	return DP_FAST_IN;
}

#endif
