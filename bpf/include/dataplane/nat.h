/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_NAT_H
#define DATAPLANE_NAT_H

/*
 * Translations: pairs of entries in the map "nat", see abi_nat.h.
 *
 *	inside	[pod] pod:p > ext:q	becomes  node:n > ext:q
 *	outside	[ - ] ext:q > node:n	becomes  ext:q > pod:p
 *
 * A connection to a host port is the same pair, begun in the outside half.
 *
 * - A half that is dead or expired (nat_life.h) counts as missing.
 * - A half is made with BPF_NOEXIST and replaced only after nat_free(), so two connections
 *   never share a tuple, whatever CPU they begin on.
 * - LRU eviction takes one half and not the other. Whoever sees traffic on the half
 *   that is left makes the other one again, once a second, with the same port: a new
 *   port would end the connection. Where another connection has that place already,
 *   the half that is left is removed: its packets would be delivered to a stranger.
 * - As in flow.h, an element may be evicted and reused while a program holds a pointer to it:
 *   last_seen and state are written in place, a stranger then lives a little longer or shorter.
 */

#include "counters.h"
#include "nat_life.h"
#include "translation.h"

static __always_inline struct dp_nat *nat_find(const struct dp_nat_key *key)
{
	return bpf_map_lookup_elem(&nat, key);
}

/*
 * Frees the place @key of @half if that is over. False: it is in use, or somebody else frees it;
 * a delete by key alone could hit what he puts there. Whoever uses a half again writes last_seen
 * and then looks for DP_NAT_OVER, here it is the other way round: one of the two sees the other.
 */
static __noinline bool nat_free(const struct dp_nat_key *key, struct dp_nat *half, __u64 now)
{
	if (!nat_is_over(half, key->protocol, now) ||
	    __sync_fetch_and_or(&half->state, DP_NAT_OVER) & DP_NAT_OVER)
		return false;
	if (!nat_is_over(half, key->protocol, now)) {
		__sync_fetch_and_and(&half->state, ~DP_NAT_OVER);
		return false;
	}
	bpf_map_delete_elem(&nat, key);
	return true;
}

/* @half is in use again. False: it is just being removed. */
static __always_inline bool nat_revive(struct dp_nat *half, __u64 now)
{
	half->last_seen = now;
	return !(__sync_fetch_and_or(&half->state, 0) & DP_NAT_OVER);
}

/* The other half of @entry, of which only ticket and times are not known. */
static __always_inline void nat_reverse(const struct dp_nat_key *key, const struct dp_nat *entry,
					struct dp_nat_key *other, struct dp_nat *reverse)
{
	address_copy(other->source, entry->destination);
	address_copy(other->destination, entry->source);
	other->source_port = entry->destination_port;
	other->destination_port = entry->source_port;
	other->protocol = key->protocol;
	other->pad[0] = other->pad[1] = other->pad[2] = 0;
	other->scope = entry->to.ifindex;

	__builtin_memset(reverse, 0, sizeof(*reverse));
	address_copy(reverse->source, key->destination);
	address_copy(reverse->destination, key->source);
	reverse->source_port = key->destination_port;
	reverse->destination_port = key->source_port;
	reverse->from = entry->to;
	reverse->to = entry->from;
	reverse->kind = entry->kind;
	reverse->reply = !entry->reply;
	reverse->mappings = entry->mappings;
}

/* Is @half, found at the place of the other half of (@key, scope), that other half? */
static __always_inline bool nat_is_half_of(const struct dp_nat *half, const struct dp_nat_key *key)
{
	return address_equal(half->destination, key->source) &&
	       address_equal(half->source, key->destination) &&
	       half->destination_port == key->source_port &&
	       half->source_port == key->destination_port && half->to.ifindex == key->scope;
}

/* The original half gets a place in the sweep's queue. */
static __always_inline void nat_enqueue(const struct dp_nat_key *key, struct dp_nat *entry)
{
	struct dp_sweep_item item = {.key = *key};
	struct dp_sweep *row;
	__u32 zero = 0;

	row = bpf_map_lookup_elem(&sweep, &zero);
	if (!row)
		return;
	item.ticket = __sync_fetch_and_add(&row->next_ticket, 1) + 1;
	entry->ticket = item.ticket;
	/* Full: the entry is left to the LRU alone. */
	bpf_map_push_elem(&sweep_queue, &item, 0);
}

