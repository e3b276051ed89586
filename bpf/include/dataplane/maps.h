/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_MAPS_H
#define DATAPLANE_MAPS_H

/*
 * Every map of a node. Each object declares all of them, and the loader makes
 * them the same maps; keys and values are those of abi.h. Sizes are part of the
 * contract except those of the flow tables, which the loader sets by memory.
 */

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"
#include "abi_enums.h"

/* One row: what the pins belong to. Only user space reads it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct dp_node);
} node SEC(".maps");

/* ifindex of the host end of a veth -> the pod behind it. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, struct dp_endpoint);
} endpoints SEC(".maps");

/* Which endpoint owns an address. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 32768);
	__type(key, struct dp_address_key);
	__type(value, struct dp_address);
} addresses SEC(".maps");

/*
 * Flows. The common LRU, not BPF_F_NO_COMMON_LRU: per-CPU lists would evict
 * live flows of a busy CPU while others are nearly empty. About 150 bytes each.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct dp_flow4_key);
	__type(value, struct dp_flow);
} flows4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct dp_flow6_key);
	__type(value, struct dp_flow);
} flows6 SEC(".maps");

/* Where packets went, by enum dp_counter_index. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, DP_COUNTERS);
	__type(key, __u32);
	__type(value, struct dp_counter);
} counters SEC(".maps");

#endif
