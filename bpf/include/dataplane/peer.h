/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_PEER_H
#define DATAPLANE_PEER_H

/*
 * The other end of a socket, out of and into the context of a cgroup program. Addresses
 * are 16 bytes everywhere; IPv4 is IPv4-mapped, so a v6 socket that talks IPv4 finds the
 * same rows.
 */

#include <stdbool.h>

#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* AF_*: <sys/socket.h> is not for these programs. */
enum family { FAMILY_IP4 = 2, FAMILY_IP6 = 10 };

struct peer {
	__be32 word[4];
	__be16 port;
};

static __always_inline void copy_words(__be32 *to, const __be32 *from)
{
	to[0] = from[0];
	to[1] = from[1];
	to[2] = from[2];
	to[3] = from[3];
}

static __always_inline bool is_mapped(const __be32 *word)
{
	return (word[0] | word[1]) == 0 && word[2] == bpf_htonl(0xffff);
}

static __always_inline bool is_loopback(const __be32 *word)
{
	if (is_mapped(word))
		return (word[3] & bpf_htonl(0xff000000)) == bpf_htonl(0x7f000000);
	return (word[0] | word[1] | word[2]) == 0 && word[3] == bpf_htonl(1);
}

static __always_inline bool is_any(const __be32 *word)
{
	return (word[0] | word[1] | word[3]) == 0 && (word[2] == 0 || word[2] == bpf_htonl(0xffff));
}

static __always_inline bool is_link_local(const __be32 *word)
{
	return bpf_ntohl(word[0]) >> 22 == 0xfe80 >> 6;
}

static __always_inline void read4(struct peer *peer, const struct bpf_sock_addr *ctx)
{
	peer->word[0] = 0;
	peer->word[1] = 0;
	peer->word[2] = bpf_htonl(0xffff);
	peer->word[3] = ctx->user_ip4;
	peer->port = ctx->user_port;
}

static __always_inline void read6(struct peer *peer, const struct bpf_sock_addr *ctx)
{
	peer->word[0] = ctx->user_ip6[0];
	peer->word[1] = ctx->user_ip6[1];
	peer->word[2] = ctx->user_ip6[2];
	peer->word[3] = ctx->user_ip6[3];
	peer->port = ctx->user_port;
}

static __always_inline void write4(struct bpf_sock_addr *ctx, const __u8 *address, __be16 port)
{
	ctx->user_ip4 = ((const __be32 *)address)[3];
	ctx->user_port = port;
}

static __always_inline void write6(struct bpf_sock_addr *ctx, const __u8 *address, __be16 port)
{
	const __be32 *word = (const __be32 *)address;

	ctx->user_ip6[0] = word[0];
	ctx->user_ip6[1] = word[1];
	ctx->user_ip6[2] = word[2];
	ctx->user_ip6[3] = word[3];
	ctx->user_port = port;
}

#endif
