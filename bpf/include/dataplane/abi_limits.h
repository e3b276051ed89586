/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_ABI_LIMITS_H
#define DATAPLANE_ABI_LIMITS_H

/* abi.h, the part about bandwidth: what a pod may send and get. */

enum dp_limit_direction {
	DP_LIMIT_INGRESS = 0, /* towards the pod: queued on the host end of its veth */
	DP_LIMIT_EGRESS = 1,  /* from the pod: queued on its own device */
};

enum dp_limit_flag {
	DP_LIMIT_EDT = 1 << 0,      /* the programs stamp departure times; else a qdisc counts */
	DP_LIMIT_UNSHAPED = 1 << 1, /* what "limit_subnets" has for it is not limited */
	DP_LIMIT_SHAPED = 1 << 2,   /* nothing else is */
};

/* Maps "limits" and "limit_states". */
struct dp_limit_key {
	__u32 ifindex;   /* host end of the pod's veth */
	__u32 direction; /* enum dp_limit_direction */
};

/* Map "limits": what user space says; changed in place while packets pass. */
struct dp_limit {
	__u64 rate;       /* bytes a second, of the frame as it is on a wire without its checksum */
	__u64 burst;      /* bytes that may leave at once after a silence */
	__u32 idle;       /* ns: the same as time at this rate; at most 4 s */
	__u32 horizon;    /* ns: what would wait longer is dropped (DP_LIMIT_EDT) */
	__u32 mark;       /* ns: what waits longer is told so, where its connection does ECN */
	__u32 flags;      /* enum dp_limit_flag */
	__u32 generation; /* the endpoint's; a row of another generation is dead */
	__u32 priority;   /* skb->priority of what is not limited (not DP_LIMIT_EDT): see HTB */
};

#define DP_LIMIT_FLOWS 512

/* Map "limit_states": what the programs know. Set to zero by user space at first. */
struct dp_limit_state {
	__u64 clock;   /* ns, CLOCK_MONOTONIC: when all that was admitted has left */
	__u64 express; /* likewise, of packets that overtook others: see edt.h */
	__u64 guard;   /* likewise, of what from_pod let pass: see guard.h */
	__u64 packets; /* that were admitted */
	__u64 bytes;
	__u64 delayed; /* packets that had to wait */
	__u64 marked;  /* packets that were marked "congestion experienced" */
	__u64 dropped; /* packets that would have waited too long */
	__u64 guarded; /* packets that from_pod dropped: the pod's own queue is gone */
	/* ns: when the last packet of a flow leaves, in the flow's two places: see edt.h */
	__u64 flow[DP_LIMIT_FLOWS];
};

/*
 * Map "limit_pods": the programs on a pod's own device know its namespace and its
 * ifindex there.
 */
struct dp_limit_pod_key {
	__u64 netns_cookie;
	__u32 ifindex; /* of the pod's device, in that namespace */
	__u32 pad;
};

struct dp_limit_pod {
	__u32 ifindex;    /* host end of the veth */
	__u32 generation; /* the endpoint's */
};

/* Map "limit_subnets" (longest prefix match): key struct dp_exclusion_key, the addresses of
 * the pod's peers; value __u32: the endpoint's generation. */

#endif
