/* SPDX-License-Identifier: Apache-2.0 */
/* Connections, and requests with their answers. */
#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static atomic_long total;

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

static int listen_there(void)
{
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, (void *)&target, sizeof(target)) || listen(fd, 4096))
		fail("listen");
	ready();
	return fd;
}

void tcp_serve(int threads)
{
	int fd = listen_there();

	in_threads(threads, serve, &fd);
}

static void *answer(void *connection)
{
	int fd = (int)(intptr_t)connection;
	char byte;

	while (recv(fd, &byte, 1, 0) > 0 && send(fd, &byte, 1, MSG_NOSIGNAL) > 0)
		;
	close(fd);
	return NULL;
}

void tcp_answer(void)
{
	int one = 1, listener = listen_there();
	pthread_t thread;

	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0)
			fail("accept");
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		if ((errno = pthread_create(&thread, NULL, answer, (void *)(intptr_t)fd)))
			fail("pthread_create");
		pthread_detach(thread);
	}
}

static void *ask(void *unused)
{
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char byte = '?';
	long count = 0;

	(void)unused;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (fd < 0 || connect(fd, (void *)&target, sizeof(target)))
		fail("connect");
	for (; now() < deadline; count++)
		if (send(fd, &byte, 1, MSG_NOSIGNAL) != 1 || recv(fd, &byte, 1, 0) != 1)
			fail("ask");
	close(fd);
	atomic_fetch_add(&total, count);
	return NULL;
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

static void for_a_while(int milliseconds, int threads, void *(*work)(void *))
{
	uint64_t start = now();

	deadline = start + (uint64_t)milliseconds * 1000000u;
	in_threads(threads, work, NULL);
	printf("%ld %llu\n", atomic_load(&total), (unsigned long long)(now() - start));
}

void tcp_connect(int milliseconds, int threads)
{
	for_a_while(milliseconds, threads, make_connections);
}

void tcp_ask(int milliseconds, int threads)
{
	for_a_while(milliseconds, threads, ask);
}
