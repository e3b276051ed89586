/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_SOCKETS_H
#define DATAPLANE_SOCKETS_H

/*
 * A process of the node that asks for a host port gets a socket to the pod itself:
 * translated once, when it connects (or for each datagram that names its destination),
 * not packet by packet. So 127.0.0.1 needs no route_localnet, and nothing of the node's
 * own traffic has to be looked at on its way.
 *
 * The programs run for every process of the machine, whatever its network namespace:
 * of_this_node() comes first.
 */

#include <linux/in.h>

#include "endpoint.h"
#include "peer.h"

static __always_inline bool of_this_node(struct bpf_sock_addr *ctx)
{
	__u32 zero = 0;
	const struct dp_node *row = bpf_map_lookup_elem(&node, &zero);

	return row && row->netns_cookie == bpf_get_netns_cookie(ctx);
}

/* To "no address" is to the loopback one: that is what the kernel makes of it, later. */
static __always_inline void resolve_any(struct peer *to)
{
	if (is_any(to->word))
		to->word[3] = to->word[2] ? bpf_htonl(0x7f000001) : bpf_htonl(1);
}

static __always_inline bool in_prefix(const __be32 *word, const __u8 *prefix, __u32 bits)
{
	const __be32 *wanted = (const __be32 *)prefix;
	__u32 i;

#pragma unroll
	for (i = 0; i < 4; i++) {
		__u32 from = i * 32;

		if (bits <= from)
			return true;
		if (bits < from + 32)
			return ((word[i] ^ wanted[i]) & bpf_htonl(~0U << (from + 32 - bits))) == 0;
		if (word[i] != wanted[i])
			return false;
	}
	return true;
}

/* Where a packet comes from and in by is no question for a socket: rows that ask are not for it. */
static __always_inline bool row_serves(const struct dp_host_port *row, const struct peer *asked)
{
	if (row->flags & (DP_HP_SOURCE | DP_HP_SOURCE_NOT | DP_HP_DEVICE | DP_HP_DEVICE_NOT))
		return false;
	if (row->flags & (DP_HP_DESTINATION | DP_HP_DESTINATION_NOT) &&
	    in_prefix(asked->word, row->match_destination, row->match_destination_bits) ==
		    !!(row->flags & DP_HP_DESTINATION_NOT))
		return false;
	return endpoint_of_side(&row->endpoint);
}

/* The host port that @asked is; NULL: none, the socket goes where it was told to. */
static __always_inline const struct dp_host_port *find_host_port(const struct peer *asked,
								 __u8 protocol)
{
	struct dp_host_port_key key = {.port = asked->port, .protocol = protocol};
	__be32 *word = (__be32 *)key.address;
	const struct dp_host_port *row;

	copy_words(word, asked->word);
	/* struct dp_local_address is these 16 bytes. */
	if (!is_loopback(word) && !bpf_map_lookup_elem(&local_addresses, &key))
		return NULL;
	row = bpf_map_lookup_elem(&host_ports, &key);
	if (row && row_serves(row, asked))
		return row;
	word[2] = is_mapped(word) ? word[2] : 0;
	word[0] = 0;
	word[1] = 0;
	word[3] = 0;
	row = bpf_map_lookup_elem(&host_ports, &key);
	return row && row_serves(row, asked) ? row : NULL;
}

static __always_inline void peer_key(struct dp_socket_peer_key *key, struct bpf_sock_addr *ctx,
				     const __be32 *pod, __be16 port)
{
	key->cookie = bpf_get_socket_cookie(ctx);
	copy_words((__be32 *)key->address, pod);
	key->port = port;
}

static __always_inline bool peer_is(const struct dp_socket_peer *known, const struct peer *peer)
{
	const __be32 *word = (const __be32 *)known->address;

	return word[0] == peer->word[0] && word[1] == peer->word[1] && word[2] == peer->word[2] &&
	       word[3] == peer->word[3] && known->port == peer->port;
}

/* What recvmsg and getpeername will say. Written only when it is news: a client sends often. */
static __always_inline void remember(struct bpf_sock_addr *ctx, const struct dp_host_port *row,
				     const struct peer *asked)
{
	struct dp_socket_peer value = {.port = asked->port};
	const struct dp_socket_peer *known;
	struct dp_socket_peer_key key = {};

	peer_key(&key, ctx, (const __be32 *)row->address, row->port);
	known = bpf_map_lookup_elem(&socket_peers, &key);
	if (known && peer_is(known, asked))
		return;
	copy_words((__be32 *)value.address, asked->word);
	bpf_map_update_elem(&socket_peers, &key, &value, BPF_ANY);
}

/* The socket talks to @peer; as whom did it ask for it? */
static __always_inline const struct dp_socket_peer *recall(struct bpf_sock_addr *ctx,
							   const struct peer *peer)
{
	struct dp_socket_peer_key key = {};

	peer_key(&key, ctx, peer->word, peer->port);
	return bpf_map_lookup_elem(&socket_peers, &key);
}

/* A socket that connects to the pod itself did not ask for a host port this time. */
static __always_inline void forget(struct bpf_sock_addr *ctx, const struct peer *peer)
{
	struct dp_socket_peer_key key = {};

	peer_key(&key, ctx, peer->word, peer->port);
	if (bpf_map_lookup_elem(&socket_peers, &key))
		bpf_map_delete_elem(&socket_peers, &key);
}

/* The row of the host port that @to is, if it is one; getpeername will say @to. */
static __always_inline const struct dp_host_port *translate(struct bpf_sock_addr *ctx,
							    struct peer *to)
{
	const struct dp_host_port *row;

	if (ctx->protocol != IPPROTO_TCP && ctx->protocol != IPPROTO_UDP)
		return NULL;
	resolve_any(to);
	row = find_host_port(to, ctx->protocol);
	if (row)
		remember(ctx, row, to);
	return row;
}

/* recvmsg and getpeername name the peer that the process knows. */
static __always_inline int name4(struct bpf_sock_addr *ctx)
{
	const struct dp_socket_peer *asked;
	struct peer peer;

	if (!of_this_node(ctx))
		return 1;
	read4(&peer, ctx);
	asked = recall(ctx, &peer);
	if (asked)
		write4(ctx, asked->address, asked->port);
	return 1;
}

static __always_inline int name6(struct bpf_sock_addr *ctx)
{
	const struct dp_socket_peer *asked;
	struct peer peer;

	if (!of_this_node(ctx))
		return 1;
	read6(&peer, ctx);
	asked = recall(ctx, &peer);
	if (asked)
		write6(ctx, asked->address, asked->port);
	return 1;
}

#endif
