/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_DATAGRAM_H
#define DATAPLANE_DATAGRAM_H

/*
 * A packet as a translator sees it. parse.h knows the packets that may be short-cut
 * and leaves all others to the stack; a translator may leave nothing alone that has a
 * pod's address in it, so this reads every IP packet: options, extension headers,
 * fragments, ICMP errors, any protocol, with a link-layer header or without.
 *
 * It copies with bpf_skb_load_bytes(): no pointer into the packet that a later write
 * would invalidate, and headers may lie in page fragments.
 */

#include "parse.h"

#ifndef IPPROTO_UDPLITE
#define IPPROTO_UDPLITE 136
#endif

#define DP_EXTENSIONS_MAX 6 /* IPv6 extension headers that are followed */

enum datagram_kind {
	DG_WHOLE = 1,  /* addresses and ports, or the identifier of an ICMP query */
	DG_BARE,       /* a protocol without ports: addresses alone */
	DG_CONTROL,    /* ICMP that is neither query nor error: of the link, as neighbour discovery */
	DG_FIRST,      /* the first fragment: as one of these, but more follow */
	DG_LATER,      /* a later fragment: addresses and the fragment's identifier */
	DG_ICMP_ERROR, /* carries the head of the packet that it is about */
};

struct datagram {
	__u32 l3;      /* offset of the IP header in the frame */
	__u32 l4;      /* offset of what follows it and its extensions */
	__u32 end;     /* offset of the end of the IP packet */
	__u32 length;  /* bytes from the IP header to the end of the frame */
	__u32 segment; /* bytes of payload of each GSO segment; 0: one packet */
	__u32 headers; /* bytes of L3 and L4 headers */
	__u32 id;      /* of a fragment, as in the header */
	__u32 check;   /* offset of the L4 checksum; 0: none, or not in this fragment */
	__u8 version;  /* 4 or 6 */
	__u8 kind;     /* enum datagram_kind */
	__u8 ttl;
	__u8 tcp_flags;
	bool pseudo;   /* the L4 checksum covers the addresses */
	bool mangled0; /* the checksum 0 means "none" */
	bool request;  /* an ICMP query: no answer to anything */
	bool options;  /* IPv4 options, IPv6 extension headers: routers may act upon them */
};

static __always_inline bool is_icmp_protocol(__u8 protocol)
{
	return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
}

/* Messages with an identifier, at the same place in all: echo, and in IPv4 timestamp. */
static __always_inline bool icmp_is_query(__u8 protocol, __u8 type, __u8 code)
{
	if (protocol == IPPROTO_ICMP)
		return code == 0 && (type == ICMP4_ECHO_REQUEST || type == ICMP4_ECHO_REPLY ||
				     type == ICMP4_TIMESTAMP || type == ICMP4_TIMESTAMP_REPLY);
	return code == 0 && (type == ICMP6_ECHO_REQUEST || type == ICMP6_ECHO_REPLY);
}

static __always_inline bool icmp_is_request(__u8 protocol, __u8 type)
{
	if (protocol == IPPROTO_ICMP)
		return type == ICMP4_ECHO_REQUEST || type == ICMP4_TIMESTAMP;
	return type == ICMP6_ECHO_REQUEST;
}

/* Destination unreachable, (source quench and redirect are ignored by hosts,) time
 * exceeded, parameter problem; for ICMPv6 also packet too big. */
static __always_inline bool icmp_is_error(__u8 protocol, __u8 type)
{
	if (protocol == IPPROTO_ICMP)
		return type == 3 || type == 11 || type == 12;
	return type >= 1 && type <= 4;
}

/* The L4 header at d->l4; @left: bytes of the IP packet from there on. */
static __always_inline bool datagram_l4(struct __sk_buff *skb, struct datagram *d,
					struct dp_nat_key *key, __u32 left)
{
	__u8 head[14] = {};
	__be16 *port = (__be16 *)head;

	d->kind = d->kind == DG_FIRST ? DG_FIRST : DG_WHOLE;
	switch (key->protocol) {
	case IPPROTO_TCP:
		if (left < 20 || bpf_skb_load_bytes(skb, d->l4, head, 14) != 0)
			return false;
		d->tcp_flags = head[13];
		d->headers = d->l4 - d->l3 + (head[12] >> 4) * 4;
		d->check = d->l4 + 16;
		d->pseudo = true;
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		if (left < 8 || bpf_skb_load_bytes(skb, d->l4, head, 8) != 0)
			return false;
		d->headers = d->l4 - d->l3 + 8;
		d->check = d->l4 + 6;
		d->pseudo = true;
		d->mangled0 = key->protocol == IPPROTO_UDP;
		break;
	case IPPROTO_SCTP:
		if (left < 12 || bpf_skb_load_bytes(skb, d->l4, head, 4) != 0)
			return false;
		break; /* its CRC32c covers no address, and its ports are kept */
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		if (left < 8 || bpf_skb_load_bytes(skb, d->l4, head, 8) != 0)
			return false;
		d->check = d->l4 + 2;
		d->pseudo = key->protocol == IPPROTO_ICMPV6;
		d->headers = d->l4 - d->l3 + 8;
		if (icmp_is_query(key->protocol, head[0], head[1])) {
			key->source_port = port[2];
			key->destination_port = port[2];
			d->request = icmp_is_request(key->protocol, head[0]);
		} else if (icmp_is_error(key->protocol, head[0])) {
			/* Too short to be cut: RFC 1812 4.3.2.3, RFC 4443 2.4. */
			if (d->kind == DG_FIRST)
				return false;
			d->kind = DG_ICMP_ERROR;
		} else {
			d->kind = DG_CONTROL;
		}
		return true;
	default:
		if (d->kind != DG_FIRST)
			d->kind = DG_BARE;
		return true;
	}
	key->source_port = port[0];
	key->destination_port = port[1];
	return true;
}

