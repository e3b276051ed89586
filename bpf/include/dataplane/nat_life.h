/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_NAT_LIFE_H
#define DATAPLANE_NAT_LIFE_H

/*
 * How long a translation counts. A half is dead when one of its endpoints is gone, expired
 * when nobody used it for longer than its protocol allows. Both count as missing; nobody
 * has to remove them.
 */

#include "flow.h"

#define DP_NAT_CLOSED(state)                                                           \
	((state)&DP_NAT_RST || ((state) & (DP_NAT_FIN_ORIGINAL | DP_NAT_FIN_REPLY)) == \
				       (DP_NAT_FIN_ORIGINAL | DP_NAT_FIN_REPLY))

/* Outside and the host itself are always there. */
static __always_inline bool nat_side_lives(const struct dp_flow_side *side)
{
	return side->ifindex == DP_SCOPE_UPLINK || side->ifindex == DP_SCOPE_HOST ||
	       endpoint_of_side(side);
}

static __always_inline bool nat_lives(const struct dp_nat *entry)
{
	return nat_side_lives(&entry->from) && nat_side_lives(&entry->to);
}

static __always_inline bool nat_expired(const struct dp_nat *entry, __u8 protocol, __u64 now)
{
	__s64 idle = now - entry->last_seen;
	__u32 state = entry->state;

	if (likely(idle < 30 * NSEC_PER_SEC))
		return false;
	switch (protocol) {
	case IPPROTO_TCP:
	case IPPROTO_SCTP:
		if (DP_NAT_CLOSED(state))
			return true;
		return idle > (state & DP_NAT_REPLIED ? 8000 : 60) * NSEC_PER_SEC;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return !(state & DP_NAT_REPLIED) || idle > 180 * NSEC_PER_SEC;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return true;
	default:
		return idle > 600 * NSEC_PER_SEC;
	}
}

static __always_inline bool nat_is_over(const struct dp_nat *half, __u8 protocol, __u64 now)
{
	return nat_expired(half, protocol, now) || !nat_lives(half);
}

#endif
