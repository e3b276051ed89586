/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_PARSE_H
#define DATAPLANE_PARSE_H

/*
 * From bytes to a packet that the fast path may know: unicast TCP, UDP or ICMP
 * echo, whole, without options or extension headers. Everything else keeps the
 * name of what it is and takes the stack, which knows better.
 *
 * All lengths are checked against the frame, not only against the linear part:
 * a header that claims more than the frame holds is malformed.
 */

#include <stdbool.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "address.h"

/* Not ways out of a program: the packet may have a flow; its lost flow may be repaired. */
#define DP_ELIGIBLE DP_COUNTERS
#define DP_REPAIRABLE (DP_COUNTERS + 1)

/* The longest headers that are read: Ethernet, IPv6, TCP without options. */
#define DP_HEADERS_MAX (ETH_HLEN + sizeof(struct ipv6hdr) + 20)

#define DP_AF_INET 2
#define DP_AF_INET6 10

#define DP_IP_FRAGMENT 0x3fff /* more fragments, or an offset */
#define DP_TCP_FLAG_FIN 0x01
#define DP_TCP_FLAG_SYN 0x02
#define DP_TCP_FLAG_RST 0x04
#define DP_TCP_FLAG_ACK 0x10

struct packet {
	/* Into the linear part; dead after a helper wrote to the packet. */
	const struct ethhdr *eth;
	union {
		const struct iphdr *ip4;
		const struct ipv6hdr *ip6;
	};

	/* Copies: the compiler may move a context access, the verifier may refuse it then. */
	__u32 ifindex; /* the host veth */
	__u32 length;  /* bytes from the IP header on */
	__u32 segment; /* bytes of payload of each GSO segment; 0: one packet */

	__u32 headers;  /* bytes of L3 and L4 headers */
	__be16 port[2]; /* of the sender, of the receiver; ICMP echo: the identifier twice */
	__u8 version;   /* 4 or 6; 0: no IP header to read */
	__u8 protocol;
	__u8 tcp_flags;
};

/* The first bytes of TCP; <linux/tcp.h> is bit fields. */
struct tcp_head {
	__be16 source;
	__be16 dest;
	__be32 seq;
	__be32 ack_seq;
	__u8 doff; /* upper four bits: header length in words */
	__u8 flags;
	__be16 window;
	__be16 check;
	__be16 urg_ptr;
};

struct udp_head {
	__be16 source;
	__be16 dest;
	__be16 len;
	__be16 check;
};

struct icmp_echo_head {
	__u8 type;
	__u8 code;
	__be16 check;
	__be16 id;
	__be16 sequence;
};

enum icmp_echo_type {
	ICMP4_ECHO_REPLY = 0,
	ICMP4_ECHO_REQUEST = 8,
	ICMP4_TIMESTAMP = 13,
	ICMP4_TIMESTAMP_REPLY = 14,
	ICMP6_ECHO_REQUEST = 128,
	ICMP6_ECHO_REPLY = 129,
};

/*
 * A packet whose headers are in page fragments is rare at a veth, so it is
 * looked for first and pulled only then: bpf_skb_pull_data() may copy.
 */
static __always_inline bool headers_are_linear(struct __sk_buff *skb)
{
	__u32 linear = skb->data_end - skb->data;
	__u32 wanted = DP_HEADERS_MAX;

	if (likely(linear >= DP_HEADERS_MAX || linear == skb->len))
		return true;
	if (wanted > skb->len)
		wanted = skb->len;
	return bpf_skb_pull_data(skb, wanted) == 0;
}

