/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_ABI_COUNTERS_H
#define DATAPLANE_ABI_COUNTERS_H

/* abi.h, the part about what is counted. */

/*
 * Map "counters": per CPU, index enum dp_counter_index. Every way a packet can
 * leave a program has exactly one.
 */
enum dp_counter_index {
	DP_FAST_L2,       /* from_pod: delivered to a pod of the same bridge */
	DP_FAST_L3,       /* from_pod: routed to a pod of this node */
	DP_FAST_OUT,      /* from_pod: routed out of the node by an uplink */
	DP_FAST_HOSTPORT, /* from_pod: translated, and handed to the pod behind a host port or back */
	DP_FAST_IN,       /* from_uplink: handed to a pod, translated or not */
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
	DP_STACK_ROUTE,       /* the route does not lead to the uplink that was proven */
	DP_STACK_ERROR,       /* a helper failed */
	DP_TO_POD_LOCAL,      /* to_pod: sent by the host itself */
	DP_TO_POD_PROVEN,     /* to_pod: the packet proved its flow */
	DP_TO_POD_TRANSLATED, /* to_pod: a tuple that no pod sent */
	DP_TO_POD_DEMOTED,    /* to_pod: a fast flow came through the stack */
	DP_TO_POD_FORWARDED,  /* to_pod: nothing to learn */
	DP_TO_POD_QUEUED,     /* to_pod: the fast path's, for a pod whose limit holds it up */
	DP_LIMIT_SENT,        /* pod_limit: a limited pod's own packet, sent or held up */
	DP_LIMIT_EXEMPT,      /* pod_limit: one that the limit is not for */
	DP_COPY_SPARE,        /* from_pod: the copy of a packet that the stack let pass */
	DP_FLOW_ALLOWED,      /* FORWARD's answer was not waited for, or was no; counted beside
			       * the packet's way out */
	DP_FLOW_REPAIRED,     /* a lost flow was found in conntrack untranslated; counted
				   * beside the packet's way out, not instead of it */
	DP_UPLINK_HOST,       /* to_uplink: sent by the host itself; from_uplink: for the host, or
			       * through it, and not ours, or not for this machine */
	DP_UPLINK_FORWARDED,  /* to_uplink: forwarded, not from a pod of ours */
	DP_UPLINK_PLAIN,      /* to_uplink: from a pod that is not masqueraded, or not to there */
	DP_UPLINK_PROVEN,     /* to_uplink: counted beside the way out: it proved its flow */
	DP_UPLINK_TRANSLATED, /* to_uplink: left with the node's address */
	DP_UPLINK_MOVED,      /* to_uplink: the host's own packet, or netfilter's; its port was a pod's */
	DP_UPLINK_BACK,       /* from_uplink: translated, the stack takes it on */
	DP_UPLINK_VLAN,       /* tagged frame: its VLAN device sees it */
	DP_NAT_CREATED,       /* counted beside the way out: a connection got its entries */
	DP_NAT_HEALED,        /* likewise: a lost half was made again */
	DP_DROP_MAC_SPOOFED,
	DP_DROP_SOURCE_SPOOFED,
	DP_DROP_NAT_LOST,     /* an answer to a host port's client whose connection was forgotten */
	DP_DROP_NAT_PORTS,    /* every port to this destination is taken */
	DP_DROP_NAT_CLASH,    /* a protocol without ports, or SCTP: the node's one is taken */
	DP_DROP_NAT_SOURCE,   /* the uplink has no address of this family */
	DP_DROP_NAT_FRAGMENT, /* a fragment whose first one was not seen */
	DP_DROP_NAT_PACKET,   /* malformed, an ICMP error about nothing we know, other ICMP */
	DP_DROP_NAT_MTU,      /* to or from a host port, larger than the device it would go to */
	DP_DROP_NAT_ROUTE,    /* no route to a client that appears as the node ("masqAll") */
	DP_DROP_NAT_ERROR,    /* a helper failed */
	DP_DROP_LIMIT_QUEUE,  /* would have waited too long for its turn */
	DP_DROP_LIMIT_GUARD,  /* from_pod: faster than the pod's own queue sends, so that is gone */
	DP_DROP_POLICY,       /* between pods that their "ingressPolicy" keeps apart */
	DP_COUNTERS           /* how many there are */
};

struct dp_counter {
	__u64 packets;
	__u64 bytes;
};

/* Map "last_drops": index enum dp_counter_index; the last packet that was dropped for it. */
struct dp_drop {
	__u64 time; /* ns, CLOCK_MONOTONIC; 0: none yet */
	__u8 source[16];
	__u8 destination[16];
	__be16 source_port; /* 0: not known */
	__be16 destination_port;
	__u32 ifindex; /* where it was dropped */
	__u32 length;  /* bytes of the frame */
	__u8 protocol;
	__u8 pad[3];
};

#endif
