/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_PROVE_H
#define DATAPLANE_PROVE_H

/*
 * When may a packet skip the stack? When the stack would have let it pass
 * unchanged. Nobody tells us; we look. A tuple that pod A sent and that comes
 * out of the stack at pod B as the same tuple was accepted and translated by
 * nobody:
 *
 *   from_pod, A's veth	  unknown tuple, A owns its source, the
 *			  next hop is one we deliver to	 -> CANDIDATE, A's side set
 *   to_pod, B's veth	  CANDIDATE, sent by its origin	 -> FAST, B's side set
 *   to_pod		  unknown tuple			 -> SLOW: its sender sent another one
 *   to_pod		  FAST, and the stack carried it	 -> SLOW: see demotion
 *   from_pod		  SYN					 -> CANDIDATE: every connection is proven
 *
 * Promoted after the first packet, not after the handshake: conntrack then holds
 * an unreplied entry (SYN_SENT 120 s) and not one for five days.
 *
 * Why no translated flow gets FAST. Let A ask service V, translated to B:
 *
 *   pod -> service -> pod	from_pod(A) sees A>V, to_pod(B) sees A>B: unknown, SLOW.
 *	B answers B>A: SLOW, stack, translated back; to_pod(A) sees V>A, which is
 *	the reply direction of CANDIDATE A>V and proves nothing.
 *   ... entry A>B evicted	B>A makes a CANDIDATE of origin B. The stack translates
 *	it back, so to_pod(A) sees V>A, never B>A; and A>B at to_pod(B) is not sent
 *	by its origin. It stays a CANDIDATE: the stack. SLOW is a short cut to that
 *	result, the proof does not rest on it.
 *   pod -> service -> itself	to_pod(A) sees G>A (masqueraded): SLOW. A>G and V>A as above.
 *   pod -> service -> outside	replies come in as V>A: reply direction.
 *   outside -> node port -> pod X>B or G>B at to_pod(B): SLOW, and X has no side.
 *   masqueraded pod -> pod	to_pod(B) sees G>B: SLOW. A>B stays a CANDIDATE, its replies
 *	arrive as B>A, the reply direction.
 *   proxy on the node	what it sends is local, without ingress device: ignored.
 *
 * A tuple may be used directly first and through V later. conntrack refuses
 * both at once (it would change the port), so they are apart by the first one's
 * timeout: when FAST A>B comes out of the stack though from_pod gave it nothing
 * for a second (flow.fallback), somebody maps onto it: demotion, in time for
 * B's first answer.
 *
 * The same tuple can also exist on two networks of a node. So the proof asks
 * for both ends: the packet entered the host through the origin's veth (bridged
 * or ptp) or its domain (routed from a bridge), and B owns its destination.
 */

#include "flow.h"
#include "source.h"

/* Makes or replaces an entry of which one side is known: @side, @ifindex, @ep. */
static __always_inline bool flow_write_side(const struct flow_key *key, enum dp_flow_state state,
					    __u32 side, __u32 ifindex, __u32 generation,
					    __u32 uplink, __u64 now, __u64 flags)
{
	struct dp_flow flow = {
		.last_seen = now,
		.since = now,
		.state = state,
		.origin = key->sender,
		.uplink = uplink,
	};
	long error;

	/* No variable offset into the stack: each side is named. */
	if (side) {
		flow.side[1].ifindex = ifindex;
		flow.side[1].generation = generation;
	} else {
		flow.side[0].ifindex = ifindex;
		flow.side[0].generation = generation;
	}
	error = bpf_map_update_elem(key->map, &key->v4, &flow, flags);
	/* Lost a race against a packet of the same flow: its entry is as good. */
	return error == 0 || error == -EEXIST;
}

static __always_inline bool flow_write(const struct flow_key *key, enum dp_flow_state state,
				       __u32 side, __u32 ifindex, const struct dp_endpoint *ep,
				       __u64 now, __u64 flags)
{
	return flow_write_side(key, state, side, ifindex, ep->generation, 0, now, flags);
}

