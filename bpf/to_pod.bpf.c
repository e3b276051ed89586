// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Egress of the host end of a pod's veth: what the stack delivers to the pod. It proves
 * flows, and holds the pod to its limit. Packets of the fast path come by only on their
 * way into the queue of a limited pod.
 */

#include <dataplane/leave.h>
#include <dataplane/limit.h>
#include <dataplane/policy.h>
#include <dataplane/prove.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline __u32 observe(struct __sk_buff *skb, const struct dp_endpoint *own)
{
	struct flow_key key = {};
	struct packet p = {.ifindex = skb->ifindex};
	const void *end;

	/* Sent by the host itself: proves nothing and translates nothing. */
	if (skb->ingress_ifindex == 0)
		return DP_TO_POD_LOCAL;
	if (!own)
		return DP_STACK_NO_ENDPOINT;
	if (own->flags & DP_EP_FASTPATH_OFF)
		return DP_TO_POD_FORWARDED;
	if (skb->vlan_present || !headers_are_linear(skb))
		return DP_TO_POD_FORWARDED;
	p.eth = (const void *)(long)skb->data;
	end = (const void *)(long)skb->data_end;
	if ((const void *)(p.eth + 1) > end)
		return DP_TO_POD_FORWARDED;

	p.length = skb->len - ETH_HLEN;
	p.segment = skb->gso_size;
	switch (p.eth->h_proto) {
	case bpf_htons(ETH_P_IP):
		if (parse_ip4(end, &p) != DP_ELIGIBLE)
			break;
		flow_key4(&key, &p);
		return learn(skb, own, &p, &key);
	case bpf_htons(ETH_P_IPV6):
		if (parse_ip6(end, &p) != DP_ELIGIBLE)
			break;
		flow_key6(&key, &p);
		return learn(skb, own, &p, &key);
	}
	return DP_TO_POD_FORWARDED;
}

/*
 * Is what the stack delivers to @to to be dropped? @mark: what the sender's from_pod wrote.
 * Bridged packets came in by the sender's veth, routed ones by that or its bridge. ARP
 * alone is let through: as the reference's rules, these are about IP.
 */
static __noinline bool policy_drops(struct __sk_buff *skb, const struct dp_endpoint *to, __u32 mark)
{
	__u32 domain = skb->ingress_ifindex;
	const struct dp_endpoint *from = endpoint_of(domain);

	if (!(to->flags & DP_EP_SAME_BRIDGE) || skb->protocol == bpf_htons(ETH_P_ARP))
		return false;
	if (from)
		domain = from->domain;
	return domain != to->domain || mark == DP_ISOLATED || to->flags & DP_EP_ISOLATED;
}

static __always_inline __u32 decide(struct __sk_buff *skb)
{
	const struct dp_endpoint *own = endpoint_of(skb->ifindex);
	__u32 outcome = DP_TO_POD_QUEUED, mark = skb->tc_index;

	if (unlikely(mark_is_ours(mark))) {
		skb->tc_index = 0;
		if (own && mark >= DP_SAME_BRIDGE && policy_drops(skb, own, mark))
			return DP_DROP_POLICY;
	}
	if (mark != DP_HANDED_OVER)
		outcome = observe(skb, own);
	if (own && own->flags & DP_EP_LIMIT) {
		struct dp_limit_key key = {.ifindex = skb->ifindex, .direction = DP_LIMIT_INGRESS};
		__u32 limited = limit_apply(skb, &key, own->generation);

		if (limited >= DP_DROP_MAC_SPOOFED)
			return limited;
	}
	return outcome;
}

SEC("tc")
int to_pod(struct __sk_buff *skb)
{
	return leave(skb, decide(skb), ETH_HLEN);
}
