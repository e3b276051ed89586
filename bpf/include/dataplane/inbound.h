/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_INBOUND_H
#define DATAPLANE_INBOUND_H

/*
 * What comes into the node: answers to masqueraded connections, connections to host
 * ports, ICMP errors about either, and packets to the pods' own addresses. What is
 * translated goes straight to its pod when the stack would only have let it
 * through: a host port's always (the translation is ours), an answer when its flow is
 * proven. Else the stack gets the translated packet and routes it.
 */

#include "conntrack.h"
#include "fragment.h"
#include "host_ports.h"
#include "inbound_error.h"
#include "prove.h"

/* An answer: does its flow let it past the stack? */
__noinline int inbound_proven(struct __sk_buff *skb, struct translation *t,
			      const struct dp_device *uplink, bool conntrack)
{
	const struct dp_endpoint *target;
	struct flow_key key = {};
	struct dp_flow_side *side;
	struct dp_flow *flow;
	bool allowed;

	if (!t || !uplink || !flow_has(t->key.protocol))
		return false;
	target = endpoint_of(t->become.to.ifindex);
	inbound_flow_key(&key, t, &t->key);
	flow = flow_find(&key);
	if (likely(flow && !flow_expired(flow, t->key.protocol, t->now))) {
		side = flow_side(flow, !key.sender);
		if (flow->state != DP_FLOW_FAST || side->ifindex != t->become.to.ifindex ||
		    side->generation != t->become.to.generation)
			return false;
		flow_touch(flow, &key, t->d.tcp_flags, t->now);
		return true;
	}
	/* Lost. It is proven from this end, where it comes out of the stack unchanged: by
	 * to_pod. Begun by the pod, though: what it sends stays translated. */
	if (uplink->flags & DP_DEV_L3 ||
	    !flow_write_side(&key, DP_FLOW_CANDIDATE, key.sender, skb->ifindex, uplink->generation,
			     (key.sender ? DP_FLOW_UPLINK1 : DP_FLOW_UPLINK0) | DP_FLOW_TRANSLATED,
			     t->now, BPF_ANY) ||
	    !conntrack)
		return false;
	/* What the pod asked for, see allow.h: conntrack would know if somebody translated it. */
	allowed = target && target->flags & DP_EP_ALLOW &&
		  (t->key.protocol == IPPROTO_TCP || t->key.protocol == IPPROTO_UDP) &&
		  !conntrack_knows(skb, &t->answer, t->d.version);
	if (!allowed && !conntrack_passed(skb, &t->answer, t->d.version, t->d.tcp_flags))
		return false;
	flow = flow_find(&key);
	if (!flow ||
	    !flow_promote(&key, flow, t->become.to.ifindex, t->become.to.generation, false, t->now))
		return false;
	count(skb, allowed ? DP_FLOW_ALLOWED : DP_FLOW_REPAIRED);
	return true;
}

/* The flow of a new connection to a host port: the translation is ours, nobody else's. */
__noinline int inbound_host_port_flow(const struct __sk_buff *skb, struct translation *t,
				      const struct dp_device *uplink)
{
	struct flow_key key = {};
	struct dp_flow flow = {};

	if (!t || !uplink || !flow_has(t->key.protocol))
		return 0;
	inbound_flow_key(&key, t, &t->key);
	flow.last_seen = t->now;
	flow.since = t->now;
	flow.origin = key.sender;
	if (t->as_node) {
		/* Its answers are for an address of the node: from_pod translates them. */
		flow.state = DP_FLOW_HOSTPORT;
	} else {
		if (uplink->flags & DP_DEV_L3)
			return 0;
		flow.state = DP_FLOW_FAST;
		flow.uplink = (key.sender ? DP_FLOW_UPLINK1 : DP_FLOW_UPLINK0) |
			      DP_FLOW_TRANSLATED | DP_FLOW_MAPPED;
	}
	/* No variable offset into the stack: each side is named. */
	if (key.sender) {
		flow.side[0] = t->become.to;
		flow.side[1].ifindex = t->as_node ? 0 : skb->ifindex;
		flow.side[1].generation = t->as_node ? 0 : uplink->generation;
	} else {
		flow.side[1] = t->become.to;
		flow.side[0].ifindex = t->as_node ? 0 : skb->ifindex;
		flow.side[0].generation = t->as_node ? 0 : uplink->generation;
	}
	bpf_map_update_elem(key.map, &key.v4, &flow, BPF_ANY);
	return 0;
}

/* to_pod must not take what we give to the stack for somebody's translation. */
__noinline int inbound_fallback(struct translation *t)
{
	struct flow_key key = {};
	struct dp_flow *flow;

	if (!t)
		return 0;
	inbound_flow_key(&key, t, &t->key);
	flow = flow_find(&key);
	if (flow)
		flow->fallback = t->now;
	return 0;
}

