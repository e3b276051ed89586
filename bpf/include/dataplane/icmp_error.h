/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_ICMP_ERROR_H
#define DATAPLANE_ICMP_ERROR_H

/*
 * ICMP errors carry the head of the packet that they are about, as it looked where the
 * error was made. Its sender knows it as it looked before our translation, so the
 * embedded tuple is translated back: the entry of the answer to it says how.
 *
 *	embedded	e.src > e.dst	the answer would be  e.dst > e.src
 *	its entry	e.dst > e.src  becomes  n.src > n.dst
 *	so		e.src becomes n.dst, and e.dst becomes n.src
 *
 * One rule for errors that come in about what a pod sent, errors of a pod about what it
 * got through a host port, and errors of the node's own stack in between.
 */

#include "rewrite.h"
#include "translation.h"

static __always_inline bool embedded_l4(struct __sk_buff *skb, const struct datagram *d,
					struct embedded *e)
{
	__u8 head[8] = {};
	__be16 *port = (__be16 *)head;

	switch (e->key.protocol) {
	case IPPROTO_TCP:
		e->check = e->l4 + 18 <= d->end ? e->l4 + 16 : 0;
		e->pseudo = true;
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		e->check = e->l4 + 6;
		e->pseudo = true;
		e->mangled0 = e->key.protocol == IPPROTO_UDP;
		break;
	case IPPROTO_SCTP:
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		e->check = e->l4 + 2;
		e->pseudo = e->key.protocol == IPPROTO_ICMPV6;
		break;
	default:
		return true;
	}
	/* RFC 792 promises 8 bytes; fewer name no connection. */
	if (e->l4 + 8 > d->end || bpf_skb_load_bytes(skb, e->l4, head, 8) != 0)
		return false;
	if (is_icmp_protocol(e->key.protocol)) {
		if (!icmp_is_query(e->key.protocol, head[0], head[1]))
			return false;
		e->key.source_port = port[2];
		e->key.destination_port = port[2];
	} else {
		e->key.source_port = port[0];
		e->key.destination_port = port[1];
	}
	return true;
}

/* Reads what an ICMP error is about: t->about. False: nothing that could have an entry. */
__noinline int embedded_read(struct __sk_buff *skb, struct translation *t)
{
	const struct datagram *d;
	struct embedded *e;

	if (!t)
		return false;
	d = &t->d;
	e = &t->about;
	__builtin_memset(e, 0, sizeof(*e));
	e->l3 = d->l4 + 8;
	if (d->version == 4) {
		struct iphdr ip;
		__u32 header;

		if (e->l3 + sizeof(ip) > d->end ||
		    bpf_skb_load_bytes(skb, e->l3, &ip, sizeof(ip)) != 0)
			return false;
		header = (*(__u8 *)&ip & 0xf) * 4;
		if (*(__u8 *)&ip >> 4 != 4 || header < sizeof(ip) ||
		    bpf_ntohs(ip.frag_off) & 0x1fff)
			return false;
		address_map4(e->key.source, ip.saddr);
		address_map4(e->key.destination, ip.daddr);
		e->key.protocol = ip.protocol;
		e->l4 = e->l3 + header;
	} else {
		struct ipv6hdr ip;
		__u8 fragment[8];

		if (e->l3 + sizeof(ip) > d->end ||
		    bpf_skb_load_bytes(skb, e->l3, &ip, sizeof(ip)) != 0 || *(__u8 *)&ip >> 4 != 6)
			return false;
		address_copy(e->key.source, (const __u8 *)&ip.saddr);
		address_copy(e->key.destination, (const __u8 *)&ip.daddr);
		e->key.protocol = ip.nexthdr;
		e->l4 = e->l3 + sizeof(ip);
		if (ip.nexthdr == IPPROTO_FRAGMENT) {
			if (e->l4 + 8 > d->end ||
			    bpf_skb_load_bytes(skb, e->l4, fragment, 8) != 0 ||
			    bpf_ntohs(*(__be16 *)&fragment[2]) & 0xfff8)
				return false;
			e->key.protocol = fragment[0];
			e->l4 += 8;
		}
	}
	return embedded_l4(skb, d, e);
}

