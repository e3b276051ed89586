/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_GUARD_H
#define DATAPLANE_GUARD_H

/*
 * What a pod sends is queued on its own device, so that its senders wait instead of losing
 * packets; a pod that may configure its network can take that queue away. Then from_pod
 * drops what is faster than 5/4 of the rate. It is a policer and a poor shaper; what comes out of the
 * pod's queue never reaches it: there the rate is exact, and the burst is allowed for.
 */

#include "edt.h"
#include "limit.h"

#define DP_GUARD_SLACK (100 * 1000 * 1000ULL) /* ns: timers that fire late, then all at once */
#define DP_GUARD_HEADERS 42                   /* of a segment at the least: Ethernet, IPv4, UDP */
#define DP_GUARD_PACKET 65536                 /* bytes: the last one that may wait */
#define DP_GUARD_BURST 0xffffffffULL          /* bytes: longer ones are in dp_limit.idle */

/* False: to be dropped. Not inline: few pods are limited. */
__noinline int guard_admits(struct __sk_buff *skb, __u32 generation)
{
	struct dp_limit_key key = {.ifindex = skb->ifindex, .direction = DP_LIMIT_EGRESS};
	const struct dp_limit *limit = limit_find(&key, generation);
	__u64 now, time, start, slack, burst;
	struct dp_limit_state *state;
	__u32 length = skb->len;

	if (!limit || !limit->rate)
		return true;
	if (limit->flags & (DP_LIMIT_UNSHAPED | DP_LIMIT_SHAPED) &&
	    limit_exempt(skb, &key, limit->flags, generation))
		return true;
	state = bpf_map_lookup_elem(&limit_states, &key);
	if (!state)
		return true;
	if (skb->gso_segs > 1)
		length += (skb->gso_segs - 1) * DP_GUARD_HEADERS;
	now = bpf_ktime_get_coarse_ns();
	time = wire_time(length, limit->rate + limit->rate / 4);
	/* Where the rate is low, the qdisc's burst is more than dp_limit.idle can say. */
	burst = limit->burst < DP_GUARD_BURST ? limit->burst : DP_GUARD_BURST;
	slack = wire_time(burst, limit->rate);
	if (slack < limit->idle)
		slack = limit->idle;
	/* What overtakes leaves beside what waits; afterwards the others wait for longer. */
	if (limit->flags & DP_LIMIT_EDT)
		slack += limit->horizon + wire_time(DP_GUARD_PACKET, limit->rate);
	slack += DP_GUARD_SLACK;
	if (clock_take(&state->guard, now, slack, now, time, &start))
		return true;
	__sync_fetch_and_add(&state->guarded, 1);
	return false;
}

#endif
