// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Ingress of an uplink: everything that comes into the node there, as the first program.
 */

#include <dataplane/leave.h>
#include <dataplane/inbound.h>
#include <dataplane/tag.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline __u32 decide(struct __sk_buff *skb, __u32 *l3, bool conntrack)
{
	__u32 ifindex = skb->ifindex, protocol;
	const struct dp_device *uplink = bpf_map_lookup_elem(&devices, &ifindex);
	struct translation *t;

	if (!uplink || !(uplink->flags & DP_DEV_UPLINK))
		return DP_UPLINK_HOST;
	/* To all, or to another machine (seen in promiscuous mode): what is delivered past the
	 * stack it could not drop any more. */
	if (!(uplink->flags & DP_DEV_L3) && unlikely(skb->pkt_type != 0 /* PACKET_HOST */))
		return DP_UPLINK_HOST;
	if (!untag(skb))
		return DP_DROP_NAT_ERROR;
	if (is_tagged(skb))
		return DP_UPLINK_VLAN;
	protocol = skb->protocol;
	if (protocol != bpf_htons(ETH_P_IP) && protocol != bpf_htons(ETH_P_IPV6))
		return DP_STACK_NOT_IP;
	t = translation_begin();
	if (!t)
		return DP_DROP_NAT_ERROR;
	*l3 = uplink->flags & DP_DEV_L3 ? 0 : ETH_HLEN;
	/* The stack drops what is malformed, and answers where it has to. */
	if (!datagram_parse(skb, *l3, protocol, &t->d, &t->key))
		return DP_UPLINK_HOST;
	return inbound(skb, t, uplink, conntrack);
}

SEC("tc")
int from_uplink(struct __sk_buff *skb)
{
	__u32 l3 = ETH_HLEN, outcome = decide(skb, &l3, true);

	return leave(skb, outcome, l3);
}

/* For kernels that refuse a program which names a kfunc they lack, see conntrack.h. */
SEC("?tc")
int from_uplink_plain(struct __sk_buff *skb)
{
	__u32 l3 = ETH_HLEN, outcome = decide(skb, &l3, false);

	return leave(skb, outcome, l3);
}
