/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_INBOUND_ERROR_H
#define DATAPLANE_INBOUND_ERROR_H

/*
 * ICMP errors that come in by an uplink about what left it translated. They go the way that
 * their connection goes: conntrack never saw one that is past the stack, calls errors about
 * it invalid, and many nodes drop those. A path whose MTU nobody learns is a black hole.
 */

#include "counters.h"
#include "icmp_error.h"
#include "netfilter.h"
#include "route_in.h"

/* The key of the flow that the pod knows a packet by, which became t->become; @seen as it came. */
static __always_inline void inbound_flow_key(struct flow_key *key, struct translation *t,
					     const struct dp_nat_key *seen)
{
	struct dp_nat_key *inside = &t->answer; /* not in use on this way */

	address_copy(inside->source, t->become.source);
	address_copy(inside->destination, t->become.destination);
	inside->source_port = t->become.source_port;
	inside->destination_port = t->become.destination_port;
	*(__u32 *)&inside->protocol = seen->protocol;
	flow_key_tuple(key, inside, t->d.version);
}

/* Is the connection that the error is about past the stack? */
__noinline int inbound_error_proven(struct translation *t)
{
	const struct dp_flow_side *side;
	struct flow_key key = {};
	struct dp_flow *flow;

	if (!t || !flow_has(t->about.key.protocol))
		return false;
	if (t->become.kind == DP_NAT_HOSTPORT)
		return true;
	inbound_flow_key(&key, t, &t->about.key);
	flow = flow_find(&key);
	if (!flow || flow->state != DP_FLOW_FAST ||
	    flow_expired(flow, t->about.key.protocol, t->now))
		return false;
	side = flow_side(flow, !key.sender);
	return side->ifindex == t->become.to.ifindex && side->generation == t->become.to.generation;
}

/*
 * What is translated and not proven: the stack's, unless it is for a pod that may have it whatever FORWARD
 * says (see allow.h) and nobody could have translated what it answers.
 */
__noinline int inbound_back(struct __sk_buff *skb, struct translation *t,
			    const struct dp_device *uplink)
{
	const struct dp_endpoint *target;

	if (!t || !uplink)
		return DP_UPLINK_BACK;
	target = endpoint_of(t->become.to.ifindex);
	if (likely(!target || !(target->flags & DP_EP_ALLOW)) || uplink->flags & DP_DEV_L3 ||
	    !routable_in(&t->d, target) || netfilter_hooks(skb, t->d.version) != HOOKED_FORWARD)
		return DP_UPLINK_BACK;
	count(skb, DP_FLOW_ALLOWED);
	return route_in(skb, &t->d, target, t->become.to.ifindex);
}

/* An ICMP error about something that left the node translated. */
__noinline int inbound_error(struct __sk_buff *skb, struct translation *t,
			     const struct dp_device *uplink)
{
	const struct dp_endpoint *target;
	bool proven;

	if (!t || !uplink || !embedded_read(skb, t) || !embedded_find(DP_SCOPE_UPLINK))
		return DP_UPLINK_HOST;
	proven = inbound_error_proven(t);
	if (!embedded_rewrite(skb, t))
		return DP_DROP_NAT_ERROR;
	/* Made by a router on the way, or by the other end itself. */
	if (!address_equal(t->key.source, t->about.key.destination))
		address_copy(t->become.source, t->key.source);
	if (!address_equal(t->key.destination, t->about.key.source))
		address_copy(t->become.destination, t->key.destination);
	if (!rewrite(skb, t))
		return DP_DROP_NAT_ERROR;
	target = endpoint_of(t->become.to.ifindex);
	if (!proven || !target || uplink->flags & DP_DEV_L3 || !routable_in(&t->d, target))
		return inbound_back(skb, t, uplink);
	return route_in(skb, &t->d, target, t->become.to.ifindex);
}

#endif
