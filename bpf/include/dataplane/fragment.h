/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_FRAGMENT_H
#define DATAPLANE_FRAGMENT_H

/*
 * Only the first fragment has ports. It leaves a note of what its addresses became, and the
 * others follow it. One that comes before the first finds none; nothing is held
 * back or put together here.
 */

#include "nat.h"

#define DP_FRAGMENT_LIFE (30 * NSEC_PER_SEC) /* as long as the kernel waits for the rest */

static __always_inline void fragment_key(struct dp_fragment_key *note, const struct datagram *d,
					 const struct dp_nat_key *key)
{
	__builtin_memset(note, 0, sizeof(*note));
	address_copy(note->source, key->source);
	address_copy(note->destination, key->destination);
	note->id = d->id;
	note->scope = key->scope;
	note->protocol = key->protocol;
}

/* A first fragment becomes t->become. */
__noinline int fragment_note(struct translation *t)
{
	struct dp_fragment_key at;
	struct dp_fragment note = {};

	if (!t)
		return 0;
	fragment_key(&at, &t->d, &t->key);
	note.seen = t->now;
	address_copy(note.source, t->become.source);
	address_copy(note.destination, t->become.destination);
	note.to = t->become.to;
	bpf_map_update_elem(&fragments, &at, &note, BPF_ANY);
	return 0;
}

/* What a later fragment becomes: t->become, of which only addresses and the receiver are set. */
__noinline int fragment_find(struct translation *t)
{
	const struct dp_fragment *note;
	struct dp_fragment_key at;

	if (!t)
		return false;
	fragment_key(&at, &t->d, &t->key);
	note = bpf_map_lookup_elem(&fragments, &at);
	if (!note || (__s64)(t->now - note->seen) > DP_FRAGMENT_LIFE || !nat_side_lives(&note->to))
		return false;
	address_copy(t->become.source, note->source);
	address_copy(t->become.destination, note->destination);
	t->become.to = note->to;
	return true;
}

#endif
