/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_OUTBOUND_HOST_H
#define DATAPLANE_OUTBOUND_HOST_H

/*
 * What the host itself sends by an uplink, and what it forwards for others than our pods.
 * It passes as it is, with two exceptions.
 *
 * A socket of the host, or a connection that netfilter masquerades, may come to use a port
 * that a pod's connection to the same peer was given before; its answers would go to the
 * pod. That connection is then moved to another port, as if it were masqueraded here.
 * SCTP, and a protocol without ports (a tunnel of the node's), have none to go to: there
 * the pod's loses the place. While that never happened, a packet costs one lookup.
 *
 * And the host's stack answers for pods (too big, time exceeded) with what it saw: a
 * connection to a host port after its translation.
 */

#include "icmp_error.h"
#include "ports.h"

/* An ICMP error of the host's stack about a packet that was on its way to a pod. */
__noinline int host_error(struct __sk_buff *skb, struct translation *t)
{
	struct dp_address_key at = {};
	const struct dp_address *row;

	if (!t || !embedded_read(skb, t))
		return DP_UPLINK_HOST;
	address_copy(at.address, t->about.key.destination);
	row = bpf_map_lookup_elem(&addresses, &at);
	if (!row || !embedded_find(row->ifindex))
		return DP_UPLINK_HOST;
	return embedded_rewrite(skb, t) ? DP_UPLINK_TRANSLATED : DP_DROP_NAT_ERROR;
}

/* Makes the host's connection one from another port; or its own, which it keeps from then on. */
__noinline int host_move(struct __sk_buff *skb, struct translation *t)
{
	struct dp_sweep *row;
	__u32 zero = 0, drop;

	if (!t)
		return DP_DROP_NAT_ERROR;
	__builtin_memset(&t->become, 0, sizeof(t->become));
	address_copy(t->become.source, t->key.source);
	address_copy(t->become.destination, t->key.destination);
	t->become.destination_port = t->key.destination_port;
	t->become.kind = DP_NAT_HOST;
	t->become.from.ifindex = DP_SCOPE_HOST;
	t->port_min = 32768;
	t->port_max = 65535;
	t->as_node = true;
	drop = nat_create(skb);
	row = bpf_map_lookup_elem(&sweep, &zero);
	if (row && !drop)
		__sync_fetch_and_add(&row->moved, 1);
	return drop;
}

/* @entered: 0: by the host itself. */
static __always_inline __u32 outbound_host(struct __sk_buff *skb, struct translation *t,
					   __u32 entered)
{
	__u32 untouched = entered ? DP_UPLINK_FORWARDED : DP_UPLINK_HOST;
	const struct dp_sweep *row;
	struct dp_nat *entry, *place;
	__u32 zero = 0, drop;
	bool taken;

	if (unlikely(t->d.kind == DG_ICMP_ERROR))
		return entered ? untouched : host_error(skb, t);
	if (t->d.kind != DG_WHOLE && t->d.kind != DG_BARE)
		return untouched;
	address_copy(t->answer.source, t->key.destination);
	address_copy(t->answer.destination, t->key.source);
	t->answer.source_port = t->key.destination_port;
	t->answer.destination_port = t->key.source_port;
	*(__u32 *)&t->answer.protocol = t->key.protocol;
	t->answer.scope = DP_SCOPE_UPLINK;
	place = nat_find(&t->answer);
	taken = place && place->kind != DP_NAT_HOSTPORT && nat_lives(place) &&
		!nat_expired(place, t->key.protocol, t->now);
	row = bpf_map_lookup_elem(&sweep, &zero);
	if (likely(!taken && (!row || !row->moved)))
		return untouched;

	t->key.scope = DP_SCOPE_HOST;
	entry = nat_use(skb, t, NULL);
	if (entry) {
		t->become = *entry;
	} else {
		if (!taken)
			return untouched;
		if (!has_ports(t->key.protocol) && !is_icmp_protocol(t->key.protocol)) {
			nat_reverse(&t->answer, place, &t->about.key, &t->reverse);
			bpf_map_delete_elem(&nat, &t->about.key);
			bpf_map_delete_elem(&nat, &t->answer);
		}
		drop = host_move(skb, t);
		if (drop)
			return drop;
	}
	return rewrite(skb, t) ? DP_UPLINK_MOVED : DP_DROP_NAT_ERROR;
}

#endif
