/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_OUTBOUND_H
#define DATAPLANE_OUTBOUND_H

/*
 * What leaves the node. Packets of pods come here from the stack or redirected by
 * from_pod, and get the node's address here and nowhere else; so whatever falls back to the
 * stack is masqueraded too. One that would need it and cannot have it is dropped.
 *
 * The stack's packets also prove flows here, as they do at to_pod.
 */

#include "egress.h"
#include "fragment.h"
#include "icmp_error.h"
#include "masquerade.h"
#include "prove.h"

/* The pod that sent a packet, by its source; t->key.scope is its veth then. */
static __always_inline const struct dp_endpoint *
outbound_sender(const struct __sk_buff *skb, struct translation *t, __u32 entered)
{
	const struct dp_endpoint *ep = endpoint_of(entered);
	const struct dp_address *row;
	struct dp_address_key at;

	if (likely(ep && skb->tc_index == DP_REDIRECTED)) {
		t->key.scope = entered; /* from_pod checked the source */
		return ep;
	}
	/* Bridged packets come in by the bridge, or by the veth when from_pod sent them. */
	at.domain = ep ? ep->domain : entered;
	address_copy(at.address, t->key.source);
	row = bpf_map_lookup_elem(&addresses, &at);
	if (!row)
		return NULL;
	ep = endpoint_of(row->ifindex);
	if (!ep || ep->generation != row->generation)
		return NULL;
	t->key.scope = row->ifindex;
	return ep;
}

/* A packet of a flow came out of the stack as the pod sent it: the proof. */
__noinline int outbound_prove(struct __sk_buff *skb, struct translation *t,
			      const struct dp_endpoint *own)
{
	__u32 ifindex = skb->ifindex;
	const struct dp_device *uplink = bpf_map_lookup_elem(&devices, &ifindex);
	struct flow_key key = {};
	struct dp_flow_side *side;
	struct dp_flow *flow;

	if (!t || !own || !uplink || uplink->flags & DP_DEV_L3 || own->flags & DP_EP_FASTPATH_OFF ||
	    !flow_has(t->key.protocol))
		return false;
	flow_key_tuple(&key, &t->key, t->d.version);
	flow = flow_find(&key);
	if (!flow || flow_expired(flow, t->key.protocol, t->now))
		return false;
	side = flow_side(flow, !key.sender);
	if (flow->state == DP_FLOW_CANDIDATE)
		return flow->origin == key.sender && entered_from_origin(skb, flow) &&
		       flow_promote(&key, flow, ifindex, uplink->generation, true, t->now);
	if (flow->state != DP_FLOW_FAST || (__s64)(t->now - flow->since) <= DP_GRACE ||
	    (__s64)(t->now - flow->fallback) <= DP_GRACE)
		return false;
	/* from_pod did not give it to the stack: somebody else's translation did, or the
	 * route moved to another uplink. The next connection proves anew. */
	if (side->ifindex != ifindex || side->generation != uplink->generation)
		flow_write(&key, DP_FLOW_CANDIDATE, key.sender, t->key.scope, own, t->now,
			   BPF_EXIST);
	else
		flow_write_side(&key, DP_FLOW_SLOW, !key.sender, ifindex, uplink->generation,
				key.sender ? DP_FLOW_UPLINK0 : DP_FLOW_UPLINK1, t->now, BPF_EXIST);
	return false;
}

enum outbound_answer {
	ANSWER_NONE,
	ANSWER_DIRECT, /* to a connection that outside made to the pod's own address */
	ANSWER_MAPPED, /* to one that it made to a host port */
};

/* Is the packet an answer to outside? */
__noinline int outbound_answers(struct translation *t)
{
	struct flow_key key = {};
	struct dp_flow *flow;

	if (!t)
		return ANSWER_NONE;
	flow_key_tuple(&key, &t->key, t->d.version);
	flow = flow_find(&key);
	if (!flow || flow_expired(flow, t->key.protocol, t->now) || flow->origin == key.sender)
		return ANSWER_NONE;
	if (flow->uplink & DP_FLOW_MAPPED)
		return ANSWER_MAPPED;
	return flow_from_outside(flow) ? ANSWER_DIRECT : ANSWER_NONE;
}

