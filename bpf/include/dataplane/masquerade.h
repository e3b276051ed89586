/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_MASQUERADE_H
#define DATAPLANE_MASQUERADE_H

/*
 * Which packets of a pod leave with the node's address, and with which one. Decided by
 * addresses alone, never by who is believed to have begun a connection, with one
 * exception: the answers to a connection from outside to the pod's own address
 * (outbound.h). Who can send to that address from outside may begin one.
 */

#include "ports.h"
#include "source.h"

/* Since 6.7; earlier kernels refuse the flag. */
#ifndef DP_FIB_LOOKUP_SRC
#define DP_FIB_LOOKUP_SRC (1U << 4)
#endif

static __always_inline bool address_is_zero(const __u8 *address, __u8 version)
{
	if (version == 4)
		return address_word(address, 3) == 0;
	return (address_word(address, 0) | address_word(address, 1) | address_word(address, 2) |
		address_word(address, 3)) == 0;
}

static __always_inline bool address_is_link_local(const __u8 *address, __u8 version)
{
	if (version == 4)
		return bpf_ntohl(address_word(address, 3)) >> 16 == 0xa9fe;
	return bpf_ntohl(address_word(address, 0)) >> 22 == 0xfe80 >> 6;
}

static __always_inline bool address_is_multicast(const __u8 *address, __u8 version)
{
	if (version == 4)
		return bpf_ntohl(address_word(address, 3)) >> 28 >= 0xe;
	return address[0] == 0xff;
}

/* May packets of this endpoint go to @destination as they are? */
static __always_inline bool masquerade_excluded(__u32 ifindex, const struct dp_endpoint *own,
						const __u8 *destination, __u8 version)
{
	struct dp_exclusion_key key = {.prefix_length = 32 + 128, .ifindex = ifindex};
	const struct dp_exclusion *row;

	if (!(own->flags & DP_EP_MASQUERADE) || address_is_multicast(destination, version))
		return true;
	if (address_is_link_local(destination, version))
		return !(own->flags & DP_EP_MASQ_LINK_LOCAL);
	address_copy(key.address, destination);
	row = bpf_map_lookup_elem(&exclusions, &key);
	return row && row->generation == own->generation;
}

/* A FIB lookup for a packet as it came in by @ifindex. */
static __always_inline void fib_key(struct bpf_fib_lookup *fib, const struct dp_nat_key *key,
				    __u32 ifindex)
{
	__builtin_memset(fib, 0, sizeof(*fib));
	fib->ifindex = ifindex;
	fib->l4_protocol = key->protocol;
	fib->sport = key->source_port;
	fib->dport = key->destination_port;
	if (address_version(key->source) == 4) {
		fib->family = DP_AF_INET;
		fib->ipv4_src = address_word(key->source, 3);
		fib->ipv4_dst = address_word(key->destination, 3);
	} else {
		fib->family = DP_AF_INET6;
		address_copy((__u8 *)fib->ipv6_src, key->source);
		address_copy((__u8 *)fib->ipv6_dst, key->destination);
	}
}

/*
 * The node's address for a packet of a pod that leaves by @uplink: the one that the route
 * prefers (its "src", or the one next to the gateway), else the uplink's own.
 * Asked as the pod's packet was routed, so that policy rules apply; where that
 * leads elsewhere (by mark, or another path of several) the route is not this packet's.
 */
__noinline int masquerade_source(struct __sk_buff *skb, struct translation *t, __u32 domain)
{
	const struct dp_device *uplink;
	struct bpf_fib_lookup fib;
	__u32 ifindex = skb->ifindex;
	__u8 *address;
	long found;

	if (!t)
		return false;
	address = t->become.source;
	fib_key(&fib, &t->key, domain);
	found = bpf_fib_lookup(skb, &fib, sizeof(fib), DP_FIB_LOOKUP_SRC);
	if ((found == BPF_FIB_LKUP_RET_SUCCESS || found == BPF_FIB_LKUP_RET_NO_NEIGH) &&
	    fib.ifindex == ifindex) {
		if (t->d.version == 4)
			address_map4(address, fib.ipv4_src);
		else
			address_copy(address, (const __u8 *)fib.ipv6_src);
		if (!address_is_zero(address, t->d.version) &&
		    !address_is_link_local(address, t->d.version))
			return true;
	}
	uplink = bpf_map_lookup_elem(&devices, &ifindex);
	if (!uplink)
		return false;
	if (t->d.version == 4)
		address_map4(address, *(const __be32 *)uplink->source4);
	else
		address_copy(address, uplink->source6);
	return !address_is_zero(address, t->d.version);
}

/* A new connection of a pod out of the node: 0 and t->become, or the reason of the drop. */
__noinline int masquerade_begin(struct __sk_buff *skb, struct translation *t,
				const struct dp_endpoint *own)
{
	if (!t || !own)
		return DP_DROP_NAT_ERROR;
	__builtin_memset(&t->become, 0, sizeof(t->become));
	if (!masquerade_source(skb, t, own->domain))
		return DP_DROP_NAT_SOURCE;
	t->port_min = own->masq_port_min;
	t->port_max = own->masq_port_max;
	t->as_node = true;
	address_copy(t->become.destination, t->key.destination);
	t->become.destination_port = t->key.destination_port;
	t->become.kind = DP_NAT_MASQUERADE;
	t->become.from.ifindex = t->key.scope;
	t->become.from.generation = own->generation;
	return nat_create(skb);
}

#endif