/* to_pod: the tuple has a translation behind it. The receiver's side is kept so
 * that the next owner of its address inherits nothing. */
static __always_inline void flow_slow(const struct flow_key *key, const struct packet *p,
				      const struct dp_endpoint *receiver, __u64 now)
{
	flow_write(key, DP_FLOW_SLOW, !key->sender, p->ifindex, receiver, now, BPF_ANY);
}

/* Both sides are known and the stack lets it pass. */
static __always_inline bool flow_promote(const struct flow_key *key, const struct dp_flow *from,
					 __u32 ifindex, __u32 generation, bool uplink, __u64 now)
{
	struct dp_flow flow = *from;
	struct dp_flow_side *side = key->sender ? &flow.side[0] : &flow.side[1];

	flow.last_seen = now;
	flow.since = now;
	flow.state = DP_FLOW_FAST;
	side->ifindex = ifindex;
	side->generation = generation;
	if (uplink)
		flow.uplink |= key->sender ? DP_FLOW_UPLINK0 : DP_FLOW_UPLINK1;
	/* BPF_EXIST: evicted or flushed meanwhile is not proven. */
	return bpf_map_update_elem(key->map, &key->v4, &flow, BPF_EXIST) == 0;
}

/* Did this packet come from the flow's origin, the way we think? */
static __always_inline bool entered_from_origin(const struct __sk_buff *skb, struct dp_flow *flow)
{
	struct dp_flow_side *side = flow_side(flow, flow->origin);
	const struct dp_endpoint *ep;

	if (flow_side_is_uplink(flow, flow->origin))
		return skb->ingress_ifindex == side->ifindex && uplink_of_side(side);
	ep = endpoint_of_side(side);
	return ep && !(ep->flags & DP_EP_FASTPATH_OFF) &&
	       (skb->ingress_ifindex == side->ifindex || skb->ingress_ifindex == ep->domain);
}

/* to_pod: what an eligible packet that the stack forwards to @own teaches. */
static __always_inline __u32 learn(const struct __sk_buff *skb, const struct dp_endpoint *own,
				   const struct packet *p, const struct flow_key *key)
{
	__u64 now = bpf_ktime_get_coarse_ns();
	struct dp_flow *flow = flow_find(key);
	struct dp_flow_side *side;
	bool ours;

	if (!endpoint_owns(own, p, true))
		return DP_TO_POD_FORWARDED;
	if (!flow || flow_expired(flow, p->protocol, now)) {
		flow_slow(key, p, own, now);
		return DP_TO_POD_TRANSLATED;
	}
	side = flow_side(flow, !key->sender);
	ours = side_is(side, p->ifindex, own);

	switch (flow->state) {
	case DP_FLOW_CANDIDATE:
		flow_touch(flow, key, p->tcp_flags, now);
		if (flow->origin == key->sender && entered_from_origin(skb, flow) &&
		    flow_promote(key, flow, p->ifindex, own->generation, false, now))
			return DP_TO_POD_PROVEN;
		return DP_TO_POD_FORWARDED;
	case DP_FLOW_FAST:
		if (!ours)
			break;
		/* Packets that were on their way, or that from_pod gave to the stack. */
		if ((__s64)(now - flow->since) <= DP_GRACE ||
		    (__s64)(now - flow->fallback) <= DP_GRACE)
			return DP_TO_POD_FORWARDED;
		flow_slow(key, p, own, now);
		return DP_TO_POD_DEMOTED;
	default:
		if (!ours && side->ifindex)
			break;
		flow_touch(flow, key, p->tcp_flags, now);
		return DP_TO_POD_FORWARDED;
	}
	/* Learnt about another pod. Alive, it is on another network that uses the
	 * same addresses and keeps its entry; gone, ours is the next owner. */
	if (endpoint_of_side(side))
		return DP_TO_POD_FORWARDED;
	flow_slow(key, p, own, now);
	return DP_TO_POD_TRANSLATED;
}

#endif
