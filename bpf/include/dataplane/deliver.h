/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_DELIVER_H
#define DATAPLANE_DELIVER_H

/*
 * A proven packet into its receiver's namespace by bpf_redirect_peer(): as the
 * bridge would (nothing changes) or as a router would (TTL, MACs). What a host
 * would answer itself (time exceeded, too big) is left to the host.
 */

#include "flow.h"
#include "policy.h"
#include "source.h"

/*
 * Bytes of Ethernet and IPv4 header up to the checksum, of IPv6 up to the hop
 * limit: what routing changes, written back by one helper call. Direct writes
 * would make the verifier put an unclone of the packet before the program,
 * paid by every packet that is only looked at; TCP sends clones.
 */
#define DP_REWRITE4 (ETH_HLEN + 12)
#define DP_REWRITE6 (ETH_HLEN + 8)

struct rewrite {
	__u8 dst[6];
	__u8 src[6];
	__be16 protocol;
	__be16 ip[6];
};

static __always_inline bool route4(struct __sk_buff *skb, const struct packet *p,
				   struct rewrite *head)
{
	const __be16 *ip = (const __be16 *)p->ip4;
	__u32 check;

	for (int i = 0; i < 6; i++)
		head->ip[i] = ip[i];
	/* TTL is the high byte of word 4: one less there is one more in the checksum. */
	head->ip[4] -= bpf_htons(0x0100);
	check = p->ip4->check + bpf_htons(0x0100);
	head->ip[5] = check + (check >= 0xffff);
	return bpf_skb_store_bytes(skb, 0, head, DP_REWRITE4, 0) == 0;
}

static __always_inline bool route6(struct __sk_buff *skb, const struct packet *p,
				   struct rewrite *head)
{
	const __be16 *ip = (const __be16 *)p->ip6;

	for (int i = 0; i < 4; i++)
		head->ip[i] = ip[i];
	head->ip[3] -= bpf_htons(0x0001); /* hop limit: the low byte of word 3 */
	return bpf_skb_store_bytes(skb, 0, head, DP_REWRITE6, 0) == 0;
}

/* The packet as routed by the host from @own to @target. */
static __always_inline __u32 route(struct __sk_buff *skb, const struct packet *p,
				   const struct dp_endpoint *target)
{
	struct rewrite head;
	bool written;

	if ((p->version == 4 ? p->ip4->ttl : p->ip6->hop_limit) <= 1)
		return DP_STACK_TTL;
	mac_copy(head.dst, target->mac);
	mac_copy(head.src, target->gateway_mac);
	head.protocol = p->eth->h_proto;
	written = p->version == 4 ? route4(skb, p, &head) : route6(skb, p, &head);
	return written ? DP_FAST_L3 : DP_STACK_ERROR;
}

static __always_inline bool exceeds_mtu(const struct packet *p, __u32 mtu)
{
	return (p->segment ? p->headers + p->segment : p->length) > mtu;
}

/*
 * What the receiver's stack must not see of ours. A packet from another
 * namespace arrives clean, so this matters only if a filter before us wrote
 * something; kernels before 6.15 do not scrub on a redirect to a peer. The type
 * is seen from the host veth's address: a bridged packet is OTHERHOST there,
 * and the receiver's stack would ignore it.
 */
static __always_inline void scrub(struct __sk_buff *skb)
{
	skb->mark = 0;
	skb->priority = 0;
	skb->tstamp = 0;
	if (skb->pkt_type != 0 /* PACKET_HOST */)
		bpf_skb_change_type(skb, 0);
}

/* Is it for the gateway, to be routed? */
static __always_inline bool to_gateway(const struct dp_endpoint *own, const struct packet *p)
{
	return mac_equal(p->eth->h_dest, own->gateway_mac) && !mac_is_zero(own->gateway_mac);
}

/* Is it for @target as a neighbour on the same bridge? */
static __always_inline bool to_neighbour(const struct dp_endpoint *own, const struct packet *p,
					 const struct dp_endpoint *target)
{
	return mac_equal(p->eth->h_dest, target->mac) && target->domain == own->domain &&
	       target->flags & own->flags & DP_EP_L2;
}

/*
 * Could a proven packet like this be delivered? Otherwise its flow must not
 * become FAST: conntrack would miss the packets that can be and call those that
 * cannot be invalid. (An external router on the bridge, a pod that routes, a
 * gateway MAC that is not the one we were told.)
 */
static __always_inline bool deliverable(const struct dp_endpoint *own, const struct packet *p)
{
	const struct dp_address *receiver;
	const struct dp_endpoint *target;
	struct dp_address_key key;

	if (to_gateway(own, p))
		return true;
	if (!(own->flags & DP_EP_L2))
		return false;
	address_key(&key, own->domain, p, true);
	receiver = bpf_map_lookup_elem(&addresses, &key);
	if (!receiver)
		return false;
	target = endpoint_of(receiver->ifindex);
	return target && target->generation == receiver->generation && to_neighbour(own, p, target);
}

/*
 * A packet that is as its receiver is to see it, to the pod behind the host veth @ifindex:
 * into its namespace, or where its bandwidth is limited, into the veth's queue.
 */
static __always_inline void hand_over(struct __sk_buff *skb, const struct dp_endpoint *target,
				      __u32 ifindex)
{
	scrub(skb);
	if (unlikely(target->flags & DP_EP_QUEUED)) {
		skb->tc_index = DP_HANDED_OVER;
		bpf_redirect(ifindex, 0);
	} else {
		bpf_redirect_peer(ifindex, 0);
	}
}

/* Delivers a packet of a FAST flow, or says why the stack has to. */
static __always_inline __u32 deliver(struct __sk_buff *skb, const struct dp_endpoint *own,
				     const struct packet *p, const struct dp_endpoint *target,
				     __u32 ifindex)
{
	__u32 way = DP_FAST_L2;

	if (unlikely(target->flags & DP_EP_FASTPATH_OFF))
		return DP_STACK_FASTPATH_OFF;
	if (unlikely(policy_forbids(own, target)))
		return DP_DROP_POLICY;
	if (unlikely(exceeds_mtu(p, target->mtu)))
		return DP_STACK_MTU;
	if (!to_neighbour(own, p, target)) {
		if (unlikely(!to_gateway(own, p) || mac_is_zero(target->gateway_mac)))
			return DP_STACK_NEIGHBOUR;
		way = route(skb, p, target);
		if (way != DP_FAST_L3)
			return way;
	}
	hand_over(skb, target, ifindex);
	return way;
}

#endif
