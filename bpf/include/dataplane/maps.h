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

/* One row: what the pins belong to. The programs read the cookie and dp_node.mappings. */
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
	__uint(max_entries, 65536);
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

/* Destinations an endpoint is not masqueraded to. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 131072);
	__type(key, struct dp_exclusion_key);
	__type(value, struct dp_exclusion);
} exclusions SEC(".maps");

/* Uplinks, and what is known not to be one. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct dp_device);
} devices SEC(".maps");

/* Translations of both families, two entries a connection: sized by memory. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct dp_nat_key);
	__type(value, struct dp_nat);
} nat SEC(".maps");

/* One place a connection: half the entries of "nat". */
struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 32768);
	__type(value, struct dp_sweep_item);
} sweep_queue SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct dp_sweep);
} sweep SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct dp_fragment_key);
	__type(value, struct dp_fragment);
} fragments SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct dp_host_port_key);
	__type(value, struct dp_host_port);
} host_ports SEC(".maps");

/* The value is the ifindex of the device that has the address. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 16384);
	__type(key, struct dp_local_address);
	__type(value, __u32);
} local_addresses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct dp_socket_peer_key);
	__type(value, struct dp_socket_peer);
} socket_peers SEC(".maps");

/* Bandwidth: at most two rows for each endpoint. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 32768);
	__type(key, struct dp_limit_key);
	__type(value, struct dp_limit);
} limits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 32768);
	__type(key, struct dp_limit_key);
	__type(value, struct dp_limit_state);
} limit_states SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 16384);
	__type(key, struct dp_limit_pod_key);
	__type(value, struct dp_limit_pod);
} limit_pods SEC(".maps");

/* The value is the generation of the endpoint. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct dp_exclusion_key);
	__type(value, __u32);
} limit_subnets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, DP_COUNTERS);
	__type(key, __u32);
	__type(value, struct dp_drop);
} last_drops SEC(".maps");

/* Where packets went, by enum dp_counter_index. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, DP_COUNTERS);
	__type(key, __u32);
	__type(value, struct dp_counter);
} counters SEC(".maps");

#endif
