/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_POLICY_H
#define DATAPLANE_POLICY_H

/*
 * "ingressPolicy" of the plugin firewall: which pods get no packets from each other. Of two pods
 * that both have a policy, those of different domains never do, those of one domain not
 * when one of them is isolated. The node, outside and pods without a policy are not asked.
 *
 * It is asked where a packet is delivered, when every translation is done: by the fast path, which
 * knows both pods, and by to_pod. What the stack delivers may have got another source on its
 * way, or been sent from a forged one: so from_pod writes on the packet that its sender
 * has a policy. Fragments and what the stack puts together of them keep that.
 */

#include "endpoint.h"

static __always_inline bool policy_forbids(const struct dp_endpoint *from,
					   const struct dp_endpoint *to)
{
	return unlikely(from->flags & to->flags & DP_EP_SAME_BRIDGE) &&
	       (from->domain != to->domain || (from->flags | to->flags) & DP_EP_ISOLATED);
}

/* from_pod: what the stack carries to another pod. */
static __always_inline void policy_mark(struct __sk_buff *skb, const struct dp_endpoint *own)
{
	if (unlikely(own->flags & DP_EP_SAME_BRIDGE))
		skb->tc_index = own->flags & DP_EP_ISOLATED ? DP_ISOLATED : DP_SAME_BRIDGE;
}

#endif
