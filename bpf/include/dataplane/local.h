/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_LOCAL_H
#define DATAPLANE_LOCAL_H

/*
 * A pod that calls a host port of its own node, and the answers to it. Translated where
 * the packet leaves its pod, and handed to the other pod (or back into the same one) in the
 * same step: in between it would have an address of the node as source, which the stack
 * takes for a forgery when it comes in by a device. The hop limit stays as it is:
 * for the client this is the node.
 *
 * Also the answers to a client outside that appears as the node ("masqAll"): they go out
 * by an uplink from here, for the same reason.
 */

#include "egress.h"
#include "fragment.h"
#include "host_ports.h"
#include "icmp_error.h"
#include "prove.h"

/* The flow of a tuple that from_pod has to translate: so that it need not ask again. */
__noinline int local_flow(struct translation *t, const struct dp_nat_key *tuple,
			  __u32 side_is_sender)
{
	const struct dp_flow_side *pod;
	struct flow_key key = {};
	struct dp_flow *flow;

	if (!t || !tuple || !flow_has(t->key.protocol))
		return 0;
	pod = side_is_sender ? &t->become.from : &t->become.to;
	flow_key_tuple(&key, tuple, t->d.version);
	flow = flow_find(&key);
	if (flow && flow->state == DP_FLOW_HOSTPORT &&
	    flow_side(flow, key.sender)->ifindex == pod->ifindex &&
	    flow_side(flow, key.sender)->generation == pod->generation &&
	    (__s64)(t->now - flow->last_seen) <= NSEC_PER_SEC)
		return 0; /* written a moment ago: a write a packet would move it in the LRU's lists */
	flow_write_side(&key, DP_FLOW_HOSTPORT, key.sender, pod->ifindex, pod->generation, 0,
			t->now, BPF_ANY);
	return 0;
}

/* To a client outside: the packet is translated, only its way is asked for. */
__noinline int local_out(struct __sk_buff *skb, struct translation *t, __u32 domain)
{
	struct bpf_redir_neigh hop = {};
	struct bpf_fib_lookup fib;
	long found;

	if (!t)
		return DP_DROP_NAT_ERROR;
	address_copy(t->key.source, t->become.source);
	address_copy(t->key.destination, t->become.destination);
	fib_key(&fib, &t->key, domain);
	fib.tot_len = t->d.segment ? t->d.headers + t->d.segment : t->d.length;
	found = bpf_fib_lookup(skb, &fib, sizeof(fib), 0);
	if (found == BPF_FIB_LKUP_RET_FRAG_NEEDED)
		return DP_DROP_NAT_MTU;
	if (found != BPF_FIB_LKUP_RET_SUCCESS && found != BPF_FIB_LKUP_RET_NO_NEIGH)
		return DP_DROP_NAT_ROUTE;
	scrub(skb);
	skb->tc_index = DP_TRANSLATED;
	next_hop(&hop, &fib);
	bpf_redirect_neigh(fib.ifindex, &hop, sizeof(hop), 0);
	return DP_FAST_HOSTPORT;
}

/* The packet becomes t->become and goes to its receiver. */
static __always_inline __u32 local_send(struct __sk_buff *skb, struct translation *t,
					const struct dp_endpoint *own)
{
	__u32 ifindex = t->become.to.ifindex;
	const struct dp_endpoint *target;
	__u8 macs[12];

	if (!rewrite(skb, t))
		return DP_DROP_NAT_ERROR;
	if (ifindex == DP_SCOPE_UPLINK)
		return local_out(skb, t, own->domain);
	target = endpoint_of(ifindex);
	if (!target)
		return DP_DROP_NAT_ERROR;
	/* A pod may call itself. */
	if (unlikely(policy_forbids(own, target)) && ifindex != skb->ifindex)
		return DP_DROP_POLICY;
	if ((t->d.segment ? t->d.headers + t->d.segment : t->d.length) > target->mtu)
		return DP_DROP_NAT_MTU;
	/* A pod without a gateway sees its neighbour's address, as it was sent. */
	if (bpf_skb_load_bytes(skb, 0, macs, sizeof(macs)) != 0)
		return DP_DROP_NAT_ERROR;
	__builtin_memcpy(macs, target->mac, 6);
	if (!mac_is_zero(target->gateway_mac))
		__builtin_memcpy(macs + 6, target->gateway_mac, 6);
	if (bpf_skb_store_bytes(skb, 0, macs, sizeof(macs), 0) != 0)
		return DP_DROP_NAT_ERROR;
	hand_over(skb, target, ifindex);
	return DP_FAST_HOSTPORT;
}

/* Is it to_uplink that translates this answer? It changes nothing but the source then. */
static __always_inline bool local_is_for_uplink(const struct translation *t)
{
	return t->become.kind != DP_NAT_HOSTPORT ||
	       (t->become.to.ifindex == DP_SCOPE_UPLINK &&
		address_equal(t->become.destination, t->key.destination));
}

