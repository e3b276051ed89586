/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_ABI_NAT_H
#define DATAPLANE_ABI_NAT_H

/* abi.h, the part about translation: uplinks, masquerade, connections, fragments. */

/*
 * Map "exclusions" (longest prefix match): destinations that an endpoint is not
 * masqueraded to, its own subnets first of all.
 */
struct dp_exclusion_key {
	__u32 prefix_length; /* bits of what follows: 32 + those of the prefix (IPv4: 96 more) */
	__u32 ifindex;       /* of the endpoint */
	__u8 address[16];
};

struct dp_exclusion {
	__u32 generation; /* the endpoint's; a row of another generation is dead */
};

/*
 * Map "devices": key __u32 = ifindex. The devices of the node that are not a pod's veth
 * and that somebody looked at.
 */
enum dp_device_flag {
	DP_DEV_UPLINK = 1 << 0, /* routes out of the node; to_uplink, from_uplink run there */
	DP_DEV_L3 = 1 << 1,     /* its packets have no link-layer header */
	DP_DEV_DOMAIN = 1 << 2, /* pods' addresses are on its link: never an uplink */
};

struct dp_device {
	__u32 flags;      /* enum dp_device_flag */
	__u32 generation; /* as an endpoint's; a new one when the device became an uplink */
	/* What pods are masqueraded as where the route does not say; zero: nothing. */
	__u8 source4[4];
	__u8 source6[16];
	__u32 pad;
};

/*
 * Map "nat" (LRU): what a packet becomes. A connection has two entries, one for each
 * direction as it is seen, and each holds enough to make the other one again: its key is
 * this value turned round, its value this key turned round, with from and to exchanged.
 */
enum dp_nat_kind {
	DP_NAT_MASQUERADE = 1, /* a pod's connection, as the node's */
	DP_NAT_HOSTPORT = 2,   /* a connection to a host port, as the pod's */
	DP_NAT_HOST = 3,       /* the host's own connection, moved aside from a pod's port */
};

enum dp_nat_state {
	DP_NAT_REPLIED = 1 << 0,      /* packets of both directions were seen */
	DP_NAT_FIN_ORIGINAL = 1 << 1, /* FIN seen from the side that began */
	DP_NAT_FIN_REPLY = 1 << 2,
	DP_NAT_RST = 1 << 3,
	DP_NAT_OVER = 1 << 4, /* dead or expired, and somebody is removing it */
};

enum dp_nat_scope {
	DP_SCOPE_UPLINK = 0,        /* as it comes in from outside */
	DP_SCOPE_HOST = 0x7fffffff, /* as the host itself sends it */
};

struct dp_nat_key {
	__u8 source[16];
	__u8 destination[16];
	__be16 source_port; /* ICMP echo: the identifier, twice; other protocols: 0 */
	__be16 destination_port;
	__u8 protocol;
	__u8 pad[3];
	__u32 scope; /* ifindex of the endpoint that sends it, or enum dp_nat_scope */
};

struct dp_nat {
	__u64 last_seen; /* ns, CLOCK_MONOTONIC; written at most once a second */
	__u64 ticket;    /* of its place in "sweep_queue"; 0: the other half has it */
	__u8 source[16]; /* what the packet becomes */
	__u8 destination[16];
	__be16 source_port;
	__be16 destination_port;
	__u32 state; /* enum dp_nat_state; bits are set atomically */
	/* The endpoints that send and get it; ifindex 0: outside; DP_SCOPE_HOST: the host. */
	struct dp_flow_side from;
	struct dp_flow_side to;
	__u8 kind;  /* enum dp_nat_kind */
	__u8 reply; /* 1: this half is the direction of the answers */
	__u8 pad[2];
	__u32 mappings; /* DP_NAT_HOSTPORT: dp_node.mappings when its row was last looked up. When
			 * that has moved on, the row is looked up again: if it leads elsewhere by
			 * now, or is gone, the half is dead. So DEL of a mapping reaches its
			 * connections without looking for them. */
};

/* Map "sweep_queue": the halves that hold a ticket, in the order they were last looked at. */
struct dp_sweep_item {
	struct dp_nat_key key;
	__u32 pad;
	__u64 ticket;
};

/* Map "sweep": one row, index 0; a timer of the kernel clears what has expired. */
struct dp_sweep {
	struct bpf_timer timer;
	__u64 last_run; /* ns, CLOCK_MONOTONIC */
	__u64 visited;  /* tickets, since the programs were loaded */
	__u64 expired;  /* connections cleared */
	__u64 next_ticket;
	__u64 moved; /* connections of the host that were moved to another port, ever */
};

/* Map "fragments" (LRU): what the first fragment said about the others. */
struct dp_fragment_key {
	__u8 source[16];
	__u8 destination[16];
	__u32 id;    /* as in the header */
	__u32 scope; /* as dp_nat_key.scope */
	__u8 protocol;
	__u8 pad[3];
};

struct dp_fragment {
	__u64 seen;      /* ns, CLOCK_MONOTONIC */
	__u8 source[16]; /* what the fragments become */
	__u8 destination[16];
	struct dp_flow_side to; /* as dp_nat.to */
};

#endif
