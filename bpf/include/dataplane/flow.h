/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_FLOW_H
#define DATAPLANE_FLOW_H

/*
 * The flow table. prove.h says what the states mean; here is how an entry is
 * written, which two CPUs may do at once:
 *
 * - State, origin and sides change only by replacing the entry as a whole
 *   through bpf_map_update_elem(). The kernel fills a new element and links it
 *   before it unlinks the old one, so a reader has the old entry or the new
 *   one, never FAST with a side that is not set.
 * - Written in place are last_seen and fallback (aligned words, any of two
 *   racing values is right) and tcp (atomic or).
 * - An LRU element can be evicted and given to another flow while a program
 *   still holds a pointer to it. That is the other reason to replace by key: a
 *   late promotion then misses instead of promoting a stranger. In-place writes
 *   that hit a stranger make it idle later, be demoted later by a second, or be
 *   proven anew: nothing worse.
 * - Two replacements may race and the last one wins. Lost is then a candidate
 *   (made again by the next packet), or a FIN bit (the entry idles out later).
 *
 * Nothing sweeps: an entry idle for longer than its protocol allows counts as
 * missing and is replaced, and the LRU bounds the table.
 */

#include "endpoint.h"

#define NSEC_PER_SEC 1000000000LL

/* How long a demotion waits for packets that were in the stack already. */
#define DP_GRACE (1 * NSEC_PER_SEC)

#ifndef EEXIST
#define EEXIST 17
#endif

/* A flow's place: which of the two tables, and the key there. */
struct flow_key {
	void *map;
	union {
		struct dp_flow4_key v4;
		struct dp_flow6_key v6;
	};
	__u32 sender; /* the side that sent this packet: 0 or 1 */
};

static __always_inline void flow_key4(struct flow_key *key, const struct packet *p)
{
	__be32 *address = (__be32 *)key->v4.address;
	__u32 from = bpf_ntohl(p->ip4->saddr), to = bpf_ntohl(p->ip4->daddr);

	key->map = &flows4;
	*(__u32 *)&key->v4.protocol = p->protocol;
	if (from < to || (from == to && bpf_ntohs(p->port[0]) <= bpf_ntohs(p->port[1]))) {
		address[0] = p->ip4->saddr;
		address[1] = p->ip4->daddr;
		key->v4.port[0] = p->port[0];
		key->v4.port[1] = p->port[1];
		key->sender = 0;
	} else {
		address[0] = p->ip4->daddr;
		address[1] = p->ip4->saddr;
		key->v4.port[0] = p->port[1];
		key->v4.port[1] = p->port[0];
		key->sender = 1;
	}
}

