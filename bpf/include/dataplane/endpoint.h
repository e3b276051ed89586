/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_ENDPOINT_H
#define DATAPLANE_ENDPOINT_H

/*
 * Pods, by the host end of their veth. An ifindex and an address are both used
 * again after a pod is gone; a generation never is. Whoever remembers a pod
 * remembers both, so that removing the endpoint's row forgets everything that
 * was learnt about it at once.
 */

#include "maps.h"
#include "parse.h"

#ifndef ENODEV
#define ENODEV 19
#endif

static __always_inline const struct dp_endpoint *endpoint_of(__u32 ifindex)
{
	return bpf_map_lookup_elem(&endpoints, &ifindex);
}

/*
 * An endpoint's row outlives its veth when another plugin removed that: a node whose plugins were
 * exchanged. Asked where a connection begins and once a second, not for every packet.
 */
static __always_inline bool veth_is_gone(struct __sk_buff *skb, __u32 ifindex)
{
	__u32 mtu = 0;

	return bpf_check_mtu(skb, ifindex, &mtu, 0, 0) == -ENODEV;
}

/* The endpoint that @side remembers, if it is still the same. */
static __always_inline const struct dp_endpoint *endpoint_of_side(const struct dp_flow_side *side)
{
	const struct dp_endpoint *ep = endpoint_of(side->ifindex);

	return ep && ep->generation == side->generation ? ep : NULL;
}

/* The uplink that @side remembers, if it is one still. */
static __always_inline const struct dp_device *uplink_of_side(const struct dp_flow_side *side)
{
	const struct dp_device *device = bpf_map_lookup_elem(&devices, &side->ifindex);

	return device && device->generation == side->generation && device->flags & DP_DEV_UPLINK
		       ? device
		       : NULL;
}

static __always_inline bool side_is(const struct dp_flow_side *side, __u32 ifindex,
				    const struct dp_endpoint *ep)
{
	return side->ifindex == ifindex && side->generation == ep->generation;
}

/* MACs are 2-byte aligned in Ethernet headers and in struct dp_endpoint. */
static __always_inline bool mac_equal(const __u8 *a, const __u8 *b)
{
	const __u16 *x = (const __u16 *)a, *y = (const __u16 *)b;

	return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2])) == 0;
}

static __always_inline bool mac_is_zero(const __u8 *mac)
{
	const __u16 *x = (const __u16 *)mac;

	return (x[0] | x[1] | x[2]) == 0;
}

static __always_inline void mac_copy(__u8 *to, const __u8 *from)
{
	__u16 *x = (__u16 *)to;
	const __u16 *y = (const __u16 *)from;

	x[0] = y[0];
	x[1] = y[1];
	x[2] = y[2];
}

/*
 * What our programs tell each other of a packet, in skb->tc_index, which nothing else on the way
 * touches. from_pod clears it first: a pod could have set it.
 */
#define DP_REDIRECTED 0xd9a0  /* of a FAST flow: nothing to prove, see send_out() */
#define DP_TRANSLATED 0xd9a1  /* has left its pod as the node already */
#define DP_HANDED_OVER 0xd9a2 /* the fast path's, in a veth's queue: see hand_over() */
#define DP_COPIED 0xd9a3      /* to from_pod again: see allow.h */
#define DP_SAME_BRIDGE 0xd9a4 /* of a pod with this policy: see policy.h */
#define DP_ISOLATED 0xd9a5

static __always_inline bool mark_is_ours(__u32 tc_index)
{
	return (tc_index & ~7U) == DP_REDIRECTED;
}

#endif