/* The entry of the answer to the embedded packet, as @scope sends it: into t->become. */
__noinline int embedded_find(__u32 scope)
{
	struct translation *t = translation_row();
	const struct dp_nat *entry;

	if (!t)
		return false;
	address_copy(t->answer.source, t->about.key.destination);
	address_copy(t->answer.destination, t->about.key.source);
	t->answer.source_port = t->about.key.destination_port;
	t->answer.destination_port = t->about.key.source_port;
	*(__u32 *)&t->answer.protocol = t->about.key.protocol;
	t->answer.scope = scope;
	entry = nat_find(&t->answer);
	if (!entry || !nat_lives(entry) || nat_expired(entry, t->answer.protocol, t->now))
		return false;
	t->become = *entry;
	return true;
}

/* A 16-bit checksum at @at that covers what changed by @diff; what it adds to the outer one. */
static __always_inline bool embedded_check(struct __sk_buff *skb, __u32 at, __u64 diff,
					   bool mangled0, __u64 *outer)
{
	__u16 before, after;

	if (bpf_skb_load_bytes(skb, at, &before, 2) != 0)
		return false;
	if (mangled0 && before == 0)
		return true;
	after = csum_fold((__u64)csum_diff32(diff) + (__u16)~before);
	if (mangled0 && after == 0)
		after = 0xffff;
	*outer += (__u64)(__u16)~before + after;
	return bpf_skb_store_bytes(skb, at, &after, 2, 0) == 0;
}

static __always_inline bool embedded_ports(struct __sk_buff *skb, const struct embedded *e,
					   const struct dp_nat *n, __u64 *diff)
{
	__be16 before[2] = {e->key.source_port, e->key.destination_port};
	__be16 after[2] = {n->destination_port, n->source_port};

	*diff = 0;
	if (before[0] == after[0] && before[1] == after[1])
		return true;
	*diff = (__u64)(__u16)~before[0] + after[0];
	if (is_icmp_protocol(e->key.protocol))
		return bpf_skb_store_bytes(skb, e->l4 + 4, &after[0], 2, 0) == 0;
	*diff += (__u64)(__u16)~before[1] + after[1];
	return bpf_skb_store_bytes(skb, e->l4, after, sizeof(after), 0) == 0;
}

/*
 * Translates what an ICMP error is about by t->become, the entry of the answer to that.
 * False: half written, must not go on.
 */
__noinline int embedded_rewrite(struct __sk_buff *skb, struct translation *t)
{
	const struct datagram *d;
	const struct embedded *e;
	const struct dp_nat *n;
	__u64 addresses, ports, outer = 0;
	__u16 check[2];

	if (!t)
		return false;
	d = &t->d;
	e = &t->about;
	n = &t->become;
	addresses = csum_words(e->key.source, n->destination, 0) +
		    csum_words(e->key.destination, n->source, 0);
	if (d->version == 4 && bpf_skb_load_bytes(skb, e->l3 + 10, &check[0], 2) != 0)
		return false;
	if (!rewrite_addresses(skb, e->l3, d->version, &e->key, n->destination, n->source, 0))
		return false;
	outer += csum_diff32(addresses);
	if (d->version == 4) {
		if (bpf_skb_load_bytes(skb, e->l3 + 10, &check[1], 2) != 0)
			return false;
		outer += (__u64)(__u16)~check[0] + check[1];
	}
	if (!embedded_ports(skb, e, n, &ports))
		return false;
	outer += csum_diff32(ports);
	if (e->check &&
	    !embedded_check(skb, e->check, ports + (e->pseudo ? csum_diff32(addresses) : 0),
			    e->mangled0, &outer))
		return false;
	return bpf_l4_csum_replace(skb, d->check, 0, csum_diff32(outer), 0) == 0;
}

#endif
