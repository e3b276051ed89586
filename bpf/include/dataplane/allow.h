/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_ALLOW_H
#define DATAPLANE_ALLOW_H

/*
 * A pod that may begin connections anywhere (DP_EP_ALLOW, the plugin firewall), on a node whose FORWARD
 * chain drops what nobody has allowed. What the stack would do to a connection's first packet
 * is done here, and the flow is FAST from then on, in both directions. Connections that others
 * begin are FORWARD's to decide, as ever.
 *
 * That packet would have been the proof that nobody translates the flow. So:
 *
 *   FORWARD has no chain	nothing is dropped: the stack, and the proof
 *   PREROUTING has none	nobody can translate it: past the stack at once
 *   both have			the stack gets it, and a copy comes here again, behind it in the
 *				queue of this CPU. By then the flow is proven or SLOW, or conntrack
 *				has confirmed it (waiting for a neighbour, translated, for the node
 *				itself): the copy is not needed. Or conntrack knows nothing, which is
 *				what FORWARD leaves of a packet that it drops: the copy goes on.
 */

#include "fastpath.h"
#include "local.h"
#include "netfilter.h"
#include "repair.h"
#include "route_in.h"

/* What the stack gets that FORWARD may drop: a flow's first packet, or one without a flow. */
static __always_inline bool may_be_dropped(__u32 outcome)
{
	switch (outcome) {
	case DP_STACK_CANDIDATE:
	case DP_STACK_CLOSED:
	case DP_STACK_STALE:
	case DP_STACK_IP_OPTIONS:
	case DP_STACK_FRAGMENT:
	case DP_STACK_PROTOCOL:
	case DP_COPY_SPARE:
		return true;
	default:
		return false;
	}
}

/* Sees that a copy comes by when the stack has had the packet: for each flow once a second, as one
 * that somebody translates stays a candidate. */
static __always_inline void allow_later(struct __sk_buff *skb, const struct dp_endpoint *own,
					struct dp_flow *flow, __u64 now)
{
	if ((__s64)(now - flow->fallback) <= DP_GRACE)
		return;
	flow->fallback = now;
	skb->tc_index = DP_COPIED;
	bpf_clone_redirect(skb, skb->ifindex, BPF_F_INGRESS);
	skb->tc_index = 0;
	policy_mark(skb, own);
}

/* May the stack have let the packet in translation_row() pass, for all that conntrack knows? A function of
 * its own for the sake of the stack. */
__noinline int allow_passed(struct __sk_buff *skb)
{
	struct translation *t = translation_row();

	return !t || conntrack_knows(skb, &t->key, t->d.version);
}

/* May the packet in translation_row() go on, of a flow that is a candidate? Then that is FAST now. */
__noinline int allow_flow(struct __sk_buff *skb, const struct dp_endpoint *own, __u32 hooked,
			  bool copy)
{
	struct translation *t = translation_row();
	struct dp_flow_side side = {};
	struct flow_key key = {};
	struct dp_flow *flow;
	int receiver;

	if (!t || !own)
		return false;
	flow_key_tuple(&key, &t->key, t->d.version);
	flow = flow_find(&key);
	if (!flow || flow->state != DP_FLOW_CANDIDATE)
		return false;
	if (copy) {
		if (allow_passed(skb))
			return false;
	} else if (hooked == HOOKED_BOTH) {
		allow_later(skb, own, flow, t->now);
		return false;
	}
	receiver = receiver_of(skb, own, t, &side);
	if (receiver == RECEIVER_NONE)
		return false;
	/* Begun by the other side, and dropped: now it is ours. */
	if (flow->origin != key.sender) {
		flow_begin(&key, DP_FLOW_CANDIDATE, skb->ifindex, own->generation, t->now);
		flow = flow_find(&key);
	}
	return flow && flow_promote(&key, flow, side.ifindex, side.generation,
				    receiver == RECEIVER_UPLINK, t->now);
}

/* The packet in translation_row() to where the stack would send it. DP_ELIGIBLE: only that can. */
__noinline int allow_send(struct __sk_buff *skb, const struct dp_endpoint *own)
{
	struct translation *t = translation_row();
	const struct dp_endpoint *target;
	struct dp_flow_side side = {};
	__u8 mac[6] = {};
	int receiver;

	if (!t || !own || bpf_skb_load_bytes(skb, 0, mac, sizeof(mac)) != 0)
		return DP_ELIGIBLE;
	receiver = receiver_of(skb, own, t, &side);
	if (receiver == RECEIVER_UPLINK)
		return mac_equal(mac, own->gateway_mac) ? local_routed_out(skb, own) : DP_ELIGIBLE;
	target = receiver == RECEIVER_POD ? endpoint_of_side(&side) : NULL;
	if (!target)
		return DP_ELIGIBLE;
	if (policy_forbids(own, target))
		return DP_DROP_POLICY;
	if (!routable_in(&t->d, target))
		return DP_ELIGIBLE;
	if (mac_equal(mac, own->gateway_mac))
		return route_in(skb, &t->d, target, side.ifindex) == DP_FAST_IN ? DP_FAST_L3
										: DP_STACK_ERROR;
	if (!mac_equal(mac, target->mac) || target->domain != own->domain)
		return DP_ELIGIBLE;
	hand_over(skb, target, side.ifindex);
	return DP_FAST_L2;
}

/*
 * A packet that is to leave from_pod as @outcome, which is for the stack; DP_COPY_SPARE: it was
 * there already. As what it leaves now.
 */
__noinline int allow(struct __sk_buff *skb, __u32 outcome)
{
	const struct dp_endpoint *own = endpoint_of(skb->ifindex);
	struct translation *t = translation_begin();
	bool copy = outcome == DP_COPY_SPARE;
	__u32 hooked = HOOKED_BOTH;
	__u8 mac[6] = {};
	int way;

	if (copy)
		skb->tc_index = 0;
	if (!own || !t || (own->flags & (DP_EP_ALLOW | DP_EP_FASTPATH_OFF)) != DP_EP_ALLOW ||
	    !datagram_parse(skb, ETH_HLEN, skb->protocol, &t->d, &t->key) ||
	    !address_is_of(own, skb->ifindex, t->key.source))
		return outcome;
	if (copy && own->flags & DP_EP_MAC_CHECK &&
	    (bpf_skb_load_bytes(skb, 6, mac, sizeof(mac)) != 0 || !mac_equal(mac, own->mac)))
		return outcome; /* no copy of ours, but the pod's */
	t->key.scope = skb->ifindex;
	if (!copy)
		hooked = netfilter_hooks(skb, t->d.version);
	if (hooked == HOOKED_NOT)
		return outcome;
	if (t->d.kind == DG_WHOLE && flow_has(t->key.protocol) && outcome != DP_STACK_IP_OPTIONS) {
		if (!allow_flow(skb, own, hooked, copy))
			return outcome;
	} else if (hooked != HOOKED_FORWARD) {
		return outcome;
	}
	way = allow_send(skb, own);
	if (way == DP_ELIGIBLE)
		return outcome;
	count(skb, DP_FLOW_ALLOWED);
	return way;
}

#endif
