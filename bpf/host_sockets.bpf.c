// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Sockets of the node's own processes that ask for a host port: see sockets.h. At the root
 * of cgroup2, where no process is outside.
 */

#include <linux/in6.h>

#include <dataplane/socket_source.h>
#include <dataplane/sockets.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/*
 * @bind: it gets its source too. Streams alone: a datagram socket can connect again, and
 * the binding would stay.
 */
static __always_inline const struct dp_host_port *connects(struct bpf_sock_addr *ctx,
							   struct peer *to, bool *bind)
{
	enum source source = source_of_socket(ctx);
	const struct dp_host_port *row = source == SOURCE_LOOPBACK ? NULL : translate(ctx, to);

	if (!row)
		forget(ctx, to);
	*bind = ctx->protocol == IPPROTO_TCP && gives_source(source, to);
	return row;
}

SEC("cgroup/connect4")
int host_connect4(struct bpf_sock_addr *ctx)
{
	struct sockaddr_in source = {};
	const struct dp_host_port *row;
	struct peer to;
	bool bind;

	if (!of_this_node(ctx))
		return 1;
	read4(&to, ctx);
	row = connects(ctx, &to, &bind);
	if (!row)
		return 1;
	source.sin_family = FAMILY_IP4;
	source.sin_addr.s_addr = to.word[3];
	if (bind)
		bpf_bind(ctx, (struct sockaddr *)&source, sizeof(source));
	write4(ctx, row->address, row->port);
	return 1;
}

SEC("cgroup/connect6")
int host_connect6(struct bpf_sock_addr *ctx)
{
	struct sockaddr_in6 source = {};
	const struct dp_host_port *row;
	struct peer to;
	bool bind;

	if (!of_this_node(ctx))
		return 1;
	read6(&to, ctx);
	row = connects(ctx, &to, &bind);
	if (!row)
		return 1;
	source.sin6_family = FAMILY_IP6;
	copy_words(source.sin6_addr.in6_u.u6_addr32, to.word);
	if (bind)
		bpf_bind(ctx, (struct sockaddr *)&source, sizeof(source));
	write6(ctx, row->address, row->port);
	return 1;
}

/* Datagrams that name their destination. */
SEC("cgroup/sendmsg4")
int host_sendmsg4(struct bpf_sock_addr *ctx)
{
	const struct dp_host_port *row;
	enum source source;
	struct peer to;

	if (!of_this_node(ctx))
		return 1;
	source = source_of4(ctx->msg_src_ip4);
	read4(&to, ctx);
	row = source == SOURCE_LOOPBACK ? NULL : translate(ctx, &to);
	if (!row)
		return 1;
	if (gives_source(source, &to))
		ctx->msg_src_ip4 = to.word[3];
	write4(ctx, row->address, row->port);
	return 1;
}

SEC("cgroup/sendmsg6")
int host_sendmsg6(struct bpf_sock_addr *ctx)
{
	const struct dp_host_port *row;
	enum source source;
	struct peer to;

	if (!of_this_node(ctx))
		return 1;
	source = source_of_datagram6(ctx);
	read6(&to, ctx);
	row = source == SOURCE_LOOPBACK ? NULL : translate(ctx, &to);
	if (!row)
		return 1;
	if (gives_source(source, &to)) {
		ctx->msg_src_ip6[0] = to.word[0];
		ctx->msg_src_ip6[1] = to.word[1];
		ctx->msg_src_ip6[2] = to.word[2];
		ctx->msg_src_ip6[3] = to.word[3];
	}
	write6(ctx, row->address, row->port);
	return 1;
}

SEC("cgroup/recvmsg4")
int host_recvmsg4(struct bpf_sock_addr *ctx)
{
	return name4(ctx);
}

SEC("cgroup/recvmsg6")
int host_recvmsg6(struct bpf_sock_addr *ctx)
{
	return name6(ctx);
}

SEC("cgroup/getpeername4")
int host_getpeername4(struct bpf_sock_addr *ctx)
{
	return name4(ctx);
}

SEC("cgroup/getpeername6")
int host_getpeername6(struct bpf_sock_addr *ctx)
{
	return name6(ctx);
}
