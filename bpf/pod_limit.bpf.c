// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Egress of a limited pod's own device, in the pod's namespace, before the queue there:
 * which packets the limit is for, and with fq, when they leave.
 */

#include <dataplane/leave.h>
#include <dataplane/limit.h>
#include <dataplane/netns.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/*
 * Several pods have a device of the same index; their namespaces' cookies differ. The helper
 * bpf_get_netns_cookie(), which tc programs have since 6.15, says whose the packet's socket is
 * (net/core/filter.c): ARP and what the pod forwards have none, or one of another namespace.
 */
static __always_inline __u64 netns_cookie(struct __sk_buff *skb)
{
	const struct net *net = packet_net(skb);
	__u64 cookie = 0;

	bpf_probe_read_kernel(&cookie, sizeof(cookie), &net->net_cookie);
	return cookie;
}

SEC("tc")
int pod_limit(struct __sk_buff *skb)
{
	struct dp_limit_pod_key at = {.netns_cookie = netns_cookie(skb), .ifindex = skb->ifindex};
	const struct dp_limit_pod *pod = bpf_map_lookup_elem(&limit_pods, &at);
	struct dp_limit_key key = {.direction = DP_LIMIT_EGRESS};

	if (!pod)
		return leave(skb, DP_LIMIT_EXEMPT, ETH_HLEN);
	key.ifindex = pod->ifindex;
	return leave_at(skb, limit_apply(skb, &key, pod->generation), ETH_HLEN, pod->ifindex);
}
