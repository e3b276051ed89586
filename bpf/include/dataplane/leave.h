/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_LEAVE_H
#define DATAPLANE_LEAVE_H

/*
 * Every packet leaves a program through leave(), so that it is counted once and
 * its verdict follows from the name it is counted under.
 */

#include <linux/pkt_cls.h>

#include "counters.h"
#include "datagram.h"

/* Keeps the packet that is dropped for @outcome at @ifindex: the last one of each reason. */
__noinline int drop_note(struct __sk_buff *skb, __u32 outcome, __u32 l3, __u32 ifindex)
{
	struct dp_drop *note = bpf_map_lookup_elem(&last_drops, &outcome);
	struct dp_nat_key key = {};
	struct datagram d = {};
	__u32 protocol = skb->protocol;

	if (!note)
		return 0;
	if (protocol == bpf_htons(ETH_P_IP) || protocol == bpf_htons(ETH_P_IPV6))
		datagram_parse(skb, l3, protocol, &d, &key);
	note->time = bpf_ktime_get_ns();
	address_copy(note->source, key.source);
	address_copy(note->destination, key.destination);
	note->source_port = key.source_port;
	note->destination_port = key.destination_port;
	note->ifindex = ifindex;
	note->length = skb->len;
	note->protocol = key.protocol;
	return 0;
}

/*
 * "Pass" is TC_ACT_UNSPEC: filters of others that come after ours still run.
 * TC_ACT_OK would end the chain. @l3: offset of the IP header. @ifindex: the device of the
 * node that it happens at.
 */
static __always_inline int leave_at(struct __sk_buff *skb, __u32 outcome, __u32 l3, __u32 ifindex)
{
	count(skb, outcome);
	switch (outcome) {
	case DP_FAST_L2:
	case DP_FAST_L3:
	case DP_FAST_OUT:
	case DP_FAST_HOSTPORT:
	case DP_FAST_IN:
		return TC_ACT_REDIRECT;
	case DP_COPY_SPARE:
		return TC_ACT_SHOT;
	default:
		if (likely(outcome < DP_DROP_MAC_SPOOFED))
			return TC_ACT_UNSPEC;
		drop_note(skb, outcome, l3, ifindex);
		return TC_ACT_SHOT;
	}
}

static __always_inline int leave(struct __sk_buff *skb, __u32 outcome, __u32 l3)
{
	return leave_at(skb, outcome, l3, skb->ifindex);
}

#endif
