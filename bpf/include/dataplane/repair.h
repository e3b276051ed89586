/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_REPAIR_H
#define DATAPLANE_REPAIR_H

/* A pod's TCP flow whose entry was lost, see conntrack.h. */

#include "conntrack.h"
#include "masquerade.h"

/*
 * The domain of the receiver: the sender's own if it is bridged, else the
 * device that the host routes to. Routes of a bridge or a ptp veth lead to
 * just the device that dp_endpoint.domain names.
 */
static __always_inline __u32 domain_of_receiver(struct __sk_buff *skb,
						const struct dp_endpoint *own,
						const struct translation *t)
{
	struct bpf_fib_lookup fib;
	__u8 mac[6] = {};
	long found;

	if (own->flags & DP_EP_L2 && bpf_skb_load_bytes(skb, 0, mac, sizeof(mac)) == 0 &&
	    !mac_equal(mac, own->gateway_mac))
		return own->domain;
	fib_key(&fib, &t->key, own->domain);
	found = bpf_fib_lookup(skb, &fib, sizeof(fib), 0);
	if (found != BPF_FIB_LKUP_RET_SUCCESS && found != BPF_FIB_LKUP_RET_NO_NEIGH)
		return 0;
	return fib.ifindex;
}

/* The other end of a flow that is to be FAST without a proof. */
enum receiver {
	RECEIVER_NONE,
	RECEIVER_POD,
	RECEIVER_UPLINK,
};

static __noinline int receiver_of(struct __sk_buff *skb, const struct dp_endpoint *own,
				  const struct translation *t, struct dp_flow_side *side)
{
	const struct dp_device *uplink;
	struct dp_address_key address;
	const struct dp_address *pod;

	address.domain = domain_of_receiver(skb, own, t);
	address_copy(address.address, t->key.destination);
	pod = bpf_map_lookup_elem(&addresses, &address);
	if (pod) {
		side->ifindex = pod->ifindex;
		side->generation = pod->generation;
		return RECEIVER_POD;
	}
	uplink = bpf_map_lookup_elem(&devices, &address.domain);
	if (!uplink || (uplink->flags & (DP_DEV_UPLINK | DP_DEV_L3)) != DP_DEV_UPLINK)
		return RECEIVER_NONE;
	side->ifindex = address.domain;
	side->generation = uplink->generation;
	return RECEIVER_UPLINK;
}

/* Makes the candidate @key FAST if conntrack vouches for it. A rare way: it reads the packet
 * again rather than burden the others with what it needs. */
static __noinline bool flow_repair(struct __sk_buff *skb, const struct dp_endpoint *own,
				   const struct flow_key *key)
{
	struct translation *t = translation_begin();
	struct dp_flow_side side = {};
	struct dp_flow *flow;
	int receiver;

	if (!t || !datagram_parse(skb, ETH_HLEN, skb->protocol, &t->d, &t->key) ||
	    !conntrack_passed(skb, &t->key, t->d.version, t->d.tcp_flags))
		return false;
	receiver = receiver_of(skb, own, t, &side);
	flow = flow_find(key);
	return flow && receiver != RECEIVER_NONE &&
	       flow_promote(key, flow, side.ifindex, side.generation, receiver == RECEIVER_UPLINK,
			    t->now);
}

#endif
