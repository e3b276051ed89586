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

#include <linux/bpf.h>
#include <linux/types.h>

enum dp_abi {
	DP_ABI_VERSION = 4,
};

enum dp_endpoint_flag {
	DP_EP_L2 = 1 << 0,           /* the host veth is a bridge port */
	DP_EP_FASTPATH_OFF = 1 << 1, /* "fastPath": "off": never leave the stack */
	DP_EP_MAC_CHECK = 1 << 2,    /* macspoofchk: drop frames whose source MAC is not ours */
	DP_EP_SOURCE_STRICT =
		1 << 3, /* "sourceCheck": "strict": drop IP packets from foreign addresses */
	DP_EP_MASQUERADE = 1 << 4, /* ipMasq: what leaves by an uplink gets the node's address */
	DP_EP_MASQ_LINK_LOCAL = 1 << 5, /* "masqLinkLocal": also towards link-local addresses */
	DP_EP_QUEUED = 1 << 6, /* limited towards the pod: always through the host veth's queue */
	DP_EP_LIMIT = 1 << 7,  /* and its row of "limits" is to_pod's business */
	DP_EP_GUARD = 1 << 8,  /* limited from the pod: from_pod drops what no queue of the pod
				* would have let pass */
	DP_EP_ALLOW = 1 << 9,  /* firewall: begins connections anywhere, whatever FORWARD says */
	DP_EP_SAME_BRIDGE = 1 << 10, /* "ingressPolicy": no packets to or from pods of other
				      * domains that have a policy too */
	DP_EP_ISOLATED = 1 << 11,    /* "isolated": nor of its own; always with the one above */
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
	__u16 masq_port_min; /* masquerade takes source ports from here, host order, */
	__u16 masq_port_max; /* to here; 0: not masqueraded */
	__u8 pad[4];
};

/*
 * Map "addresses": who owns an address on a domain. Each has a second row on domain 0,
 * "any", for packets of which only an address is known; where two networks use the same
 * address that row is the last one's.
 */
struct dp_address_key {
	__u32 domain; /* as dp_endpoint.domain, or 0 */
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
	DP_FLOW_HOSTPORT = 4,  /* we translate it on its way out of the pod: see map "nat" */
};

/* The device behind one side of a flow; ifindex 0: not known yet. */
struct dp_flow_side {
	__u32 ifindex;    /* host end of the veth, or an uplink */
	__u32 generation; /* of the endpoint (of the device) when it was learnt */
};

enum dp_flow_tcp {
	DP_TCP_FIN0 = 1 << 0, /* FIN seen from side 0 */
	DP_TCP_FIN1 = 1 << 1, /* FIN seen from side 1 */
	DP_TCP_RST = 1 << 2,
};

enum dp_flow_uplink {
	DP_FLOW_UPLINK0 = 1 << 0,    /* side 0 is behind an uplink, outside the node */
	DP_FLOW_UPLINK1 = 1 << 1,    /* side 1 is */
	DP_FLOW_TRANSLATED = 1 << 2, /* and knows it by another tuple: see map "nat" */
	DP_FLOW_MAPPED = 1 << 3,     /* by a host port: outside began it */
};

struct dp_flow {
	__u64 last_seen; /* ns, CLOCK_MONOTONIC; written at most once a second */
	__u64 since;     /* ns: when the state was entered */
	__u64 fallback;  /* ns: when a packet of it was last given to the stack on purpose */
	struct dp_flow_side side[2];
	__u32 tcp;   /* enum dp_flow_tcp; a word of its own: bits are set atomically */
	__u8 state;  /* enum dp_flow_state */
	__u8 origin; /* the side that sent the first packet */
	__u8 uplink; /* enum dp_flow_uplink */
	__u8 pad;
};

/* Map "node": one row, index 0. */
struct dp_node {
	__u32 abi;        /* DP_ABI_VERSION */
	__u32 generation; /* the last one given to an endpoint; user space adds under the node's lock */
	__u64 netns_cookie; /* of the host network namespace this node is */
	__u8 build[32];     /* of the pinned programs: the SHA-256 of the objects' SHA-256s; the
			     * lowest bit of the last: nf_conntrack's types were there at the load */
	__u32 examined;     /* the highest ifindex that was looked at for "devices" */
	__u32 mappings;     /* counts the changes of "host_ports": see dp_nat.mappings */
};

#include "abi_nat.h"
#include "abi_host_ports.h"
#include "abi_limits.h"
#include "abi_counters.h"

#endif
