/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What iperf3 does not measure: connections a second, and small datagrams a second.
 *
 *   load tcp-serve PORT THREADS                     accepts, sends a byte, closes; for ever
 *   load tcp-connect ADDRESS PORT SECONDS THREADS   connects, reads to the end, closes
 *   load udp-receive PORT                           counts from the first datagram until none came for a while
 *   load udp-send ADDRESS PORT SECONDS SOCKETS      sends datagrams of 18 bytes as fast as it can
 *
 * tcp-serve and udp-receive say "ready" when they listen. What was measured is one line: how many, nanoseconds.
 * IPv4 only.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, PAYLOAD = 18, QUIET_MS = 300, PAUSE_NS = 500000, MAX_SOCKETS = 64, MAX_THREADS = 64 };

static struct sockaddr_in target;
static uint64_t deadline;
static atomic_long total;

static void fail(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void ready(void)
{
	puts("ready");
	fflush(stdout);
}

static int number(const char *text, int most)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (*end || value < 1 || value > most) {
		fprintf(stderr, "load: '%s' is not a number from 1 to %d\n", text, most);
		exit(2);
	}
	return (int)value;
}

static void set_target(const char *address, const char *port)
{
	target.sin_family = AF_INET;
	target.sin_port = htons((uint16_t)number(port, 65535));
	if (inet_pton(AF_INET, address, &target.sin_addr) != 1) {
		fprintf(stderr, "load: '%s' is not an IPv4 address\n", address);
		exit(2);
	}
}

/* Sender and receiver on a CPU each: what is measured is the path between, not the scheduler. */
static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu % (int)sysconf(_SC_NPROCESSORS_ONLN), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void in_threads(int count, void *(*work)(void *), void *argument)
{
	pthread_t threads[MAX_THREADS];

	for (int i = 0; i < count; i++)
		if ((errno = pthread_create(&threads[i], NULL, work, argument)))
			fail("pthread_create");
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
}

static void *serve(void *listener)
{
	for (;;) {
		int fd = accept4(*(int *)listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0) {
			if (errno == ECONNABORTED || errno == EINTR)
				continue;
			fail("accept");
		}
		/* Closing first, it is the server that keeps the port in TIME_WAIT. */
		if (send(fd, "!", 1, MSG_NOSIGNAL) < 0 && errno != EPIPE && errno != ECONNRESET)
			fail("send");
		close(fd);
	}
	return NULL;
}

static void tcp_serve(int threads)
{
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, (void *)&target, sizeof(target)) || listen(fd, 4096))
		fail("listen");
	ready();
	in_threads(threads, serve, &fd);
}

static void *make_connections(void *unused)
{
	long count = 0;

	(void)unused;
	while (now() < deadline) {
		char byte[2];
		ssize_t got;
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd < 0 || connect(fd, (void *)&target, sizeof(target)))
			fail("connect");
		do {
			got = recv(fd, byte, sizeof(byte), 0);
			if (got < 0)
				fail("recv");
		} while (got > 0);
		close(fd);
		count++;
	}
	atomic_fetch_add(&total, count);
	return NULL;
}

static void tcp_connect(int seconds, int threads)
{
	uint64_t start = now();

	deadline = start + (uint64_t)seconds * 1000000000u;
	in_threads(threads, make_connections, NULL);
	printf("%ld %llu\n", atomic_load(&total), (unsigned long long)(now() - start));
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

static void udp_receive(void)
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

static void udp_send(int seconds, int sockets)
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
	deadline = start + (uint64_t)seconds * 1000000000u;
	for (int i = 0; now() < deadline; i = (i + 1) % sockets) {
		int sent = sendmmsg(fd[i], messages, BATCH, 0);

		if (sent < 0 && errno != ENOBUFS && errno != EAGAIN)
			fail("sendmmsg");
		count += sent > 0 ? sent : 0;
	}
	printf("%ld %llu\n", count, (unsigned long long)(now() - start));
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "tcp-serve") && argc == 4) {
		set_target("0.0.0.0", argv[2]);
		tcp_serve(number(argv[3], MAX_THREADS));
	} else if (!strcmp(what, "tcp-connect") && argc == 6) {
		set_target(argv[2], argv[3]);
		tcp_connect(number(argv[4], 3600), number(argv[5], MAX_THREADS));
	} else if (!strcmp(what, "udp-receive") && argc == 3) {
		set_target("0.0.0.0", argv[2]);
		udp_receive();
	} else if (!strcmp(what, "udp-send") && argc == 6) {
		set_target(argv[2], argv[3]);
		udp_send(number(argv[4], 3600), number(argv[5], MAX_SOCKETS));
	} else {
		fprintf(stderr, "load: see the first lines of load.c\n");
		return 2;
	}
	return 0;
}
