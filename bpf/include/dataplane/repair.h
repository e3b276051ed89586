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

/* Makes the candidate @key FAST if conntrack vouches for it. A rare way: it reads the packet
 * again rather than burden the others with what it needs. */
static __noinline bool flow_repair(struct __sk_buff *skb, const struct dp_endpoint *own,
				   const struct flow_key *key)
{
	struct translation *t = translation_begin();
	const struct dp_address *receiver;
	const struct dp_device *uplink;
	struct dp_address_key address;
	struct dp_flow *flow;

	if (!t || !datagram_parse(skb, ETH_HLEN, skb->protocol, &t->d, &t->key) ||
	    !conntrack_passed(skb, &t->key, t->d.version, t->d.tcp_flags))
		return false;
	address.domain = domain_of_receiver(skb, own, t);
	address_copy(address.address, t->key.destination);
	receiver = bpf_map_lookup_elem(&addresses, &address);
	flow = flow_find(key);
	if (!flow)
		return false;
	if (receiver)
		return flow_promote(key, flow, receiver->ifindex, receiver->generation, false,
				    t->now);
	uplink = bpf_map_lookup_elem(&devices, &address.domain);
	return uplink && uplink->flags & DP_DEV_UPLINK && !(uplink->flags & DP_DEV_L3) &&
	       flow_promote(key, flow, address.domain, uplink->generation, true, t->now);
}

#endif
