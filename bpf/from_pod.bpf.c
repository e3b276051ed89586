// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Ingress of the host end of a pod's veth: everything the pod sends, before
 * the bridge or the router sees it.
 */

#include <dataplane/allow.h>
#include <dataplane/fastpath.h>
#include <dataplane/guard.h>
#include <dataplane/leave.h>
#include <dataplane/local.h>
#include <dataplane/repair.h>
#include <dataplane/tag.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/*
 * An IP packet that has no flow; @reason says why. A function of its own, so that the
 * verifier knows @version as a constant and the headers by it.
 */
static __noinline __u32 irregular(struct __sk_buff *skb, const struct dp_endpoint *own,
				  __u32 reason, __u32 version)
{
	struct packet p = {.ifindex = skb->ifindex};
	__u32 way;

	if (!headers_again(skb, &p, version))
		return reason;
	reason = check_source(own, &p, reason);
	/* Fragments, errors and other protocols may have to do with a host port too. */
	if ((reason != DP_STACK_FRAGMENT && reason != DP_STACK_PROTOCOL &&
	     reason != DP_STACK_IP_OPTIONS) ||
	    !endpoint_owns(own, &p, false))
		return reason;
	way = local(skb, own);
	return way == DP_ELIGIBLE ? reason : way;
}

/*
 * A packet that may have a flow. Most leave fastpath() at the first call; the other
 * questions are asked here and not there, for the sake of the stack.
 */
static __always_inline __u32 eligible(struct __sk_buff *skb, const struct dp_endpoint *own,
				      struct packet *p, const struct flow_key *key, __u8 version,
				      bool conntrack)
{
	__u32 outcome = fastpath(skb, own, p, key, version);

	if (likely(outcome < DP_ELIGIBLE))
		return outcome;
	outcome = local(skb, own);
	if (outcome != DP_ELIGIBLE)
		return outcome;
	if (!headers_again(skb, p, version))
		return DP_STACK_ERROR;
	outcome = fastpath(skb, own, p, key, version | DP_LOCAL_ASKED);
	if (outcome < DP_ELIGIBLE)
		return outcome;
	if (!conntrack || !flow_repair(skb, own, key) || !headers_again(skb, p, version))
		return DP_STACK_CANDIDATE;
	count(skb, DP_FLOW_REPAIRED);
	outcome = fastpath(skb, own, p, key, version | DP_LOCAL_ASKED);
	return outcome < DP_ELIGIBLE ? outcome : DP_STACK_CANDIDATE;
}

/* @flags: of the endpoint, if there is one. */
static __always_inline __u32 decide(struct __sk_buff *skb, __u32 *flags, bool conntrack)
{
	struct packet p = {.ifindex = skb->ifindex};
	const struct dp_endpoint *own = endpoint_of(p.ifindex);
	struct flow_key key = {};
	const void *end;
	__u32 reason;

	if (!own)
		return DP_STACK_NO_ENDPOINT;
	*flags = own->flags;
	if (unlikely(skb->tc_index))
		skb->tc_index = 0; /* a mark of ours that the pod has put there, see endpoint.h */
	policy_mark(skb, own);
	if (!untag(skb))
		return DP_DROP_NAT_ERROR;
	if (!headers_are_linear(skb))
		return DP_STACK_ERROR;
	p.eth = (const void *)(long)skb->data;
	end = (const void *)(long)skb->data_end;
	if ((const void *)(p.eth + 1) > end)
		return DP_STACK_MALFORMED;
	if (own->flags & DP_EP_MAC_CHECK && !mac_equal(p.eth->h_source, own->mac))
		return DP_DROP_MAC_SPOOFED;
	if (unlikely(own->flags & DP_EP_GUARD) && !guard_admits(skb, own->generation))
		return DP_DROP_LIMIT_GUARD;
	if (skb->vlan_present)
		return DP_STACK_VLAN;

	p.length = skb->len - ETH_HLEN;
	p.segment = skb->gso_size;
	switch (p.eth->h_proto) {
	case bpf_htons(ETH_P_IP):
		reason = parse_ip4(end, &p);
		if (unlikely(reason != DP_ELIGIBLE))
			return p.version ? irregular(skb, own, reason, 4) : reason;
		flow_key4(&key, &p);
		return eligible(skb, own, &p, &key, 4, conntrack);
	case bpf_htons(ETH_P_IPV6):
		reason = parse_ip6(end, &p);
		if (unlikely(reason != DP_ELIGIBLE))
			return p.version ? irregular(skb, own, reason, 6) : reason;
		flow_key6(&key, &p);
		return eligible(skb, own, &p, &key, 6, conntrack);
	case bpf_htons(ETH_P_8021Q):
	case bpf_htons(ETH_P_8021AD):
		return DP_STACK_VLAN;
	default:
		return DP_STACK_NOT_IP;
	}
}

SEC("tc")
int from_pod(struct __sk_buff *skb)
{
	__u32 outcome = DP_COPY_SPARE, flags = DP_EP_ALLOW;

	if (likely(skb->tc_index != DP_COPIED)) {
		flags = 0;
		outcome = decide(skb, &flags, true);
	}
	if (unlikely(flags & DP_EP_ALLOW) && may_be_dropped(outcome))
		outcome = allow(skb, outcome);
	return leave(skb, outcome, ETH_HLEN);
}

/* For kernels that refuse a program which names a kfunc they lack, see conntrack.h. */
SEC("?tc")
int from_pod_plain(struct __sk_buff *skb)
{
	__u32 flags = 0;

	return leave(skb, decide(skb, &flags, false), ETH_HLEN);
}
