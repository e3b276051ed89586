/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_SWEEP_H
#define DATAPLANE_SWEEP_H

/*
 * Clears connections that nobody will ask for any more. Nothing depends on it: a dead or
 * expired half counts as missing whoever finds it, and the LRU bounds the table. But a
 * table full of the dead evicts the living.
 *
 * "sweep_queue" holds one ticket a connection. A step takes the oldest ones, removes the
 * pairs that are dead or expired and puts the tickets of the others at the end. A ticket is
 * void when its half was evicted, or is another one by now (dp_nat.ticket differs): so no
 * connection ever has two places.
 *
 * A step is small, for it runs in a softirq; the larger the table, the sooner the next.
 */

#include "nat.h"

/* Tickets a step: some 40 us. */
#define DP_SWEEP_STEP 128
/* Tickets a second at least, and one of so many entries. */
#define DP_SWEEP_LEAST 1024
#define DP_SWEEP_SHARE 64

/* The kernel's view of a map, as far as it is read. */
struct bpf_map {
	__u32 max_entries;
} __attribute__((preserve_access_index));

/* Nanoseconds between steps while there is something left to look at. */
static __always_inline __u64 sweep_period(void)
{
	__u64 budget = ((struct bpf_map *)&nat)->max_entries / DP_SWEEP_SHARE;

	if (budget < DP_SWEEP_LEAST)
		budget = DP_SWEEP_LEAST;
	return NSEC_PER_SEC * DP_SWEEP_STEP / budget;
}

/*
 * Is the connection of @half over? A half is seen by its own direction alone (the other one
 * once a second at most, by nat_heal), so it takes both. Then both are removed.
 */
static __always_inline bool sweep_pair(const struct dp_nat_key *key, const struct dp_nat *half,
				       __u64 now)
{
	struct dp_nat_key other;
	struct dp_nat reverse;
	const struct dp_nat *found;

	if (!nat_is_over(half, key->protocol, now))
		return false;
	nat_reverse(key, half, &other, &reverse);
	found = nat_find(&other);
	if (found && nat_is_half_of(found, key)) {
		if (nat_lives(half) && !nat_is_over(found, key->protocol, now))
			return false;
		bpf_map_delete_elem(&nat, &other);
	}
	bpf_map_delete_elem(&nat, key);
	return true;
}

/*
 * The ticket @item came up. 1: it goes back into the queue. Not static, so that the verifier
 * looks at it once and not for each turn of the loop.
 */
__noinline int sweep_ticket(const struct dp_sweep_item *item, __u64 now)
{
	const struct dp_nat *half;
	struct dp_sweep *row;
	struct dp_nat_key key;
	__u32 zero = 0;

	row = bpf_map_lookup_elem(&sweep, &zero);
	if (!item || !row)
		return 0;
	__sync_fetch_and_add(&row->visited, 1);
	key = item->key; /* an argument is no key: kernels before 6.2 */
	half = nat_find(&key);
	if (!half || half->ticket != item->ticket)
		return 0;
	if (!sweep_pair(&key, half, now))
		return 1;
	__sync_fetch_and_add(&row->expired, 1);
	return 0;
}

/* One step. True: it came round, all that is left are tickets it has put back itself. */
static __always_inline bool sweep_once(struct dp_sweep *row)
{
	__u64 now = bpf_ktime_get_coarse_ns();
	struct dp_sweep_item item;
	__u64 first = 0;

	row->last_run = now;
	for (__u32 i = 0; i < DP_SWEEP_STEP; i++) {
		if (bpf_map_pop_elem(&sweep_queue, &item) != 0)
			return true;
		if (first == item.ticket) {
			bpf_map_push_elem(&sweep_queue, &item, 0);
			return true;
		}
		if (!sweep_ticket(&item, now))
			continue;
		/* Full again: new connections took the place. This one is left to the LRU. */
		if (bpf_map_push_elem(&sweep_queue, &item, 0) == 0 && !first)
			first = item.ticket;
	}
	return false;
}

#endif
