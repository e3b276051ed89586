// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Egress of the host end of a pod's veth: what the stack delivers to the pod.
 * It only looks. Packets of the fast path do not come by.
 */

#include <dataplane/leave.h>
#include <dataplane/prove.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline __u32 observe(struct __sk_buff *skb)
{
	const struct dp_endpoint *own;
	struct flow_key key = {};
	struct packet p = {.ifindex = skb->ifindex};
	const void *end;

	/* Sent by the host itself: proves nothing and translates nothing. */
	if (skb->ingress_ifindex == 0)
		return DP_TO_POD_LOCAL;
	own = endpoint_of(p.ifindex);
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

SEC("tc")
int to_pod(struct __sk_buff *skb)
{
	return leave(skb, observe(skb), ETH_HLEN);
}