static __always_inline bool datagram_ip4(struct __sk_buff *skb, struct datagram *d,
					 struct dp_nat_key *key)
{
	struct iphdr ip;
	__u32 header, total;
	__u16 fragment;

	if (bpf_skb_load_bytes(skb, d->l3, &ip, sizeof(ip)) != 0)
		return false;
	header = (*(__u8 *)&ip & 0xf) * 4;
	total = bpf_ntohs(ip.tot_len);
	if (total == 0 && d->segment) /* BIG TCP: longer than the field can say */
		total = d->length;
	if (*(__u8 *)&ip >> 4 != 4)
		return false;
	address_map4(key->source, ip.saddr);
	address_map4(key->destination, ip.daddr);
	key->protocol = ip.protocol;
	d->version = 4; /* the addresses are known from here on, whatever else is wrong */
	if (header < sizeof(ip) || total < header || total > d->length)
		return false;
	d->ttl = ip.ttl;
	d->options = header > sizeof(ip);
	d->l4 = d->l3 + header;
	d->end = d->l3 + total;
	d->headers = header;
	fragment = bpf_ntohs(ip.frag_off);
	if (fragment & DP_IP_FRAGMENT) {
		d->id = bpf_ntohs(ip.id);
		d->kind = fragment & 0x1fff ? DG_LATER : DG_FIRST;
		if (d->kind == DG_LATER)
			return true;
	}
	return datagram_l4(skb, d, key, total - header);
}

static __always_inline bool datagram_ip6(struct __sk_buff *skb, struct datagram *d,
					 struct dp_nat_key *key)
{
	struct ipv6hdr ip;
	__u32 total, at = sizeof(ip);
	__u8 next;

	if (bpf_skb_load_bytes(skb, d->l3, &ip, sizeof(ip)) != 0 || *(__u8 *)&ip >> 4 != 6)
		return false;
	total = bpf_ntohs(ip.payload_len) + sizeof(ip);
	if (total == sizeof(ip) && d->segment)
		total = d->length;
	address_copy(key->source, (const __u8 *)&ip.saddr);
	address_copy(key->destination, (const __u8 *)&ip.daddr);
	d->version = 6;
	if (total > d->length)
		return false;
	d->ttl = ip.hop_limit;
	next = ip.nexthdr;
	for (int i = 0; i < DP_EXTENSIONS_MAX; i++) {
		__u8 head[8];
		bool fragment = next == IPPROTO_FRAGMENT;

		if (!fragment && next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING &&
		    next != IPPROTO_DSTOPTS && next != IPPROTO_MH && next != IPPROTO_AH)
			break;
		if (at + 8 > total || bpf_skb_load_bytes(skb, d->l3 + at, head, 8) != 0)
			return false;
		if (fragment) {
			__u32 where = bpf_ntohs(*(__be16 *)&head[2]);

			d->id = bpf_ntohl(*(__be32 *)&head[4]);
			/* Neither an offset nor more to come: an atomic fragment, whole. */
			if (where & 0xfff9)
				d->kind = where & 0xfff8 ? DG_LATER : DG_FIRST;
			at += 8;
		} else {
			d->options = true;
			at += next == IPPROTO_AH ? (head[1] + 2) * 4 : (head[1] + 1) * 8;
		}
		next = head[0];
		if (d->kind == DG_LATER)
			break;
	}
	if (at > total)
		return false;
	key->protocol = next;
	d->l4 = d->l3 + at;
	d->end = d->l3 + total;
	d->headers = at;
	return d->kind == DG_LATER || datagram_l4(skb, d, key, total - at);
}

/*
 * Reads a packet: @d and the tuple in @key (without scope), both zero before. @protocol:
 * its ethertype. False: no IP packet, or headers that are cut off or contradict each other.
 */
__noinline int datagram_parse(struct __sk_buff *skb, __u32 l3, __u32 protocol, struct datagram *d,
			      struct dp_nat_key *key)
{
	if (!d || !key)
		return false;
	d->l3 = l3;
	d->length = skb->len - l3;
	d->segment = skb->gso_size;
	return protocol == bpf_htons(ETH_P_IP) ? datagram_ip4(skb, d, key)
					       : datagram_ip6(skb, d, key);
}

#endif
