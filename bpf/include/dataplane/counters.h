/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_COUNTERS_H
#define DATAPLANE_COUNTERS_H

/* Counting; a packet's one way out is in leave.h. */

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

#endif
