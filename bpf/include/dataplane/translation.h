/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_TRANSLATION_H
#define DATAPLANE_TRANSLATION_H

/*
 * What is known of the packet that is being translated. Too much for 512 bytes of stack
 * beside the functions that work on it, so it lies in a map of one row a CPU. No two
 * runs meet there: tc programs run with bottom halves off and do not nest, and the
 * program behind a redirect starts when the one before it has returned.
 */

#include "datagram.h"

struct embedded {
	struct dp_nat_key key; /* the tuple as it stands in an ICMP error */
	__u32 l3;
	__u32 l4;
	__u32 check; /* offset of its L4 checksum; 0: none, or cut off */
	bool pseudo;
	bool mangled0;
};

struct translation {
	struct datagram d;
	struct dp_nat_key key;    /* the packet as it is */
	struct dp_nat become;     /* and what it becomes */
	struct dp_nat_key answer; /* the answers to it, as they will come */
	struct dp_nat reverse;    /* and what those become */
	struct embedded about;    /* what it is about, if it is an ICMP error */
	__u64 now;                /* ns, CLOCK_MONOTONIC */
	__u32 mappings;           /* dp_node.mappings */
	__u16 port_min;           /* range for a new source port, host order; 0: keeps its own */
	__u16 port_max;
	bool as_node; /* the new source is an address of the node */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct translation);
} scratch SEC(".maps");

/*
 * The row. Functions that are verified on their own get it as memory, which kernels before
 * 6.2 do not accept as the key of a map: those that need one look it up again.
 */
static __always_inline struct translation *translation_row(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&scratch, &zero);
}

/* Begins with a packet: zero but for the time. Never NULL, which only the verifier doubts. */
static __always_inline struct translation *translation_begin(void)
{
	struct translation *t = translation_row();

	if (!t)
		return NULL;
	__builtin_memset(&t->d, 0, sizeof(t->d));
	__builtin_memset(&t->key, 0, sizeof(t->key));
	t->now = bpf_ktime_get_coarse_ns();
	return t;
}

#endif
