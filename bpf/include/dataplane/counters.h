/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_COUNTERS_H
#define DATAPLANE_COUNTERS_H

/*
 * Every packet leaves a program through leave(), so that it is counted once and
 * its verdict follows from the name it is counted under.
 */

#include <linux/pkt_cls.h>

#include "maps.h"

/* Per CPU and not preempted by another run on the same CPU: a plain add is enough. */
static __always_inline void count(const struct __sk_buff *skb, __u32 index)
{
	struct dp_counter *counter = bpf_map_lookup_elem(&counters, &index);

	if (counter) {
		counter->packets++;
		counter->bytes += skb->len;
	}
}

/*
 * "Pass" is TC_ACT_UNSPEC: filters of others that come after ours still run.
 * TC_ACT_OK would end the chain.
 */
static __always_inline int leave(const struct __sk_buff *skb, enum dp_counter_index outcome)
{
	count(skb, outcome);
	switch (outcome) {
	case DP_FAST_L2:
	case DP_FAST_L3:
		return TC_ACT_REDIRECT;
	case DP_DROP_MAC_SPOOFED:
	case DP_DROP_SOURCE_SPOOFED:
		return TC_ACT_SHOT;
	default:
		return TC_ACT_UNSPEC;
	}
}

#endif