static __always_inline __u32 inbound_translated(struct __sk_buff *skb, struct translation *t,
						const struct dp_device *uplink, bool conntrack)
{
	const struct dp_endpoint *target = endpoint_of(t->become.to.ifindex);
	__u32 ifindex = t->become.to.ifindex;
	bool proven;

	/* First of all: whatever is in the way of the fast one, the flow is learnt. */
	/* Whose answers take the stack (SCTP) takes it too: conntrack wants to see both. */
	proven = t->become.kind == DP_NAT_HOSTPORT
			 ? flow_has(t->key.protocol)
			 : t->d.kind == DG_WHOLE && target &&
				   inbound_proven(skb, t, uplink, conntrack);
	if (t->d.kind == DG_FIRST)
		fragment_note(t);
	if (unlikely(!rewrite(skb, t)))
		return DP_DROP_NAT_ERROR;
	if (!proven || !target || t->d.kind != DG_WHOLE || uplink->flags & DP_DEV_L3 ||
	    !routable_in(&t->d, target)) {
		if (proven && t->d.kind == DG_WHOLE)
			inbound_fallback(t);
		return t->become.kind == DP_NAT_HOSTPORT ? DP_UPLINK_BACK
							 : inbound_back(skb, t, uplink);
	}
	return route_in(skb, &t->d, target, ifindex);
}

static __always_inline __u32 inbound_later_fragment(struct __sk_buff *skb, struct translation *t,
						    const struct dp_device *uplink)
{
	if (!fragment_find(t))
		return DP_UPLINK_HOST;
	return rewrite(skb, t) ? inbound_back(skb, t, uplink) : DP_DROP_NAT_ERROR;
}

/* A packet to a pod's own address, from a network that knows the way to it. */
__noinline int inbound_direct(struct __sk_buff *skb, struct translation *t,
			      const struct dp_device *uplink)
{
	const struct dp_endpoint *target;
	struct dp_address_key at = {};
	const struct dp_address *row;
	struct flow_key key = {};
	__u32 ifindex = skb->ifindex;
	struct dp_flow *flow;

	if (!t || !uplink)
		return DP_UPLINK_HOST;
	address_copy(at.address, t->key.destination);
	row = bpf_map_lookup_elem(&addresses, &at);
	if (likely(!row))
		return DP_UPLINK_HOST;
	target = endpoint_of(row->ifindex);
	if (!target || target->generation != row->generation || uplink->flags & DP_DEV_L3 ||
	    target->flags & DP_EP_FASTPATH_OFF || !flow_has(t->key.protocol))
		return DP_UPLINK_HOST;
	flow_key_tuple(&key, &t->key, t->d.version);
	flow = flow_find(&key);
	if (flow && !flow_expired(flow, t->key.protocol, t->now) &&
	    !opens_connection(t->d.tcp_flags)) {
		flow_touch(flow, &key, t->d.tcp_flags, t->now);
		if (flow->state != DP_FLOW_FAST ||
		    flow_side(flow, key.sender)->ifindex != ifindex ||
		    !uplink_of_side(flow_side(flow, key.sender)) ||
		    !side_is(flow_side(flow, !key.sender), row->ifindex, target))
			return DP_UPLINK_HOST;
		if (!routable_in(&t->d, target)) {
			flow->fallback = t->now;
			return DP_UPLINK_HOST;
		}
		return route_in(skb, &t->d, target, row->ifindex);
	}
	/* From the middle of a connection nobody can tell who began it. */
	if (t->key.protocol != IPPROTO_TCP || opens_connection(t->d.tcp_flags))
		flow_write_side(&key, DP_FLOW_CANDIDATE, key.sender, ifindex, uplink->generation,
				key.sender ? DP_FLOW_UPLINK1 : DP_FLOW_UPLINK0, t->now, BPF_ANY);
	return DP_UPLINK_HOST;
}

/* A source that nothing outside can have: the stack would not route its packet. */
static __always_inline bool inbound_is_martian(const struct dp_nat_key *key, __u8 version)
{
	struct dp_local_address at;

	address_copy(at.address, key->source);
	return address_is_zero(key->source, version) || address_is_multicast(key->source, version) ||
	       (version == 4 && bpf_ntohl(address_word(key->source, 3)) >> 24 == 127) ||
	       bpf_map_lookup_elem(&local_addresses, &at);
}

static __always_inline __u32 inbound(struct __sk_buff *skb, struct translation *t,
				     const struct dp_device *uplink, bool conntrack)
{
	struct dp_nat *entry;
	__u32 drop;

	if (unlikely(t->d.kind == DG_LATER))
		return inbound_later_fragment(skb, t, uplink);
	if (unlikely(t->d.kind == DG_ICMP_ERROR))
		return inbound_error(skb, t, uplink);
	if (unlikely(t->d.kind == DG_CONTROL))
		return DP_UPLINK_HOST;
	/* A ping to the node is no answer to the one that a pod sends under the same identifier. */
	entry = t->d.request ? NULL : nat_use(skb, t, NULL);
	if (entry) {
		t->become = *entry;
		if (entry->kind != DP_NAT_HOSTPORT || host_port_stands(skb->ifindex))
			return inbound_translated(skb, t, uplink, conntrack);
	}
	if (t->d.kind == DG_BARE)
		return DP_UPLINK_HOST;
	if (host_port_asked(skb, t, skb->ifindex, 0) != 0)
		return t->d.kind == DG_WHOLE ? inbound_direct(skb, t, uplink) : DP_UPLINK_HOST;
	if (unlikely(inbound_is_martian(&t->key, t->d.version)))
		return DP_UPLINK_HOST;
	drop = nat_create(skb);
	if (drop)
		return drop;
	if (t->d.kind == DG_WHOLE)
		inbound_host_port_flow(skb, t, uplink);
	return inbound_translated(skb, t, uplink, conntrack);
}

#endif
