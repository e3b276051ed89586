/* SPDX-License-Identifier: Apache-2.0 */
/* Small datagrams. */
#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, PAYLOAD = 18, QUIET_MS = 100, PAUSE_NS = 500000 };

/* Sender and receiver on a CPU each: what is measured is the path between, not the scheduler. */
static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu % (int)sysconf(_SC_NPROCESSORS_ONLN), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void prepare(struct mmsghdr *messages, struct iovec *vector, char *data)
{
	*vector = (struct iovec){ data, PAYLOAD };
	memset(messages, 0, BATCH * sizeof(*messages));
	for (int i = 0; i < BATCH; i++) {
		messages[i].msg_hdr.msg_iov = vector;
		messages[i].msg_hdr.msg_iovlen = 1;
	}
}

void udp_receive(void)
{
	struct mmsghdr messages[BATCH];
	struct iovec vector;
	char data[PAYLOAD];
	uint64_t begun, first = 0, last = 0;
	long count = 0;
	int room = 64 << 20, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	stay_on(1);
	prepare(messages, &vector, data);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (fd < 0 || bind(fd, (void *)&target, sizeof(target)))
		fail("bind");
	ready();
	begun = now();
	for (;;) {
		const struct timespec pause = { .tv_nsec = PAUSE_NS };
		int got = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);

		if (got > 0) {
			last = now();
			first = first ? first : last;
			count += got;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			fail("recvmmsg");
		if (now() - (count ? last : begun) > (uint64_t)(count ? QUIET_MS : 30000) * 1000000u)
			break;
		/* Not poll(): being woken for a datagram costs many times what its way here costs, and
		 * hides it. The socket has room for what comes in between. */
		nanosleep(&pause, NULL);
	}
	printf("%ld %llu\n", count, (unsigned long long)(last - first));
}

void udp_send(int milliseconds, int sockets)
{
	struct mmsghdr messages[BATCH];
	struct iovec vector;
	char data[PAYLOAD] = "dataplane";
	int fd[MAX_SOCKETS];
	long count = 0;
	uint64_t start;

	stay_on(0);
	prepare(messages, &vector, data);
	for (int i = 0; i < sockets; i++) {
		fd[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (fd[i] < 0 || connect(fd[i], (void *)&target, sizeof(target)))
			fail("connect");
	}
	start = now();
	deadline = start + (uint64_t)milliseconds * 1000000u;
	for (int i = 0; now() < deadline; i = (i + 1) % sockets) {
		int sent = sendmmsg(fd[i], messages, BATCH, 0);

		if (sent < 0 && errno != ENOBUFS && errno != EAGAIN)
			fail("sendmmsg");
		count += sent > 0 ? sent : 0;
	}
	printf("%ld %llu\n", count, (unsigned long long)(now() - start));
}
