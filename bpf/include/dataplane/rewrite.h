/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_REWRITE_H
#define DATAPLANE_REWRITE_H

/*
 * Writes a translation into a packet.
 *
 * The L4 checksum goes through bpf_l4_csum_replace(), which alone knows what is in the
 * field: a whole sum, or only that of the pseudo header (CHECKSUM_PARTIAL) that the
 * device completes. Addresses are part of the pseudo header, ports are not, so they are
 * two calls.
 *
 * Where the device has summed the packet up (CHECKSUM_COMPLETE), that sum must stay
 * right too. The call for the addresses takes their difference out of it; storing them
 * with BPF_F_RECOMPUTE_CSUM puts it in. For IPv4 the header's own checksum takes it
 * out a second time, which is what the helper reckons with; for IPv6 the two cancel,
 * which it learnt only in 6.16 (BPF_F_IPV6). Ports and their checksum cancel by themselves.
 */

#include "translation.h"

struct ip4_tail {
	__be16 check;
	__be32 source;
	__be32 destination;
} __attribute__((packed));

/* One's complement sums, RFC 1624. */
static __always_inline __u16 csum_fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* What @to adds to a sum instead of @from. */
static __always_inline __u64 csum_words(const __u8 *from, const __u8 *to, int first)
{
	__u64 sum = 0;

	for (int i = first; i < 4; i++)
		sum += (__u64)(__u32)~address_word(from, i) + address_word(to, i);
	return sum;
}

static __always_inline __u32 csum_diff32(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	return (sum & 0xffffffff) + (sum >> 32);
}

/* The difference that the new addresses of a packet make to a sum over them. */
static __always_inline __u32 addresses_diff(const struct dp_nat_key *key, const __u8 *source,
					    const __u8 *destination)
{
	return csum_diff32(csum_words(key->source, source, 0) +
			   csum_words(key->destination, destination, 0));
}

/*
 * The addresses at the IP header at @l3, with its checksum. @flags: BPF_F_RECOMPUTE_CSUM, or
 * 0 inside of an ICMP error, whose checksum takes out what the addresses put in.
 */
static __always_inline bool rewrite_addresses(struct __sk_buff *skb, __u32 l3, __u8 version,
					      const struct dp_nat_key *key, const __u8 *source,
					      const __u8 *destination, __u64 flags)
{
	if (version == 4) {
		struct ip4_tail tail;
		__u64 sum;

		if (bpf_skb_load_bytes(skb, l3 + 10, &tail, sizeof(tail)) != 0)
			return false;
		sum = csum_words(key->source, source, 3) +
		      csum_words(key->destination, destination, 3) + (__u16)~tail.check;
		tail.check = csum_fold(sum);
		tail.source = address_word(source, 3);
		tail.destination = address_word(destination, 3);
		return bpf_skb_store_bytes(skb, l3 + 10, &tail, sizeof(tail), flags) == 0;
	} else {
		__u8 both[32];

		address_copy(both, source);
		address_copy(both + 16, destination);
		return bpf_skb_store_bytes(skb, l3 + 8, both, sizeof(both), flags) == 0;
	}
}

/* The ports of a packet, or the identifier of an ICMP echo. */
static __always_inline bool rewrite_ports(struct __sk_buff *skb, const struct datagram *d,
					  const struct dp_nat_key *key, __be16 source,
					  __be16 destination)
{
	__u64 flags = d->mangled0 ? BPF_F_MARK_MANGLED_0 : 0;
	bool echo = key->protocol == IPPROTO_ICMP || key->protocol == IPPROTO_ICMPV6;
	__be16 ports[2] = {source, destination};
	__u32 from, to;

	if (key->source_port == source && key->destination_port == destination)
		return true;
	if (!d->check)
		return false;
	if (echo) {
		if (bpf_l4_csum_replace(skb, d->check, key->source_port, source, 2) != 0)
			return false;
		return bpf_skb_store_bytes(skb, d->l4 + 4, &ports[0], 2, 0) == 0;
	}
	from = key->source_port | (__u32)key->destination_port << 16;
	to = source | (__u32)destination << 16;
	if (bpf_l4_csum_replace(skb, d->check, from, to, flags | 4) != 0)
		return false;
	return bpf_skb_store_bytes(skb, d->l4, ports, sizeof(ports), 0) == 0;
}

/*
 * Makes the packet t->key what t->become says (a later fragment has no ports and no
 * checksum, an ICMP error no ports). False: it is half written and must not go on.
 */
__noinline int rewrite(struct __sk_buff *skb, struct translation *t)
{
	const __u8 *source, *destination;
	__u64 flags = BPF_F_PSEUDO_HDR;

	if (!t)
		return false;
	source = t->become.source;
	destination = t->become.destination;
	if (t->d.mangled0)
		flags |= BPF_F_MARK_MANGLED_0;
	if (t->d.kind != DG_LATER) {
		if (t->d.check && t->d.pseudo &&
		    bpf_l4_csum_replace(skb, t->d.check, 0,
					addresses_diff(&t->key, source, destination), flags) != 0)
			return false;
		if (t->d.kind != DG_BARE && t->d.kind != DG_ICMP_ERROR &&
		    !rewrite_ports(skb, &t->d, &t->key, t->become.source_port,
				   t->become.destination_port))
			return false;
	}
	return rewrite_addresses(skb, t->d.l3, t->d.version, &t->key, source, destination,
				 BPF_F_RECOMPUTE_CSUM);
}

#endif
