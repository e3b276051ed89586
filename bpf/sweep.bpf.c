// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The sweep of sweep.h, by a timer of the kernel: no daemon. User space runs sweep_start
 * once after loading. The timer lives as long as somebody holds the map "sweep": when
 * the pins are removed, the kernel cancels it.
 */

#include <linux/pkt_cls.h>

#include <dataplane/sweep.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define CLOCK_MONOTONIC 1

/* What sweep_start says: the timer runs, or step by step is all there is. */
enum sweep_mode {
	SWEEP_STEP = 0,
	SWEEP_TIMER = 1,
	SWEEP_ERROR = 2,
};

static int sweep_timer(void *map, __u32 *key, struct dp_sweep *row)
{
	bool round = sweep_once(row);

	bpf_timer_start(&row->timer, round ? NSEC_PER_SEC : sweep_period(), 0);
	return 0;
}

/* Of a timer that an earlier build started, this takes over: bpf_timer_init says EBUSY. */
SEC("tc")
int sweep_start(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct dp_sweep *row = bpf_map_lookup_elem(&sweep, &zero);

	if (!row)
		return SWEEP_ERROR;
	bpf_timer_init(&row->timer, &sweep, CLOCK_MONOTONIC);
	if (bpf_timer_set_callback(&row->timer, sweep_timer) != 0 ||
	    bpf_timer_start(&row->timer, NSEC_PER_SEC, 0) != 0)
		return SWEEP_ERROR;
	return SWEEP_TIMER;
}

/* Where the kernel refuses the timer (with PREEMPT_RT): each run is a step. */
SEC("?tc")
int sweep_start_plain(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct dp_sweep *row = bpf_map_lookup_elem(&sweep, &zero);

	if (!row)
		return SWEEP_ERROR;
	sweep_once(row);
	return SWEEP_STEP;
}
