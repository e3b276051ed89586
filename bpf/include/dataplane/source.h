/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_SOURCE_H
#define DATAPLANE_SOURCE_H

/*
 * Who may send from an address and who receives for it: the rows of "addresses",
 * per domain, because two networks of one node may use the same addresses.
 *
 * Nothing is remembered about a flow whose source is not the sender's own
 * (a forged source would otherwise fill or poison the flow table).
 */

#include "endpoint.h"

static __always_inline void address_key4(struct dp_address_key *key, __u32 domain, __be32 address)
{
	__u32 *word = (__u32 *)key->address;

	key->domain = domain;
	word[0] = 0;
	word[1] = 0;
	word[2] = bpf_htonl(0xffff);
	word[3] = address;
}

static __always_inline void address_key6(struct dp_address_key *key, __u32 domain,
					 const struct in6_addr *address)
{
	__u32 *word = (__u32 *)key->address;

	key->domain = domain;
	word[0] = address->in6_u.u6_addr32[0];
	word[1] = address->in6_u.u6_addr32[1];
	word[2] = address->in6_u.u6_addr32[2];
	word[3] = address->in6_u.u6_addr32[3];
}

/* @key: the source of @p, or its destination, on @domain. */
static __always_inline void address_key(struct dp_address_key *key, __u32 domain,
					const struct packet *p, bool destination)
{
	if (p->version == 4)
		address_key4(key, domain, destination ? p->ip4->daddr : p->ip4->saddr);
	else
		address_key6(key, domain, destination ? &p->ip6->daddr : &p->ip6->saddr);
}

/* Is the address of @p that is on this veth's side really this endpoint's? */
static __always_inline bool endpoint_owns(const struct dp_endpoint *ep, const struct packet *p,
					  bool destination)
{
	const struct dp_address *row;
	struct dp_address_key key;

	address_key(&key, ep->domain, p, destination);
	row = bpf_map_lookup_elem(&addresses, &key);
	return row && row->ifindex == p->ifindex && row->generation == ep->generation;
}

/* Is @address the endpoint's behind the veth @ifindex? */
static __always_inline bool address_is_of(const struct dp_endpoint *ep, __u32 ifindex,
					  const __u8 *address)
{
	struct dp_address_key key = {.domain = ep->domain};
	const struct dp_address *row;

	address_copy(key.address, address);
	row = bpf_map_lookup_elem(&addresses, &key);
	return row && row->ifindex == ifindex && row->generation == ep->generation;
}

/*
 * Sources that no row can name: a host that has no address yet (DHCP, duplicate
 * address detection) and IPv6 link-local ones, without which neighbour
 * discovery and router solicitation would end. None of them is forwarded.
 */
static __always_inline bool source_is_nobodys(const struct packet *p)
{
	const __be32 *word;

	if (p->version == 4)
		return p->ip4->saddr == 0;
	word = p->ip6->saddr.in6_u.u6_addr32;
	return (word[0] | word[1] | word[2] | word[3]) == 0 ||
	       bpf_ntohl(word[0]) >> 22 == 0xfe80 >> 6;
}

/*
 * The verdict on an IP packet whose flow does not vouch for its source. @reason
 * is what the packet is counted as when its source is in order.
 */
static __always_inline __u32 check_source(const struct dp_endpoint *own, const struct packet *p,
					  __u32 reason)
{
	bool strict = own->flags & DP_EP_SOURCE_STRICT;

	if (reason != DP_ELIGIBLE && !strict)
		return reason;
	if (endpoint_owns(own, p, false))
		return reason;
	if (!strict)
		return DP_STACK_FOREIGN_SOURCE;
	return source_is_nobodys(p) ? reason : DP_DROP_SOURCE_SPOOFED;
}

#endif
