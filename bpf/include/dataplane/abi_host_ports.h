/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_ABI_HOST_PORTS_H
#define DATAPLANE_ABI_HOST_PORTS_H

/* abi.h, the part about host ports: who has one, and the sockets of the host that use them. */

/*
 * Map "host_ports": a port of the node that leads to a pod. The address is one of the
 * node's, or "any" of a family: ::ffff:0.0.0.0 or ::.
 */
struct dp_host_port_key {
	__u8 address[16];
	__be16 port;
	__u8 protocol;
	__u8 pad;
};

enum dp_host_port_flag {
	DP_HP_SNAT = 1 << 0,       /* "snat": the pod itself may use the port (hairpin) */
	DP_HP_MASQ_ALL = 1 << 1,   /* "masqAll": every client appears as the node */
	DP_HP_SOURCE = 1 << 2,     /* only clients of the prefix match_source */
	DP_HP_SOURCE_NOT = 1 << 3, /* only clients outside of it */
	DP_HP_DESTINATION = 1 << 4,
	DP_HP_DESTINATION_NOT = 1 << 5,
	DP_HP_DEVICE = 1 << 6, /* only what comes in by match_device */
	DP_HP_DEVICE_NOT = 1 << 7,
};

struct dp_host_port {
	__u8 address[16]; /* of the pod */
	__be16 port;
	__u16 pad;
	__u32 flags;                  /* enum dp_host_port_flag */
	struct dp_flow_side endpoint; /* the pod's; another generation there: the row is dead */
	__u64 owner;                  /* as dp_endpoint.owner */
	__u8 match_source[16];
	__u8 match_destination[16];
	__u8 match_source_bits; /* prefix lengths of 128; IPv4: 96 more */
	__u8 match_destination_bits;
	__u16 pad2;
	__u32 match_device; /* ifindex */
};

/* Map "local_addresses": the node's own addresses (for sockets; packets ask the FIB). */
struct dp_local_address {
	__u8 address[16];
};

/* Map "socket_peers" (LRU): whom a socket of the host believes to talk to. */
struct dp_socket_peer_key {
	__u64 cookie;     /* of the socket */
	__u8 address[16]; /* of the pod it does talk to */
	__be16 port;
	__u8 pad[6];
};

struct dp_socket_peer {
	__u8 address[16]; /* what it asked for */
	__be16 port;
	__u8 pad[6];
};

#endif
