/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_NETFILTER_H
#define DATAPLANE_NETFILTER_H

/*
 * Who listens in netfilter on the way of a pod's packet: nobody's rules are read, only whether there
 * are chains that could drop it (FORWARD) or make another one of it before that (PREROUTING).
 */

#include "netns.h"

enum hooked {
	HOOKED_NOT,     /* FORWARD has no chain: nothing is dropped there */
	HOOKED_FORWARD, /* it has, and PREROUTING has none: what comes there is what was sent */
	HOOKED_BOTH,    /* a chain in PREROUTING may translate it, or mark it for another route */
};

struct nf_hook_ops {
	int priority;
} __attribute__((preserve_access_index));

struct nf_hook_entry {
	void *hook;
	void *priv;
};

/* Behind the entries follow as many pointers to struct nf_hook_ops. */
struct nf_hook_entries {
	__u16 num_hook_entries;
	struct nf_hook_entry hooks[];
} __attribute__((preserve_access_index));

/* <linux/netfilter.h>, <linux/netfilter_ipv4.h> */
#define DP_NF_PRE_ROUTING 0
#define DP_NF_FORWARD 2
#define DP_NF_PRIORITY_FIRST (-2147483647 - 1) /* br_netfilter's, and places that are being freed */
#define DP_NF_PRIORITY_DEFRAG (-400)
#define DP_NF_PRIORITY_CONNTRACK (-200)
#define DP_NF_HOOKS_MAX 8

static __always_inline __u16 hooks_count(const struct nf_hook_entries *entries)
{
	__u16 hooks = 0;

	if (entries)
		bpf_probe_read_kernel(&hooks, sizeof(hooks), &entries->num_hook_entries);
	return hooks;
}

/* Is there a chain among the hooks, beside connection tracking, its reassembly and br_netfilter? */
static __always_inline bool hooks_have_chain(const struct nf_hook_entries *entries)
{
	__u32 hooks = hooks_count(entries);
	const void *ops = (const void *)entries +
			  bpf_core_field_offset(struct nf_hook_entries, hooks) +
			  hooks * sizeof(struct nf_hook_entry);

	if (hooks > DP_NF_HOOKS_MAX)
		return true;
	for (__u32 i = 0; i < DP_NF_HOOKS_MAX && i < hooks; i++) {
		const struct nf_hook_ops *one = NULL;
		int priority = 0;

		bpf_probe_read_kernel(&one, sizeof(one), ops + i * sizeof(one));
		bpf_probe_read_kernel(&priority, sizeof(priority), &one->priority);
		if (priority != DP_NF_PRIORITY_FIRST && priority != DP_NF_PRIORITY_DEFRAG &&
		    priority != DP_NF_PRIORITY_CONNTRACK)
			return true;
	}
	return false;
}

/* Asked where a connection begins, not for every packet. */
__noinline int netfilter_hooks(struct __sk_buff *skb, __u32 version)
{
	struct nf_hook_entries *entries = NULL;
	struct net *net = NULL;
	__u64 *hooks;

	if (!bpf_core_field_exists(net->nf.hooks_ipv4))
		return HOOKED_NOT; /* a kernel without netfilter */
	net = packet_net(skb);
	hooks = version == 4 ? (__u64 *)&net->nf.hooks_ipv4 : (__u64 *)&net->nf.hooks_ipv6;
	bpf_probe_read_kernel(&entries, sizeof(entries), hooks + DP_NF_FORWARD);
	if (hooks_count(entries) == 0)
		return HOOKED_NOT;
	bpf_probe_read_kernel(&entries, sizeof(entries), hooks + DP_NF_PRE_ROUTING);
	return hooks_have_chain(entries) ? HOOKED_BOTH : HOOKED_FORWARD;
}

#endif
