/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_ADDRESS_H
#define DATAPLANE_ADDRESS_H

/* Addresses of both families, as packets have them and as maps do. */

#include <stdbool.h>
#include <linux/in6.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "maps.h"

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* Maps keep IPv4 addresses as ::ffff:a.b.c.d. */
static __always_inline void address_map4(__u8 *to, __be32 address)
{
	__u32 *word = (__u32 *)to;

	word[0] = 0;
	word[1] = 0;
	word[2] = bpf_htonl(0xffff);
	word[3] = address;
}

static __always_inline void address_copy(__u8 *to, const __u8 *from)
{
	__u32 *x = (__u32 *)to;
	const __u32 *y = (const __u32 *)from;

	for (int i = 0; i < 4; i++)
		x[i] = y[i];
}

static __always_inline bool address_equal(const __u8 *a, const __u8 *b)
{
	const __u32 *x = (const __u32 *)a, *y = (const __u32 *)b;

	return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3])) == 0;
}

static __always_inline __be32 address_word(const __u8 *address, int word)
{
	return ((const __be32 *)address)[word];
}

static __always_inline __u8 address_version(const __u8 *address)
{
	return (address_word(address, 0) | address_word(address, 1)) == 0 &&
			       address_word(address, 2) == bpf_htonl(0xffff)
		       ? 4
		       : 6;
}

/* Not 0/8, 127/8, 169.254/16, multicast, reserved or broadcast. */
static __always_inline bool is_unicast4(__be32 address)
{
	__u32 host = bpf_ntohl(address);
	__u32 net = host >> 24;

	return net != 0 && net != 127 && net < 224 && host >> 16 != 0xa9fe;
}

/* Not ::/64 (unspecified, loopback, IPv4-mapped), fe80::/10 or multicast. */
static __always_inline bool is_unicast6(const struct in6_addr *address)
{
	const __be32 *word = address->in6_u.u6_addr32;
	__u32 first = bpf_ntohl(word[0]);

	return (first | word[1]) != 0 && first >> 24 != 0xff && first >> 22 != 0xfe80 >> 6;
}

#endif
