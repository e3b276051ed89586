/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_FASTPATH_H
#define DATAPLANE_FASTPATH_H

/*
 * from_pod's way through the flow table: find the flow of a packet, or begin one;
 * deliver what is proven, give everything else to the stack.
 */

#include "counters.h"
#include "egress.h"
#include "prove.h"

/* Writes an entry of which the sender is known. Not inline: room on the stack. */
static __noinline bool flow_begin(const struct flow_key *key, enum dp_flow_state state,
				  __u32 ifindex, __u32 generation, __u64 now)
{
	return flow_write_side(key, state, key->sender, ifindex, generation, 0, now, BPF_ANY);
}

/* The flow has to be proven (again), if that can help; @outcome says why. */
static __always_inline __u32 begin(const struct dp_endpoint *own, const struct packet *p,
				   const struct flow_key *key, __u64 now, __u32 outcome)
{
	enum dp_flow_state state = DP_FLOW_CANDIDATE;

	if (!deliverable(own, p)) {
		state = DP_FLOW_SLOW;
		outcome = DP_STACK_NEIGHBOUR;
	}
	if (!flow_begin(key, state, p->ifindex, own->generation, now))
		return DP_STACK_ERROR;
	return outcome;
}

/* @target: NULL where the other side is behind an uplink. */
static __always_inline __u32 send_fast(struct __sk_buff *skb, const struct dp_endpoint *own,
				       const struct packet *p, const struct flow_key *key,
				       struct dp_flow *flow, const struct dp_endpoint *target,
				       __u64 now)
{
	const struct dp_flow_side *side = flow_side(flow, !key->sender);
	__u32 way = target ? deliver(skb, own, p, target, side->ifindex)
			   : send_out(skb, own, p, side, flow->uplink & DP_FLOW_TRANSLATED);

	if (likely(way == DP_FAST_L2 || way == DP_FAST_L3 || way == DP_FAST_OUT))
		return way;
	/* to_pod must not take it for somebody's translation. */
	flow->fallback = now;
	/* The first answer may be the one that shows it: the rest then goes with it. */
	if (way == DP_STACK_NEIGHBOUR)
		flow_begin(key, DP_FLOW_SLOW, p->ifindex, own->generation, now);
	return way;
}

/* How fastpath() is called: the version of IP, and: */
#define DP_LOCAL_ASKED 0x10 /* local() has nothing to do with the packet */

/*
 * What happens to a packet that may have a flow. DP_ELIGIBLE: ask local() first;
 * DP_REPAIRABLE: begun anew, unless conntrack knows better. @how is a constant for the
 * verifier, which knows the headers by it.
 */
static __noinline __u32 fastpath(struct __sk_buff *skb, const struct dp_endpoint *own,
				 const struct packet *packet, const struct flow_key *key, __u32 how)
{
	struct packet copy = *packet, *p = &copy;
	__u64 now = bpf_ktime_get_coarse_ns();
	const struct dp_endpoint *target;
	struct dp_flow *flow = flow_find(key);
	struct dp_flow_side *side = NULL;
	bool known = false, there;
	__u32 outcome;

	p->version = how & 0xf;
	if (likely(flow)) {
		side = flow_side(flow, key->sender);
		known = side_is(side, p->ifindex, own);
	}
	/* A flow that knows its sender vouches for the source. */
	if (unlikely(!known)) {
		outcome = check_source(own, p, DP_ELIGIBLE);
		if (outcome != DP_ELIGIBLE)
			return outcome;
	}
	/* No flow that is proven leads to an address of the node: the rest may call a host
	 * port, or answer to such a call. */
	if (unlikely((!flow || flow->state != DP_FLOW_FAST) && !(how & DP_LOCAL_ASKED)))
		return DP_ELIGIBLE;
	if (unlikely(own->flags & DP_EP_FASTPATH_OFF))
		return DP_STACK_FASTPATH_OFF;

	if (unlikely(!flow || flow->state == DP_FLOW_HOSTPORT ||
		     flow_expired(flow, p->protocol, now))) {
		return begin(own, p, key, now, DP_REPAIRABLE);
	} else if (unlikely(!known && side->ifindex)) {
		/* Another network of this node uses the same addresses: its flow. */
		if (endpoint_of_side(side))
			return DP_STACK_STALE;
		return begin(own, p, key, now, DP_STACK_STALE);
	}
	flow_touch(flow, key, p->tcp_flags, now);
	if (flow->state == DP_FLOW_CANDIDATE)
		return DP_STACK_CANDIDATE;
	outcome = DP_STACK_CLOSED;
	if (likely(!opens_connection(p->tcp_flags))) {
		if (flow->state != DP_FLOW_FAST)
			return DP_STACK_SLOW;
		side = flow_side(flow, !key->sender);
		target = NULL;
		if (flow_side_is_uplink(flow, !key->sender))
			there = uplink_of_side(side);
		else
			there = (target = endpoint_of_side(side));
		if (likely(there))
			return send_fast(skb, own, p, key, flow, target, now);
		outcome = DP_STACK_STALE;
	}
	return begin(own, p, key, now, outcome);
}

#endif
