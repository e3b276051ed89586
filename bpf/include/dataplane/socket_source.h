/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_SOCKET_SOURCE_H
#define DATAPLANE_SOCKET_SOURCE_H

/*
 * From which address a socket of the node talks to a pod.
 *
 * Were packets translated, the pod would see the address that was asked for: to an address
 * of its own the kernel sends from that address. So the socket gets it as its source. For
 * a loopback one, to which the pod could not answer, the kernel chooses by the route.
 *
 * A socket that its owner bound to a loopback address is left alone: from there nothing
 * could be sent to a pod. It finds whoever of the node listens.
 */

#include "peer.h"

enum source { SOURCE_ANY, SOURCE_LOOPBACK, SOURCE_CHOSEN };

static __always_inline enum source source_of4(__be32 address)
{
	if ((address & bpf_htonl(0xff000000)) == bpf_htonl(0x7f000000))
		return SOURCE_LOOPBACK;
	return address ? SOURCE_CHOSEN : SOURCE_ANY;
}

static __always_inline enum source source_of6(const __be32 *word)
{
	if (is_loopback(word))
		return SOURCE_LOOPBACK;
	return is_any(word) ? SOURCE_ANY : SOURCE_CHOSEN;
}

static __always_inline enum source source_of_socket(const struct bpf_sock_addr *ctx)
{
	const struct bpf_sock *sk = ctx->sk;
	__be32 word[4];

	if (!sk)
		return SOURCE_CHOSEN;
	if (sk->family == FAMILY_IP4)
		return source_of4(sk->src_ip4);
	word[0] = sk->src_ip6[0];
	word[1] = sk->src_ip6[1];
	word[2] = sk->src_ip6[2];
	word[3] = sk->src_ip6[3];
	return source_of6(word);
}

static __always_inline enum source source_of_datagram6(const struct bpf_sock_addr *ctx)
{
	__be32 word[4];

	word[0] = ctx->msg_src_ip6[0];
	word[1] = ctx->msg_src_ip6[1];
	word[2] = ctx->msg_src_ip6[2];
	word[3] = ctx->msg_src_ip6[3];
	return source_of6(word);
}

/* Is what was asked for an address to send from? */
static __always_inline bool gives_source(enum source source, const struct peer *asked)
{
	return source == SOURCE_ANY && !is_loopback(asked->word) && !is_link_local(asked->word);
}

#endif