/* As hop_taken(), of a packet whose headers were only read. */
static __always_inline bool local_hop(struct __sk_buff *skb, const struct datagram *d)
{
	__u8 hops = d->ttl - 1;
	struct ttl4 ttl;
	__u32 check;

	if (d->version == 6)
		return bpf_skb_store_bytes(skb, d->l3 + 7, &hops, 1, BPF_F_RECOMPUTE_CSUM) == 0;
	if (bpf_skb_load_bytes(skb, d->l3 + 8, &ttl, sizeof(ttl)) != 0)
		return false;
	check = ttl.check + bpf_htons(0x0100);
	ttl.ttl = hops;
	ttl.check = check + (check >= 0xffff);
	return bpf_skb_store_bytes(skb, d->l3 + 8, &ttl, sizeof(ttl), 0) == 0;
}

/* What is in translation_row() out of the node past the stack, as it is. DP_ELIGIBLE: it cannot be. */
__noinline int local_routed_out(struct __sk_buff *skb, const struct dp_endpoint *own)
{
	struct translation *t = translation_row();
	struct bpf_redir_neigh hop = {};
	const struct dp_device *uplink;
	struct bpf_fib_lookup fib;
	__u32 ifindex;
	long found;

	if (!t || !own || own->flags & DP_EP_FASTPATH_OFF || t->d.ttl <= 1)
		return DP_ELIGIBLE;
	fib_key(&fib, &t->key, own->domain);
	fib.tot_len = t->d.segment ? t->d.headers + t->d.segment : t->d.length;
	found = bpf_fib_lookup(skb, &fib, sizeof(fib), 0);
	ifindex = fib.ifindex;
	uplink = bpf_map_lookup_elem(&devices, &ifindex);
	if ((found != BPF_FIB_LKUP_RET_SUCCESS && found != BPF_FIB_LKUP_RET_NO_NEIGH) || !uplink ||
	    !(uplink->flags & DP_DEV_UPLINK) || uplink->flags & DP_DEV_L3)
		return DP_ELIGIBLE;
	if (!local_hop(skb, &t->d))
		return DP_STACK_ERROR;
	scrub(skb);
	skb->tc_index = DP_REDIRECTED;
	next_hop(&hop, &fib);
	bpf_redirect_neigh(ifindex, &hop, sizeof(hop), 0);
	return DP_FAST_OUT;
}

/* An ICMP error of a pod about a packet that it got, or sent, by a host port of this node. */
static __always_inline __u32 local_error(struct __sk_buff *skb, struct translation *t,
					 const struct dp_endpoint *own)
{
	if (!embedded_read(skb, t) || !embedded_find(t->key.scope) ||
	    t->become.kind != DP_NAT_HOSTPORT)
		return DP_ELIGIBLE;
	/* To a client outside: past the stack, whose conntrack does not know the connection and
	 * calls the error invalid. to_uplink translates it. */
	if (local_is_for_uplink(t))
		return flow_has(t->about.key.protocol) ? local_routed_out(skb, own) : DP_ELIGIBLE;
	if (!embedded_rewrite(skb, t))
		return DP_DROP_NAT_ERROR;
	return local_send(skb, t, own);
}

/*
 * What a pod sends, if a host port has to do with it: its way out. DP_ELIGIBLE: it has not.
 * @ifindex: the pod's veth, @own its endpoint.
 */
__noinline int local(struct __sk_buff *skb, const struct dp_endpoint *own)
{
	struct translation *t = translation_begin();
	struct dp_nat *entry;
	__u32 drop;

	if (!t || !own)
		return DP_DROP_NAT_ERROR;
	if (!datagram_parse(skb, ETH_HLEN, skb->protocol, &t->d, &t->key))
		return DP_ELIGIBLE;
	t->key.scope = skb->ifindex;
	if (t->d.kind == DG_LATER)
		return fragment_find(t) ? local_send(skb, t, own) : DP_ELIGIBLE;
	if (t->d.kind == DG_ICMP_ERROR)
		return local_error(skb, t, own);
	if (t->d.kind == DG_BARE || t->d.kind == DG_CONTROL)
		return DP_ELIGIBLE;

	entry = nat_use(skb, t, own);
	if (entry) {
		t->become = *entry;
		if (local_is_for_uplink(t))
			return DP_ELIGIBLE;
		if (!host_port_stands(own->domain))
			entry = NULL;
	}
	if (!entry) {
		if (host_port_asked(skb, t, own->domain, own->generation) != 0)
			return DP_ELIGIBLE;
		drop = nat_create(skb);
		if (drop)
			return drop;
		/* t->answer: the answers as the other pod sends them. */
		if (t->d.kind == DG_WHOLE)
			local_flow(t, &t->answer, false);
	}
	if (t->d.kind == DG_WHOLE)
		local_flow(t, &t->key, true);
	else if (t->d.kind == DG_FIRST)
		fragment_note(t);
	return local_send(skb, t, own);
}

#endif
