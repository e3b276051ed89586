/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_PORTS_H
#define DATAPLANE_PORTS_H

/*
 * A new translation, and the source port it gets: its own if that is free, else any
 * of the range. The half for the answers is made first, with BPF_NOEXIST: that is the
 * allocator. Its key has the destination in it, so every destination has all ports.
 *
 * Never taken: a port that host_ports leads to a pod, or one where the node has a
 * socket that would get the answers. A node's socket that connects later from a taken
 * port is moved aside in turn, see outbound_host.h. Node ports (30000 to 32767) are outside
 * of the default range.
 */

#include "nat.h"

#define DP_PORT_TRIES 32

static __always_inline bool port_is_host_port(const struct dp_nat_key *answer)
{
	struct dp_host_port_key key = {
		.port = answer->destination_port,
		.protocol = answer->protocol,
	};

	address_copy(key.address, answer->destination);
	if (bpf_map_lookup_elem(&host_ports, &key))
		return true;
	if (address_version(answer->destination) == 4)
		address_map4(key.address, 0);
	else
		__builtin_memset(key.address, 0, sizeof(key.address));
	return bpf_map_lookup_elem(&host_ports, &key);
}

/*
 * The node's socket for packets like @answer: 1: one that listens or takes what comes,
 * 2: one that is connected to just this peer; 0: none.
 */
__noinline int port_socket(struct __sk_buff *skb, const struct dp_nat_key *answer)
{
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *socket;
	__u32 size;
	int found;

	if (!answer)
		return 0;
	if (address_version(answer->source) == 4) {
		tuple.ipv4.saddr = address_word(answer->source, 3);
		tuple.ipv4.daddr = address_word(answer->destination, 3);
		tuple.ipv4.sport = answer->source_port;
		tuple.ipv4.dport = answer->destination_port;
		size = sizeof(tuple.ipv4);
	} else {
		address_copy((__u8 *)tuple.ipv6.saddr, answer->source);
		address_copy((__u8 *)tuple.ipv6.daddr, answer->destination);
		tuple.ipv6.sport = answer->source_port;
		tuple.ipv6.dport = answer->destination_port;
		size = sizeof(tuple.ipv6);
	}
	if (answer->protocol == IPPROTO_TCP)
		socket = bpf_sk_lookup_tcp(skb, &tuple, size, BPF_F_CURRENT_NETNS, 0);
	else if (answer->protocol == IPPROTO_UDP)
		socket = bpf_sk_lookup_udp(skb, &tuple, size, BPF_F_CURRENT_NETNS, 0);
	else
		return 0;
	if (!socket)
		return 0;
	found = socket->dst_port ? 2 : 1;
	bpf_sk_release(socket);
	return found;
}

enum port_result {
	PORT_TAKEN,
	PORT_GIVEN,
	PORT_ERROR,
};

/* The half for the answers, at its place. */
__noinline int port_take(struct __sk_buff *skb)
{
	struct translation *t = translation_row();
	struct dp_nat *half;
	long error;

	if (!t)
		return PORT_ERROR;
	nat_reverse(&t->key, &t->become, &t->answer, &t->reverse);
	t->reverse.last_seen = t->now;
	t->reverse.state = t->become.state;
	if (t->as_node && (port_is_host_port(&t->answer) || port_socket(skb, &t->answer)))
		return PORT_TAKEN;
	error = bpf_map_update_elem(&nat, &t->answer, &t->reverse, BPF_NOEXIST);
	if (error == -EEXIST) {
		half = nat_find(&t->answer);
		if (half && nat_is_half_of(half, &t->key) && half->kind == t->become.kind &&
		    nat_lives(half)) {
			/* Ours: the other half was lost, or another CPU is just here. */
			if (!nat_revive(half, t->now))
				return PORT_TAKEN;
			half->state = t->become.state;
			return PORT_GIVEN;
		}
		if (half && !nat_free(&t->answer, half, t->now))
			return PORT_TAKEN;
		error = bpf_map_update_elem(&nat, &t->answer, &t->reverse, BPF_NOEXIST);
	}
	return error == 0 ? PORT_GIVEN : error == -EEXIST ? PORT_TAKEN : PORT_ERROR;
}

static __always_inline bool has_ports(__u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE;
}

/* May this connection get another port than its own? SCTP's checksum covers the ports. */
static __always_inline bool port_moves(const struct translation *t)
{
	return t->port_min && (has_ports(t->key.protocol) || is_icmp_protocol(t->key.protocol)) &&
	       t->d.kind != DG_BARE;
}

static __always_inline void port_set(struct translation *t, __be16 port)
{
	t->become.source_port = port;
	/* An ICMP identifier stands at both places. */
	if (is_icmp_protocol(t->key.protocol))
		t->become.destination_port = port;
}

/* A free source port: PORT_GIVEN, and it is taken. */
static __always_inline int port_choose(struct __sk_buff *skb, struct translation *t)
{
	__u32 own, range, start;
	bool first;
	int result;

	own = bpf_ntohs(t->key.source_port);
	/* One that is kept for its own sake may be outside of the range. */
	first = !port_moves(t) || !t->as_node || is_icmp_protocol(t->key.protocol) ||
		(own >= t->port_min && own <= t->port_max);
	if (first) {
		port_set(t, t->key.source_port);
		result = port_take(skb);
		if (result != PORT_TAKEN || !port_moves(t))
			return result;
	}
	range = t->port_max - t->port_min + 1;
	start = bpf_get_prandom_u32();
	for (__u32 i = 0; i < DP_PORT_TRIES; i++) {
		/* A few in a row, then anywhere. */
		start = i < DP_PORT_TRIES / 4 ? start + 1 : bpf_get_prandom_u32();
		port_set(t, bpf_htons(t->port_min + start % range));
		result = port_take(skb);
		if (result != PORT_TAKEN)
			return result;
	}
	return PORT_TAKEN;
}

/*
 * Makes the pair for a connection that begins with t->key and becomes t->become, in
 * which the source port is set here. 0, or the reason of the drop.
 */
__noinline int nat_create(struct __sk_buff *skb)
{
	struct translation *t = translation_row();
	struct dp_nat *other;
	int result;

	if (!t)
		return DP_DROP_NAT_ERROR;
	t->become.last_seen = t->now;
	t->become.state = nat_news(&t->become, t->d.tcp_flags);
	result = port_choose(skb, t);
	if (result == PORT_TAKEN)
		return port_moves(t) ? DP_DROP_NAT_PORTS : DP_DROP_NAT_CLASH;
	if (result != PORT_GIVEN)
		return DP_DROP_NAT_ERROR;
	nat_enqueue(&t->key, &t->become);
	if (bpf_map_update_elem(&nat, &t->key, &t->become, BPF_NOEXIST) == 0) {
		count(skb, DP_NAT_CREATED);
		return 0;
	}
	/* What is there is dead, or another CPU was first: then its port counts. */
	other = nat_find(&t->key);
	if (other && nat_lives(other) && !nat_expired(other, t->key.protocol, t->now)) {
		if (other->source_port != t->become.source_port)
			bpf_map_delete_elem(&nat, &t->answer);
		t->become = *other;
		return 0;
	}
	if (bpf_map_update_elem(&nat, &t->key, &t->become, BPF_ANY) != 0)
		return DP_DROP_NAT_ERROR;
	count(skb, DP_NAT_CREATED);
	return 0;
}

#endif
