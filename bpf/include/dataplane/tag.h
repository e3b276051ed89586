/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_TAG_H
#define DATAPLANE_TAG_H

/*
 * 802.1Q. A frame of VLAN 0 belongs to no VLAN: its tag is a priority alone, which the stack
 * takes off after these programs have run, and then goes on as without it
 * (net/core/dev.c, __netif_receive_skb_core). So it must not pass as a tagged frame would.
 */

#include <linux/if_ether.h>

#include "address.h"

#define DP_VLAN_ID 0xfff

/* Is it a VLAN's? At ingress the kernel has moved the outer tag out of the frame. */
static __always_inline bool is_tagged(const struct __sk_buff *skb)
{
	return (skb->vlan_present && skb->vlan_tci & DP_VLAN_ID) ||
	       skb->protocol == bpf_htons(ETH_P_8021Q) || skb->protocol == bpf_htons(ETH_P_8021AD);
}

static __always_inline bool has_priority(const struct __sk_buff *skb)
{
	return skb->vlan_present && !(skb->vlan_tci & DP_VLAN_ID);
}

/* Takes priorities off. False: it is not done, or there are more than anybody has a use for. */
static __always_inline bool untag(struct __sk_buff *skb)
{
	for (int i = 0; i < 2 && unlikely(has_priority(skb)); i++)
		if (bpf_skb_vlan_pop(skb) != 0)
			return false;
	return likely(!has_priority(skb));
}

#endif