/* As memcmp() orders them. */
static __always_inline int address6_compare(const struct in6_addr *a, const struct in6_addr *b)
{
	for (int i = 0; i < 4; i++) {
		__u32 x = bpf_ntohl(a->in6_u.u6_addr32[i]), y = bpf_ntohl(b->in6_u.u6_addr32[i]);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

static __always_inline void address6_copy(__u8 *to, const struct in6_addr *from)
{
	__u32 *word = (__u32 *)to;

	for (int i = 0; i < 4; i++)
		word[i] = from->in6_u.u6_addr32[i];
}

static __always_inline void flow_key6(struct flow_key *key, const struct packet *p)
{
	int order = address6_compare(&p->ip6->saddr, &p->ip6->daddr);

	key->map = &flows6;
	*(__u32 *)&key->v6.protocol = p->protocol;
	if (order < 0 || (order == 0 && bpf_ntohs(p->port[0]) <= bpf_ntohs(p->port[1]))) {
		address6_copy(key->v6.address[0], &p->ip6->saddr);
		address6_copy(key->v6.address[1], &p->ip6->daddr);
		key->v6.port[0] = p->port[0];
		key->v6.port[1] = p->port[1];
		key->sender = 0;
	} else {
		address6_copy(key->v6.address[0], &p->ip6->daddr);
		address6_copy(key->v6.address[1], &p->ip6->saddr);
		key->v6.port[0] = p->port[1];
		key->v6.port[1] = p->port[0];
		key->sender = 1;
	}
}

/* Of a tuple as maps have it: the inside one of a translation. */
static __always_inline void flow_key_tuple(struct flow_key *key, const struct dp_nat_key *tuple,
					   __u8 version)
{
	const __be32 *from = (const __be32 *)tuple->source,
		     *to = (const __be32 *)tuple->destination;
	int order = address6_compare((const struct in6_addr *)from, (const struct in6_addr *)to);
	bool turned = order > 0 || (order == 0 && bpf_ntohs(tuple->source_port) >
							  bpf_ntohs(tuple->destination_port));

	key->sender = turned;
	if (version == 4) {
		__be32 *address = (__be32 *)key->v4.address;

		key->map = &flows4;
		*(__u32 *)&key->v4.protocol = tuple->protocol;
		address[0] = turned ? to[3] : from[3];
		address[1] = turned ? from[3] : to[3];
		key->v4.port[0] = turned ? tuple->destination_port : tuple->source_port;
		key->v4.port[1] = turned ? tuple->source_port : tuple->destination_port;
	} else {
		key->map = &flows6;
		*(__u32 *)&key->v6.protocol = tuple->protocol;
		address6_copy(key->v6.address[0], (const struct in6_addr *)(turned ? to : from));
		address6_copy(key->v6.address[1], (const struct in6_addr *)(turned ? from : to));
		key->v6.port[0] = turned ? tuple->destination_port : tuple->source_port;
		key->v6.port[1] = turned ? tuple->source_port : tuple->destination_port;
	}
}

static __always_inline bool flow_side_is_uplink(const struct dp_flow *flow, __u32 side)
{
	return flow->uplink & (side & 1 ? DP_FLOW_UPLINK1 : DP_FLOW_UPLINK0);
}

/* Does outside know the pod by its own address, and began? The answers are not masqueraded. */
static __always_inline bool flow_from_outside(const struct dp_flow *flow)
{
	return flow_side_is_uplink(flow, flow->origin) && !(flow->uplink & DP_FLOW_TRANSLATED);
}

/* Protocols that have flows; of ICMP only echoes. */
static __always_inline bool flow_has(__u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_ICMP ||
	       protocol == IPPROTO_ICMPV6;
}

static __always_inline struct dp_flow *flow_find(const struct flow_key *key)
{
	return bpf_map_lookup_elem(key->map, &key->v4);
}

static __always_inline struct dp_flow_side *flow_side(struct dp_flow *flow, __u32 side)
{
	return &flow->side[side & 1];
}

/* Has the flow been silent for longer than its protocol's timeout? */
static __always_inline bool flow_expired(const struct dp_flow *flow, __u8 protocol, __u64 now)
{
	/* Signed: another CPU's coarse clock may be a tick ahead of ours. */
	__s64 idle = now - flow->last_seen;
	bool closed;

	if (likely(idle < 30 * NSEC_PER_SEC))
		return false;
	switch (protocol) {
	case IPPROTO_TCP:
		closed = flow->tcp & DP_TCP_RST ||
			 (flow->tcp & (DP_TCP_FIN0 | DP_TCP_FIN1)) == (DP_TCP_FIN0 | DP_TCP_FIN1);
		if (closed)
			return true;
		return idle > (flow->state == DP_FLOW_CANDIDATE ? 60 : 8000) * NSEC_PER_SEC;
	case IPPROTO_UDP:
		return flow->state == DP_FLOW_CANDIDATE || idle > 180 * NSEC_PER_SEC;
	default:
		return true;
	}
}

/* A packet of the flow was seen. last_seen is written once a second: the entry
 * is read by every CPU that carries the flow. */
static __always_inline void flow_touch(struct dp_flow *flow, const struct flow_key *key,
				       __u8 tcp_flags, __u64 now)
{
	if (unlikely((__s64)(now - flow->last_seen) > NSEC_PER_SEC))
		flow->last_seen = now;
	if (unlikely(tcp_flags & (DP_TCP_FLAG_FIN | DP_TCP_FLAG_RST))) {
		__u32 bits = tcp_flags & DP_TCP_FLAG_RST ? DP_TCP_RST : 0;

		if (tcp_flags & DP_TCP_FLAG_FIN)
			bits |= key->sender ? DP_TCP_FIN1 : DP_TCP_FIN0;
		__sync_fetch_and_or(&flow->tcp, bits);
	}
}

/* A SYN without ACK is a new connection, whatever is known of the tuple. */
static __always_inline bool opens_connection(__u8 tcp_flags)
{
	return (tcp_flags & (DP_TCP_FLAG_SYN | DP_TCP_FLAG_ACK)) == DP_TCP_FLAG_SYN;
}

#endif
