/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_EDT_H
#define DATAPLANE_EDT_H

/*
 * Earliest departure time: a packet of a limited pod gets the moment at which it may leave,
 * and the qdisc fq on the same device keeps it until then.
 *
 * clock is when everything that was admitted has left at the configured rate. A packet leaves
 * at clock and moves it on by its own length; after a silence clock may lag behind now by
 * "idle", the burst. Who would wait longer than "horizon" is dropped; longer than "mark", marked.
 *
 * One clock for all of a pod's flows is one queue, and whoever sends little would wait
 * behind whoever sends much. So a short packet of a flow that has nothing waiting overtakes:
 * it leaves now. It is charged to the clock like any other, so the sum keeps to the rate, and
 * to a clock of its own, "express", which may run ahead of now by DP_EXPRESS_LEAD at most; by
 * half of it for what is not small: where the rate is low, busy flows often have nothing waiting.
 * Packets of one flow never overtake each other: flow[] says when its last one leaves. A flow
 * has two places there by its hash, and who shares one of them with a flow that waits has the
 * other: among eight busy flows of 512 places, one flow in a thousand is taken for one that waits.
 * What overtakes is not asked for the horizon: who floods fills that, and a packet of 64 KiB
 * that begins before its end reaches far beyond it. The lane alone is the bound. Who floods has
 * something waiting, in all places of its flows.
 */

#include "maps.h"
#include "flow.h"

#define DP_EXPRESS_LEAD (5 * 1000 * 1000ULL) /* ns */
#define DP_EXPRESS_LENGTH 3100               /* bytes: a frame, or two */
#define DP_EXPRESS_SMALL 512                 /* bytes */
#define DP_SENDER_HORIZON (250 * 1000 * 1000ULL) /* ns */
#define DP_EDT_TRIES 4

/* What the packet takes on the wire: the qdisc layer counts the headers of every segment. */
static __always_inline __u64 wire_time(__u32 length, __u64 rate)
{
	return rate ? length * NSEC_PER_SEC / rate : 0;
}

/*
 * The longest wait. A sender on this machine hears of a loss at once, and its TCP then does
 * nothing until a timer fires; what of its packets may wait, its sockets' buffers bound.
 */
static __always_inline __u64 horizon_of(const struct __sk_buff *skb, const struct dp_limit_key *key,
					const struct dp_limit *limit)
{
	bool local = key->direction == DP_LIMIT_INGRESS && skb->ingress_ifindex == 0;

	return local && limit->horizon < DP_SENDER_HORIZON ? DP_SENDER_HORIZON : limit->horizon;
}

/* Takes @time on @clock, which lags behind @now by at most @idle. *start: when it begins.
 * False: it would begin later than @latest. */
static __always_inline bool clock_take(__u64 *clock, __u64 now, __u64 idle, __u64 latest,
				       __u64 time, __u64 *start)
{
	__u64 seen = *(volatile __u64 *)clock;

	for (int i = 0; i < DP_EDT_TRIES; i++) {
		__u64 begin = seen, before;

		if ((__s64)(now - idle - begin) > 0)
			begin = now - idle;
		if ((__s64)(begin - latest) > 0)
			return false;
		*start = begin;
		before = __sync_val_compare_and_swap(clock, seen, begin + time);
		if (before == seen)
			return true;
		seen = before;
	}
	/* Another CPU was quicker each time: the clock is not behind. */
	*start = __sync_fetch_and_add(clock, time);
	return true;
}

/* Does the packet leave before everything that waits? */
static __always_inline bool overtake(struct dp_limit_state *state, __u64 now, __u32 length,
				     __u64 time, __u32 first, __u32 second)
{
	__u64 lead = length <= DP_EXPRESS_SMALL ? DP_EXPRESS_LEAD : DP_EXPRESS_LEAD / 2, start;

	if (length > DP_EXPRESS_LENGTH || ((__s64)(state->flow[first] - now) > 0 &&
					   (__s64)(state->flow[second] - now) > 0))
		return false;
	return clock_take(&state->express, now, 0, now + lead, time, &start);
}

__noinline int edt_stamp(struct __sk_buff *skb, const struct dp_limit_key *of,
			 const struct dp_limit *limit)
{
	__u64 now = bpf_ktime_get_ns(), start, time, stamp;
	__u32 length = skb->wire_len, hash, first, second;
	struct dp_limit_state *state;
	struct dp_limit_key key;

	if (!of || !limit)
		return DP_LIMIT_EXEMPT;
	key = *of; /* an argument is no key: kernels before 6.2 */
	state = bpf_map_lookup_elem(&limit_states, &key);
	if (!state || !limit->rate)
		return DP_LIMIT_EXEMPT;
	time = wire_time(length, limit->rate);
	hash = bpf_get_hash_recalc(skb);
	first = hash % DP_LIMIT_FLOWS;
	second = hash / DP_LIMIT_FLOWS % DP_LIMIT_FLOWS;

	start = *(volatile __u64 *)&state->clock;
	if ((__s64)(start - now) > 0 && overtake(state, now, length, time, first, second)) {
		__sync_fetch_and_add(&state->clock, time);
		start = now;
	} else if (!clock_take(&state->clock, now, limit->idle,
			       now + horizon_of(skb, &key, limit), time, &start)) {
		__sync_fetch_and_add(&state->dropped, 1);
		return DP_DROP_LIMIT_QUEUE;
	} else if ((__s64)(start - now) > 0) {
		state->flow[first] = start;
		state->flow[second] = start;
		__sync_fetch_and_add(&state->delayed, 1);
		if ((__s64)(start - now) > limit->mark && bpf_skb_ecn_set_ce(skb) > 0)
			__sync_fetch_and_add(&state->marked, 1);
	} else {
		start = now;
	}
	__sync_fetch_and_add(&state->packets, 1);
	__sync_fetch_and_add(&state->bytes, length);
	/* A sender that paces itself may want it later still. */
	stamp = skb->tstamp;
	if ((__s64)(start - stamp) > 0)
		skb->tstamp = start;
	return DP_LIMIT_SENT;
}

#endif
