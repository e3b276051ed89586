/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_NETNS_H
#define DATAPLANE_NETNS_H

/*
 * The kernel's own view of a packet's namespace, as far as programs read it; where things lie is
 * the running kernel's affair (CO-RE).
 */

#include <bpf/bpf_core_read.h>

#include "parse.h"

struct nf_hook_entries;

struct netns_nf {
	struct nf_hook_entries *hooks_ipv4[5];
	struct nf_hook_entries *hooks_ipv6[5];
} __attribute__((preserve_access_index));

struct net {
	__u64 net_cookie;
	struct netns_nf nf;
} __attribute__((preserve_access_index));

typedef struct {
	struct net *net;
} possible_net_t;

struct net_device {
	possible_net_t nd_net;
} __attribute__((preserve_access_index));

struct sk_buff {
	struct net_device *dev;
} __attribute__((preserve_access_index));

/* The namespace of the device that the packet is at. */
static __always_inline struct net *packet_net(struct __sk_buff *skb)
{
	struct sk_buff *packet = (void *)skb;
	struct net_device *dev = NULL;
	struct net *net = NULL;

	bpf_probe_read_kernel(&dev, sizeof(dev), &packet->dev);
	bpf_probe_read_kernel(&net, sizeof(net), &dev->nd_net.net);
	return net;
}

#endif
