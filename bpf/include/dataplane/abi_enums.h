/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef DATAPLANE_ABI_ENUMS_H
#define DATAPLANE_ABI_ENUMS_H

/*
 * A compiler writes an enum into BTF only when something global has its type, and
 * nothing here has: the structures hold them as integers. This does, so that the test
 * which compares abi.h with its C# twins sees them. libbpf and the kernel skip the
 * section; it is no map.
 */

#include <bpf/bpf_helpers.h>

#include "abi.h"

const union {
	enum dp_abi abi;
	enum dp_endpoint_flag endpoint_flag;
	enum dp_flow_state flow_state;
	enum dp_flow_tcp flow_tcp;
	enum dp_flow_uplink flow_uplink;
	enum dp_device_flag device_flag;
	enum dp_nat_kind nat_kind;
	enum dp_nat_state nat_state;
	enum dp_nat_scope nat_scope;
	enum dp_host_port_flag host_port_flag;
	enum dp_limit_direction limit_direction;
	enum dp_limit_flag limit_flag;
	enum dp_counter_index counter_index;
} dp_abi_enums SEC("dataplane_abi") = {};

#endif
