/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_HOST_PORTS_H
#define DATAPLANE_HOST_PORTS_H

/*
 * Which pod a port of the node leads to. A row for just this address goes before one
 * for any; a row whose pod is gone is none.
 */

#include "masquerade.h"

/* Is @address in the prefix of @bits, both as maps have them? */
static __always_inline bool prefix_contains(const __u8 *prefix, __u32 bits, const __u8 *address)
{
	for (int i = 0; i < 4; i++) {
		__u32 length = bits > 32 ? 32 : bits;
		__u32 mask = length ? ~0U << (32 - length) : 0;

		if ((bpf_ntohl(address_word(prefix, i)) ^ bpf_ntohl(address_word(address, i))) &
		    mask)
			return false;
		bits -= length;
	}
	return true;
}

/* The row's conditions, for a packet that came in by @device. */
static __always_inline bool host_port_admits(const struct dp_host_port *row,
					     const struct dp_nat_key *key, __u32 device)
{
	__u32 flags = row->flags;

	if (likely(!(flags & ~(DP_HP_SNAT | DP_HP_MASQ_ALL))))
		return true;
	if (flags & (DP_HP_SOURCE | DP_HP_SOURCE_NOT) &&
	    prefix_contains(row->match_source, row->match_source_bits, key->source) ==
		    !!(flags & DP_HP_SOURCE_NOT))
		return false;
	if (flags & (DP_HP_DESTINATION | DP_HP_DESTINATION_NOT) &&
	    prefix_contains(row->match_destination, row->match_destination_bits,
			    key->destination) == !!(flags & DP_HP_DESTINATION_NOT))
		return false;
	return !(flags & (DP_HP_DEVICE | DP_HP_DEVICE_NOT)) ||
	       (row->match_device == device) != !!(flags & DP_HP_DEVICE_NOT);
}

static __always_inline const struct dp_host_port *
host_port_row(const struct dp_host_port_key *at, const struct dp_nat_key *key, __u32 device)
{
	const struct dp_host_port *row = bpf_map_lookup_elem(&host_ports, at);

	return row && endpoint_of_side(&row->endpoint) && host_port_admits(row, key, device) ? row
											     : NULL;
}

/* The row for a packet's destination; not asked yet: whether that is the node at all. */
static __always_inline const struct dp_host_port *host_port_find(const struct dp_nat_key *key,
								 __u32 device)
{
	struct dp_host_port_key at = {};
	const struct dp_host_port *row;

	at.port = key->destination_port;
	at.protocol = key->protocol;
	address_copy(at.address, key->destination);
	row = host_port_row(&at, key, device);
	if (row)
		return row;
	if (address_version(key->destination) == 4)
		address_map4(at.address, 0);
	else
		__builtin_memset(at.address, 0, sizeof(at.address));
	return host_port_row(&at, key, device);
}

/*
 * Is the destination an address of the node? The FIB says so for every address, also
 * one that moved here a moment ago. It says the same of a destination without any route;
 * a packet for such a one would only be answered "unreachable". And of multicast and
 * broadcast: those come with a MAC address that is nobody's alone, see from_uplink.
 */
__noinline int destination_is_local(struct __sk_buff *skb, const struct dp_nat_key *key,
				    __u32 device)
{
	struct bpf_fib_lookup fib;

	if (!key)
		return false;
	fib_key(&fib, key, device);
	return bpf_fib_lookup(skb, &fib, sizeof(fib), 0) == BPF_FIB_LKUP_RET_NOT_FWDED;
}

/*
 * Does a packet in the middle of a connection, or a datagram, belong to a socket of the
 * node that is connected to just this peer? A port may be mapped while the node uses it
 * as the source port of a connection of its own.
 */
static __always_inline bool host_is_connected(struct __sk_buff *skb, const struct dp_nat_key *key,
					      __u8 tcp_flags)
{
	if (opens_connection(tcp_flags))
		return false;
	return port_socket(skb, key) == 2;
}

/*
 * What a connection to the host port @row becomes. The client keeps its address, unless
 * it is the pod itself (which would answer to itself) or "masqAll" says so: then it
 * appears as the address that it called.
 */
static __always_inline void host_port_become(struct translation *t, const struct dp_host_port *row,
					     __u32 client_generation)
{
	__builtin_memset(&t->become, 0, sizeof(t->become));
	t->become.kind = DP_NAT_HOSTPORT;
	t->become.mappings = t->mappings;
	t->become.from.ifindex = t->key.scope;
	t->become.from.generation = client_generation;
	t->become.to = row->endpoint;
	address_copy(t->become.destination, row->address);
	t->become.destination_port = row->port;
	t->port_min = 32768;
	t->port_max = 65535;
	t->as_node = row->flags & DP_HP_MASQ_ALL || address_equal(t->key.source, row->address);
	address_copy(t->become.source, t->as_node ? t->key.destination : t->key.source);
}

/* Counts the changes of host_ports. */
static __always_inline __u32 host_ports_changes(void)
{
	__u32 zero = 0;
	const struct dp_node *row = bpf_map_lookup_elem(&node, &zero);

	return row ? row->mappings : 0;
}

/*
 * t->become, of a connection to a host port: does the port still lead there? Asked again only
 * when a row of host_ports has changed since. If not, both halves are removed: the next
 * owner's connections begin here, or the host's own service gets the packet.
 */
__noinline int host_port_stands(__u32 device)
{
	struct translation *t = translation_row();
	__u32 changes = host_ports_changes();
	const struct dp_host_port *row;
	struct dp_nat *entry;

	if (!t || t->become.reply || t->become.mappings == changes)
		return true;
	row = host_port_find(&t->key, device);
	entry = nat_find(&t->key);
	if (row && row->port == t->become.destination_port &&
	    row->endpoint.ifindex == t->become.to.ifindex &&
	    row->endpoint.generation == t->become.to.generation &&
	    address_equal(row->address, t->become.destination)) {
		if (entry)
			entry->mappings = changes;
		return true;
	}
	nat_reverse(&t->key, &t->become, &t->answer, &t->reverse);
	bpf_map_delete_elem(&nat, &t->key);
	bpf_map_delete_elem(&nat, &t->answer);
	return false;
}

/*
 * Is the packet's destination a host port, for what came in by @device from an endpoint of
 * @client_generation (0: from outside)? 0: yes, and t->become is ready for nat_create().
 * DP_ELIGIBLE: no.
 */
__noinline int host_port_asked(struct __sk_buff *skb, struct translation *t, __u32 device,
			       __u32 client_generation)
{
	const struct dp_host_port *row;

	if (!t)
		return DP_ELIGIBLE;
	t->mappings = host_ports_changes(); /* before the row that it is about */
	row = host_port_find(&t->key, device);
	if (likely(!row))
		return DP_ELIGIBLE;
	/* Without "snat" the pod would get packets from its own address, and drop them. */
	if (!(row->flags & (DP_HP_SNAT | DP_HP_MASQ_ALL)) &&
	    address_equal(t->key.source, row->address))
		return DP_ELIGIBLE;
	if (address_is_multicast(t->key.destination, t->d.version) ||
	    veth_is_gone(skb, row->endpoint.ifindex) ||
	    !destination_is_local(skb, &t->key, device) ||
	    host_is_connected(skb, &t->key, t->d.tcp_flags))
		return DP_ELIGIBLE;
	host_port_become(t, row, client_generation);
	return 0;
}

#endif