/*
 * The other half of a half that is in use: @entry, found under t->key. False: its place
 * belongs to somebody else, and this half was removed.
 */
__noinline int nat_heal(struct __sk_buff *skb, struct dp_nat *entry)
{
	struct translation *t = translation_row();
	struct dp_nat *half;

	if (!t || !entry)
		return false;
	nat_reverse(&t->key, entry, &t->answer, &t->reverse);
	if (endpoint_of_side(&entry->to) && veth_is_gone(skb, entry->to.ifindex)) {
		bpf_map_delete_elem(&nat, &t->answer);
		bpf_map_delete_elem(&nat, &t->key);
		return false;
	}
	half = nat_find(&t->answer);
	if (half && !nat_is_half_of(half, &t->key) && nat_free(&t->answer, half, t->now))
		half = NULL;
	if (!half) {
		t->reverse.last_seen = t->now;
		t->reverse.state = entry->state;
		if (!t->reverse.reply)
			nat_enqueue(&t->answer, &t->reverse);
		if (bpf_map_update_elem(&nat, &t->answer, &t->reverse, BPF_NOEXIST) == 0) {
			count(skb, DP_NAT_HEALED);
			return true;
		}
		half = nat_find(&t->answer);
	}
	if (half && nat_is_half_of(half, &t->key) && nat_revive(half, t->now))
		return true;
	bpf_map_delete_elem(&nat, &t->key);
	return false;
}

/*
 * Sets @bits of the state of both halves, or with @reopen nothing else: a SYN on a
 * connection that ended begins the next one, on the same port.
 */
__noinline int nat_mark(struct dp_nat *entry, __u32 bits, bool reopen)
{
	struct translation *t = translation_row();
	struct dp_nat *half;

	if (!t || !entry)
		return 0;
	nat_reverse(&t->key, entry, &t->answer, &t->reverse);
	half = nat_find(&t->answer);
	if (half && !nat_is_half_of(half, &t->key))
		half = NULL;
	if (reopen) {
		entry->state = bits;
		if (half)
			half->state = bits;
		return 0;
	}
	__sync_fetch_and_or(&entry->state, bits);
	if (half)
		__sync_fetch_and_or(&half->state, bits);
	return 0;
}

static __always_inline __u32 nat_news(const struct dp_nat *entry, __u8 tcp_flags)
{
	__u32 bits = entry->reply ? DP_NAT_REPLIED : 0;

	if (unlikely(tcp_flags & DP_TCP_FLAG_FIN))
		bits |= entry->reply ? DP_NAT_FIN_REPLY : DP_NAT_FIN_ORIGINAL;
	if (unlikely(tcp_flags & DP_TCP_FLAG_RST))
		bits |= DP_NAT_RST;
	return bits;
}

/*
 * The translation of the packet t->key, if it has one; the packet counts as seen. An idle
 * connection that its original side uses again keeps its port, if that is free still.
 * @own: the endpoint t->key.scope that sends it; NULL: nobody of ours does.
 */
static __always_inline struct dp_nat *nat_use(struct __sk_buff *skb, struct translation *t,
					      const struct dp_endpoint *own)
{
	struct dp_nat *entry = nat_find(&t->key);
	bool reopen, expired;
	__u32 news;

	if (!entry ||
	    !(own ? entry->from.generation == own->generation : nat_side_lives(&entry->from)) ||
	    !nat_side_lives(&entry->to))
		return NULL;
	expired = nat_expired(entry, t->key.protocol, t->now);
	if (unlikely(expired && entry->reply))
		return NULL;
	if (unlikely((__s64)(t->now - entry->last_seen) > NSEC_PER_SEC)) {
		if (!nat_revive(entry, t->now) || !nat_heal(skb, entry))
			return NULL;
	}
	reopen = expired ||
		 (opens_connection(t->d.tcp_flags) && !entry->reply && DP_NAT_CLOSED(entry->state));
	news = nat_news(entry, t->d.tcp_flags);
	if (unlikely(reopen || news & ~entry->state))
		nat_mark(entry, news, reopen);
	return entry;
}

#endif
