// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Ingress of the host end of a pod's veth: everything the pod sends, before
 * the bridge or the router sees it.
 */

#include <dataplane/counters.h>
#include <dataplane/conntrack.h>
#include <dataplane/deliver.h>
#include <dataplane/prove.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Delivers; a packet that cannot be is noted, so that to_pod does not take it
 * for somebody's translation. */
static __always_inline __u32 send_fast(struct __sk_buff *skb, const struct dp_endpoint *own,
				       const struct packet *p, const struct flow_key *key,
				       struct dp_flow *flow, __u64 now)
{
	struct dp_flow_side *side = flow_side(flow, !key->sender);
	const struct dp_endpoint *target = endpoint_of_side(side);
	__u32 way;

	if (unlikely(!target)) {
		flow_begin(key, skb->ifindex, own, now, BPF_ANY);
		return DP_STACK_STALE;
	}
	way = deliver(skb, own, p, target, side->ifindex);
	if (unlikely(way != DP_FAST_L2 && way != DP_FAST_L3))
		flow->fallback = now;
	return way;
}

static __always_inline __u32 eligible(struct __sk_buff *skb, const struct dp_endpoint *own,
				      const struct packet *p, const struct flow_key *key)
{
	__u64 now = bpf_ktime_get_coarse_ns();
	struct dp_flow *flow = flow_find(key);
	struct dp_flow_side *side = NULL;
	bool known = false;

	if (likely(flow)) {
		side = flow_side(flow, key->sender);
		known = side_is(side, skb->ifindex, own);
	}
	/* A flow that knows its sender vouches for the source. */
	if (unlikely(!known)) {
		__u32 verdict = check_source(own, skb->ifindex, p, DP_ELIGIBLE);

		if (verdict != DP_ELIGIBLE)
			return verdict;
	}
	if (unlikely(own->flags & DP_EP_FASTPATH_OFF))
		return DP_STACK_FASTPATH_OFF;

	if (unlikely(!flow || flow_expired(flow, p->protocol, now))) {
		if (!flow_begin(key, skb->ifindex, own, now, flow ? BPF_ANY : BPF_NOEXIST))
			return DP_STACK_ERROR;
		if (!flow_repair(skb, own, p, key, now))
			return DP_STACK_CANDIDATE;
		flow = flow_find(key);
		if (!flow)
			return DP_STACK_CANDIDATE;
		count(skb, DP_FLOW_REPAIRED);
		return send_fast(skb, own, p, key, flow, now);
	}
	if (unlikely(!known && side->ifindex)) {
		/* Another network of this node uses the same addresses: theirs. */
		if (!endpoint_of_side(side))
			flow_begin(key, skb->ifindex, own, now, BPF_ANY);
		return DP_STACK_STALE;
	}
	flow_touch(flow, key, p, now);
	if (flow->state == DP_FLOW_CANDIDATE)
		return DP_STACK_CANDIDATE;
	if (unlikely(opens_connection(p))) {
		flow_begin(key, skb->ifindex, own, now, BPF_ANY);
		return DP_STACK_CLOSED;
	}
	if (unlikely(flow->state != DP_FLOW_FAST || !known))
		return DP_STACK_SLOW;
	return send_fast(skb, own, p, key, flow, now);
}

static __always_inline __u32 decide(struct __sk_buff *skb)
{
	const struct dp_endpoint *own = endpoint_of(skb->ifindex);
	struct flow_key key = {};
	struct packet p = {};
	const void *end;
	__u32 reason;

	if (!own)
		return DP_STACK_NO_ENDPOINT;
	if (!headers_are_linear(skb))
		return DP_STACK_ERROR;
	p.eth = (const void *)(long)skb->data;
	end = (const void *)(long)skb->data_end;
	if ((const void *)(p.eth + 1) > end)
		return DP_STACK_MALFORMED;
	if (own->flags & DP_EP_MAC_CHECK && !mac_equal(p.eth->h_source, own->mac))
		return DP_DROP_MAC_SPOOFED;
	if (skb->vlan_present)
		return DP_STACK_VLAN;

	p.length = skb->len - ETH_HLEN;
	p.segment = skb->gso_size;
	switch (p.eth->h_proto) {
	case bpf_htons(ETH_P_IP):
		reason = parse_ip4(end, &p);
		if (unlikely(reason != DP_ELIGIBLE))
			break;
		flow_key4(&key, &p);
		return eligible(skb, own, &p, &key);
	case bpf_htons(ETH_P_IPV6):
		reason = parse_ip6(end, &p);
		if (unlikely(reason != DP_ELIGIBLE))
			break;
		flow_key6(&key, &p);
		return eligible(skb, own, &p, &key);
	case bpf_htons(ETH_P_8021Q):
	case bpf_htons(ETH_P_8021AD):
		return DP_STACK_VLAN;
	default:
		return DP_STACK_NOT_IP;
	}
	if (p.version == 0)
		return reason;
	return check_source(own, skb->ifindex, &p, reason);
}

SEC("tc")
int from_pod(struct __sk_buff *skb)
{
	return leave(skb, decide(skb));
}
