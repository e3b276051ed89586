// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Ingress of the host end of a pod's veth: everything the pod sends, before
 * the bridge or the router sees it.
 */

#include <dataplane/fastpath.h>
#include <dataplane/leave.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline __u32 decide(struct __sk_buff *skb, bool conntrack)
{
	struct packet p = {.ifindex = skb->ifindex};
	const struct dp_endpoint *own = endpoint_of(p.ifindex);
	struct flow_key key = {};
	const void *end;
	__u32 reason;

	if (!own)
		return DP_STACK_NO_ENDPOINT;
	if (unlikely(skb->tc_index))
		skb->tc_index = 0; /* a mark of ours that the pod has put there, see egress.h */
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
		return fastpath(skb, own, &p, &key, conntrack);
	case bpf_htons(ETH_P_IPV6):
		reason = parse_ip6(end, &p);
		if (unlikely(reason != DP_ELIGIBLE))
			break;
		flow_key6(&key, &p);
		return fastpath(skb, own, &p, &key, conntrack);
	case bpf_htons(ETH_P_8021Q):
	case bpf_htons(ETH_P_8021AD):
		return DP_STACK_VLAN;
	default:
		return DP_STACK_NOT_IP;
	}
	if (p.version == 0)
		return reason;
	return check_source(own, &p, reason);
}

SEC("tc")
int from_pod(struct __sk_buff *skb)
{
	return leave(skb, decide(skb, true), ETH_HLEN);
}

/* For kernels that refuse a program which names a kfunc they lack, see conntrack.h. */
SEC("?tc")
int from_pod_plain(struct __sk_buff *skb)
{
	return leave(skb, decide(skb, false), ETH_HLEN);
}