/* @l4 is at @room bytes before the end of the IP packet. */
static __always_inline __u32 parse_l4(const void *l4, const void *end, __u32 room, struct packet *p)
{
	switch (p->protocol) {
	case IPPROTO_TCP: {
		const struct tcp_head *tcp = l4;
		__u32 length;

		if ((void *)(tcp + 1) > end)
			return DP_STACK_MALFORMED;
		length = (tcp->doff >> 4) * 4;
		if (length < sizeof(*tcp) || length > room)
			return DP_STACK_MALFORMED;
		p->port[0] = tcp->source;
		p->port[1] = tcp->dest;
		p->tcp_flags = tcp->flags;
		p->headers += length;
		return DP_ELIGIBLE;
	}
	case IPPROTO_UDP: {
		const struct udp_head *udp = l4;
		__u32 length;

		if ((void *)(udp + 1) > end || room < sizeof(*udp))
			return DP_STACK_MALFORMED;
		length = bpf_ntohs(udp->len);
		if (!p->segment && (length < sizeof(*udp) || length > room))
			return DP_STACK_MALFORMED;
		p->port[0] = udp->source;
		p->port[1] = udp->dest;
		p->headers += sizeof(*udp);
		return DP_ELIGIBLE;
	}
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6: {
		const struct icmp_echo_head *icmp = l4;
		bool v4 = p->protocol == IPPROTO_ICMP;

		if ((void *)(icmp + 1) > end || room < sizeof(*icmp))
			return DP_STACK_MALFORMED;
		if (icmp->code != 0 ||
		    (icmp->type != (v4 ? ICMP4_ECHO_REQUEST : ICMP6_ECHO_REQUEST) &&
		     icmp->type != (v4 ? ICMP4_ECHO_REPLY : ICMP6_ECHO_REPLY)))
			return DP_STACK_PROTOCOL;
		p->port[0] = icmp->id;
		p->port[1] = icmp->id;
		p->headers += sizeof(*icmp);
		return DP_ELIGIBLE;
	}
	default:
		return DP_STACK_PROTOCOL;
	}
}

static __always_inline __u32 parse_ip4(const void *end, struct packet *p)
{
	const struct iphdr *ip = (const void *)(p->eth + 1);
	__u32 total;

	if ((void *)(ip + 1) > end)
		return DP_STACK_MALFORMED;
	if (*(const __u8 *)ip >> 4 != 4)
		return DP_STACK_MALFORMED;
	p->ip4 = ip;
	p->version = 4; /* the source is readable from here on, whatever else is wrong */
	total = bpf_ntohs(ip->tot_len);
	if (total == 0 && p->segment) /* BIG TCP: longer than the field can say */
		total = p->length;
	if (total < sizeof(*ip) || total > p->length)
		return DP_STACK_MALFORMED;
	if ((*(const __u8 *)ip & 0xf) != 5)
		return (*(const __u8 *)ip & 0xf) < 5 ? DP_STACK_MALFORMED : DP_STACK_IP_OPTIONS;
	if (p->eth->h_dest[0] & 1 || !is_unicast4(ip->saddr) || !is_unicast4(ip->daddr))
		return DP_STACK_NOT_UNICAST;
	if (ip->frag_off & bpf_htons(DP_IP_FRAGMENT))
		return DP_STACK_FRAGMENT;
	if (ip->protocol == IPPROTO_ICMPV6)
		return DP_STACK_PROTOCOL;
	p->protocol = ip->protocol;
	p->headers = sizeof(*ip);
	return parse_l4(ip + 1, end, total - sizeof(*ip), p);
}

static __always_inline __u32 parse_ip6(const void *end, struct packet *p)
{
	const struct ipv6hdr *ip = (const void *)(p->eth + 1);
	__u32 total;

	if ((void *)(ip + 1) > end)
		return DP_STACK_MALFORMED;
	if (*(const __u8 *)ip >> 4 != 6)
		return DP_STACK_MALFORMED;
	p->ip6 = ip;
	p->version = 6;
	total = bpf_ntohs(ip->payload_len) + sizeof(*ip);
	if (total == sizeof(*ip) && p->segment)
		total = p->length;
	if (total > p->length)
		return DP_STACK_MALFORMED;
	if (p->eth->h_dest[0] & 1 || !is_unicast6(&ip->saddr) || !is_unicast6(&ip->daddr))
		return DP_STACK_NOT_UNICAST;
	p->protocol = ip->nexthdr;
	p->headers = sizeof(*ip);
	switch (p->protocol) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_DSTOPTS:
	case IPPROTO_MH:
		return DP_STACK_IP_OPTIONS;
	case IPPROTO_FRAGMENT:
		return DP_STACK_FRAGMENT;
	case IPPROTO_ICMP:
		return DP_STACK_PROTOCOL;
	default:
		return parse_l4(ip + 1, end, total - sizeof(*ip), p);
	}
}

/*
 * Finds the headers again after a helper wrote, or might have written, to the packet. The
 * version is a constant: read back from the stack, the verifier would not know it.
 */
static __always_inline bool headers_again(struct __sk_buff *skb, struct packet *p, __u8 version)
{
	const void *end = (const void *)(long)skb->data_end;

	p->version = version;
	p->eth = (const void *)(long)skb->data;
	if (version == 4) {
		p->ip4 = (const void *)(p->eth + 1);
		return (const void *)(p->ip4 + 1) <= end;
	}
	p->ip6 = (const void *)(p->eth + 1);
	return (const void *)(p->ip6 + 1) <= end;
}

#endif