static __always_inline __u32 outbound_later_fragment(struct __sk_buff *skb, struct translation *t,
						     const struct dp_endpoint *own)
{
	if (fragment_find(t))
		return rewrite(skb, t) ? DP_UPLINK_TRANSLATED : DP_DROP_NAT_ERROR;
	return masquerade_excluded(t->key.scope, own, t->key.destination, t->d.version)
		       ? DP_UPLINK_PLAIN
		       : DP_DROP_NAT_FRAGMENT;
}

/* An ICMP error that a pod sends about a packet that it got. */
__noinline int outbound_error(struct __sk_buff *skb, struct translation *t,
			      const struct dp_endpoint *own)
{
	bool excluded;

	if (!t || !own)
		return DP_DROP_NAT_ERROR;
	excluded = masquerade_excluded(t->key.scope, own, t->key.destination, t->d.version);
	if (embedded_read(skb, t)) {
		if (embedded_find(t->key.scope)) {
			if (!embedded_rewrite(skb, t))
				return DP_DROP_NAT_ERROR;
			/* Whatever address of its own the pod chose for it. */
			address_copy(t->become.destination, t->key.destination);
			return rewrite(skb, t) ? DP_UPLINK_TRANSLATED : DP_DROP_NAT_ERROR;
		}
		t->key = t->answer;
		if (outbound_answers(t) == ANSWER_DIRECT)
			return DP_UPLINK_PLAIN;
	}
	return excluded ? DP_UPLINK_PLAIN : DP_DROP_NAT_PACKET;
}

/* The translation that the packet has, or gets: t->become. */
static __always_inline __u32 outbound_translation(struct __sk_buff *skb, struct translation *t,
						  const struct dp_endpoint *own)
{
	struct dp_nat *entry = t->d.kind == DG_CONTROL ? NULL : nat_use(skb, t, own);
	int answer;

	if (likely(entry)) {
		t->become = *entry;
		return DP_UPLINK_TRANSLATED;
	}
	if (masquerade_excluded(t->key.scope, own, t->key.destination, t->d.version))
		return DP_UPLINK_PLAIN;
	/* Neighbour discovery, redirects: what outside says of the kind is for the node. */
	if (t->d.kind == DG_CONTROL)
		return DP_DROP_NAT_PACKET;
	answer = t->d.kind == DG_BARE ? ANSWER_NONE : outbound_answers(t);
	if (answer == ANSWER_DIRECT)
		return DP_UPLINK_PLAIN;
	/* Lost, not expired (that one would still be there). Only the client knows the port that
	 * it called: its next packet finds the way again. As a connection of the pod's own
	 * it would be reset. */
	if (answer == ANSWER_MAPPED && !nat_find(&t->key))
		return DP_DROP_NAT_LOST;
	return masquerade_begin(skb, t, own) ?: DP_UPLINK_TRANSLATED;
}

/* A packet that entered the node at @entered and leaves it. */
static __always_inline __u32 outbound_forwarded(struct __sk_buff *skb, struct translation *t,
						__u32 entered, bool whole)
{
	const struct dp_endpoint *own = outbound_sender(skb, t, entered);
	__u32 outcome;

	if (!own)
		return DP_UPLINK_FORWARDED;
	if (unlikely(!whole))
		return masquerade_excluded(t->key.scope, own, t->key.destination, t->d.version)
			       ? DP_UPLINK_PLAIN
			       : DP_DROP_NAT_PACKET;
	if (unlikely(t->d.kind == DG_LATER))
		return outbound_later_fragment(skb, t, own);
	if (unlikely(t->d.kind == DG_ICMP_ERROR))
		return outbound_error(skb, t, own);

	outcome = outbound_translation(skb, t, own);
	if (unlikely(outcome >= DP_DROP_MAC_SPOOFED))
		return outcome;
	if (skb->tc_index != DP_REDIRECTED && t->d.kind == DG_WHOLE && outbound_prove(skb, t, own))
		count(skb, DP_UPLINK_PROVEN);
	if (outcome == DP_UPLINK_PLAIN) {
		if (t->d.kind == DG_FIRST) {
			address_copy(t->become.source, t->key.source);
			address_copy(t->become.destination, t->key.destination);
			fragment_note(t);
		}
		return outcome;
	}
	if (t->d.kind == DG_FIRST)
		fragment_note(t);
	return rewrite(skb, t) ? DP_UPLINK_TRANSLATED : DP_DROP_NAT_ERROR;
}

#endif
