/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_ABI_H
#define DATAPLANE_ABI_H

/*
 * The one contract between the programs and user space: everything that both
 * sides read or write in a map. src/Dataplane.Abi holds the C# twins; a test
 * compares them with the BTF of the compiled objects, name by name.
 *
 * Addresses, ports and MACs are in network byte order, everything else is in
 * host byte order. Padding is explicit and zero. An IPv4 address in a 16-byte
 * field is IPv4-mapped (::ffff:a.b.c.d).
 *
 * A change of any layout or map definition is a new DP_ABI_VERSION: maps are
 * pinned below v<DP_ABI_VERSION>.
 */

#include <linux/types.h>

enum dp_abi {
	DP_ABI_VERSION = 1,
};

enum dp_endpoint_flag {
	DP_EP_L2 = 1 << 0,           /* the host veth is a bridge port */
	DP_EP_FASTPATH_OFF = 1 << 1, /* "fastPath": "off": never leave the stack */
	DP_EP_MAC_CHECK = 1 << 2,    /* macspoofchk: drop frames whose source MAC is not ours */
	DP_EP_SOURCE_STRICT =
		1 << 3, /* "sourceCheck": "strict": drop IP packets from foreign addresses */
};

/* Map "endpoints": key __u32 = ifindex of the host end of the pod's veth. */
struct dp_endpoint {
	__u32 flags;         /* enum dp_endpoint_flag */
	__u32 generation;    /* of this endpoint; never 0; never used twice on a node */
	__u32 domain;        /* ifindex of the device whose link the pod's addresses are on:
				* the bridge (or bridge.vlan), or the host veth itself (ptp) */
	__u32 mtu;           /* of the pod's device, bytes of L3 */
	__u8 mac[6];         /* the pod's device */
	__u8 gateway_mac[6]; /* the device the pod sends to for routing; zero: not routed */
	__u64 owner; /* first 8 bytes of SHA-256("<container ID>\0<ifname>"), for user space */
};

/* Map "addresses": who owns an address on a domain. */
struct dp_address_key {
	__u32 domain; /* as dp_endpoint.domain */
	__u8 address[16];
};

struct dp_address {
	__u32 ifindex;    /* host end of the owner's veth */
	__u32 generation; /* the owner's; a row of another generation is dead */
};

/* Maps "flows4" and "flows6": one entry serves both directions. Side 0 is the
 * one with the lower address (then port) as memcmp orders them. ICMP echo: both ports
 * are the identifier. */
struct dp_flow4_key {
	__u8 address[2][4];
	__be16 port[2];
	__u8 protocol;
	__u8 pad[3];
};

struct dp_flow6_key {
	__u8 address[2][16];
	__be16 port[2];
	__u8 protocol;
	__u8 pad[3];
};

enum dp_flow_state {
	DP_FLOW_CANDIDATE = 1, /* seen, not proven: takes the stack */
	DP_FLOW_FAST = 2,      /* proven: the stack lets it pass untranslated */
	DP_FLOW_SLOW = 3,      /* somebody translates it: takes the stack for good */
};

/* The device behind one side of a flow; ifindex 0: not known yet. */
struct dp_flow_side {
	__u32 ifindex;    /* host end of the veth */
	__u32 generation; /* of the endpoint when it was learnt */
};

enum dp_flow_tcp {
	DP_TCP_FIN0 = 1 << 0, /* FIN seen from side 0 */
	DP_TCP_FIN1 = 1 << 1, /* FIN seen from side 1 */
	DP_TCP_RST = 1 << 2,
};

struct dp_flow {
	__u64 last_seen; /* ns, CLOCK_MONOTONIC; written at most once a second */
	__u64 since;     /* ns: when the state was entered */
	__u64 fallback;  /* ns: when a packet of it was last given to the stack on purpose */
	struct dp_flow_side side[2];
	__u32 tcp;   /* enum dp_flow_tcp; a word of its own: bits are set atomically */
	__u8 state;  /* enum dp_flow_state */
	__u8 origin; /* the side that sent the first packet */
	__u8 pad[2];
};

/* Map "node": one row, index 0. */
struct dp_node {
	__u32 abi;        /* DP_ABI_VERSION */
	__u32 generation; /* the last one given to an endpoint; user space adds under the node's lock */
	__u64 netns_cookie; /* of the host network namespace this node is */
	__u8 build[32]; /* of the pinned programs: the first 16 bytes of each object's SHA-256; the
			 * lowest bit of the last: nf_conntrack's types were there at the load */
};

/*
 * Map "counters": per CPU, index enum dp_counter_index. Every way a packet can
 * leave a program has exactly one.
 */
enum dp_counter_index {
	DP_FAST_L2,         /* from_pod: delivered to a pod of the same bridge */
	DP_FAST_L3,         /* from_pod: routed to a pod of this node */
	DP_STACK_CANDIDATE, /* flow not proven yet */
	DP_STACK_SLOW,      /* flow is translated by somebody */
	DP_STACK_FASTPATH_OFF,
	DP_STACK_NO_ENDPOINT,    /* the device has no row */
	DP_STACK_FOREIGN_SOURCE, /* source address is not the endpoint's */
	DP_STACK_NOT_IP,         /* ARP and every other ethertype */
	DP_STACK_VLAN,
	DP_STACK_MALFORMED,  /* headers truncated or contradictory */
	DP_STACK_IP_OPTIONS, /* IPv4 options, IPv6 extension headers */
	DP_STACK_FRAGMENT,
	DP_STACK_PROTOCOL,    /* neither TCP, UDP nor ICMP echo */
	DP_STACK_NOT_UNICAST, /* multicast, broadcast, link-local, unspecified */
	DP_STACK_TTL,         /* the host has to answer time exceeded */
	DP_STACK_MTU,         /* the host has to fragment or to answer too big */
	DP_STACK_NEIGHBOUR,   /* destination MAC is neither the target's nor the gateway's */
	DP_STACK_STALE,       /* an endpoint of the flow is gone or was replaced */
	DP_STACK_CLOSED,      /* SYN on a known flow, a new connection: proven anew */
	DP_STACK_ERROR,       /* a helper failed */
	DP_TO_POD_LOCAL,      /* to_pod: sent by the host itself */
	DP_TO_POD_PROVEN,     /* to_pod: the packet proved its flow */
	DP_TO_POD_TRANSLATED, /* to_pod: a tuple that no pod sent */
	DP_TO_POD_DEMOTED,    /* to_pod: a fast flow came through the stack */
	DP_TO_POD_FORWARDED,  /* to_pod: nothing to learn */
	DP_FLOW_REPAIRED,     /* a lost flow was found in conntrack untranslated; counted
				   * beside the packet's way out, not instead of it */
	DP_DROP_MAC_SPOOFED,
	DP_DROP_SOURCE_SPOOFED,
	DP_COUNTERS /* how many there are */
};

struct dp_counter {
	__u64 packets;
	__u64 bytes;
};

#endif
