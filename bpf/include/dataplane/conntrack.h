/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_CONNTRACK_H
#define DATAPLANE_CONNTRACK_H

/*
 * Repair of a TCP flow whose entry is lost (evicted, flushed, idle too long).
 *
 * Only its first packet went through the stack, so conntrack holds it as
 * SYN_SENT until that times out, and calls the packets in the middle of the
 * connection invalid. Where a rule drops those (kube-proxy has one) the flow
 * could not be proven again and would hang. But the same entry says what a proof
 * would: this tuple passed, and nobody translates it. So the flow is FAST again
 * without another proof.
 *
 * An ASSURED entry is left alone. Its packets went through the stack in both
 * directions: either the stack takes the next one too and proves the flow, or
 * something keeps it there on purpose (a transparent proxy on the node).
 *
 * Kernels without bpf_skb_ct_lookup() (before 5.18, or nf_conntrack not loaded)
 * have no repair: the functions are weak and the code below is dead then. It
 * asks for the type that came with them, a CO-RE relocation, and not for the
 * functions' addresses: kernels before 6.4 refuse the address of a function in
 * ld_imm64, and libbpf before 1.2 does not spare them the question. Kernels before
 * 5.18 refuse even a dead call of a function they do not know: for those the
 * loader takes from_pod_plain, the same program without the repair.
 */

#include <bpf/bpf_core_read.h>

#include "prove.h"

struct nf_conn {
	unsigned long status;
} __attribute__((preserve_access_index));

/* As the kernel's of 5.18; it takes the length to tell versions apart. */
struct bpf_ct_opts {
	__s32 netns_id;
	__s32 error;
	__u8 l4proto;
	__u8 dir;
	__u8 reserved[2];
};

extern struct nf_conn *bpf_skb_ct_lookup(struct __sk_buff *skb, struct bpf_sock_tuple *tuple,
					 __u32 tuple_size, struct bpf_ct_opts *opts,
					 __u32 opts_size) __ksym __weak;
extern void bpf_ct_release(struct nf_conn *ct) __ksym __weak;

/* <linux/netfilter/nf_conntrack_common.h> */
#define DP_IPS_ASSURED (1 << 2)
#define DP_IPS_NAT_MASK (1 << 4 | 1 << 5)

/* The status of the connection that a packet with this tuple belongs to; 0: there is none. */
static __always_inline unsigned long
conntrack_lookup(struct __sk_buff *skb, struct bpf_sock_tuple *tuple, __u32 size, __u8 protocol)
{
	struct bpf_ct_opts opts = {};
	unsigned long status;
	struct nf_conn *ct;

	opts.netns_id = BPF_F_CURRENT_NETNS;
	opts.l4proto = protocol;
	ct = bpf_skb_ct_lookup(skb, tuple, size, &opts, sizeof(opts));
	if (!ct)
		return 0;
	status = ct->status;
	bpf_ct_release(ct);
	return status;
}

/* The same of a tuple as maps have it; only TCP and UDP can be looked up. */
static __always_inline unsigned long conntrack_status(struct __sk_buff *skb,
						      const struct dp_nat_key *key, __u8 version)
{
	struct bpf_sock_tuple tuple = {};

	if (version == 4) {
		tuple.ipv4.saddr = ((const __be32 *)key->source)[3];
		tuple.ipv4.daddr = ((const __be32 *)key->destination)[3];
		tuple.ipv4.sport = key->source_port;
		tuple.ipv4.dport = key->destination_port;
		return conntrack_lookup(skb, &tuple, sizeof(tuple.ipv4), key->protocol);
	}
	address6_copy((__u8 *)tuple.ipv6.saddr, (const struct in6_addr *)key->source);
	address6_copy((__u8 *)tuple.ipv6.daddr, (const struct in6_addr *)key->destination);
	tuple.ipv6.sport = key->source_port;
	tuple.ipv6.dport = key->destination_port;
	return conntrack_lookup(skb, &tuple, sizeof(tuple.ipv6), key->protocol);
}

/* Does conntrack know the tuple as one that passed, unanswered and untranslated? */
static __always_inline bool conntrack_passed(struct __sk_buff *skb, const struct dp_nat_key *key,
					     __u8 version, __u8 tcp_flags)
{
	unsigned long status;

	if (!bpf_core_type_exists(struct bpf_ct_opts) || key->protocol != IPPROTO_TCP ||
	    tcp_flags & DP_TCP_FLAG_SYN)
		return false;
	status = conntrack_status(skb, key, version);
	return status && !(status & (DP_IPS_NAT_MASK | DP_IPS_ASSURED));
}

/*
 * May a connection of the tuple have passed? What it can find is confirmed: it left the node, or
 * reached it. Nothing is there of a packet that FORWARD dropped.
 */
static __always_inline bool conntrack_knows(struct __sk_buff *skb, const struct dp_nat_key *key,
					    __u32 version)
{
	return !bpf_core_type_exists(struct bpf_ct_opts) || conntrack_status(skb, key, version);
}

#endif
