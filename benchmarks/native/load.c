/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What iperf3 does not measure: connections, requests with their answers, and small datagrams a second.
 *
 *   load tcp-serve PORT THREADS                    accepts, sends a byte, closes; for ever
 *   load tcp-connect ADDRESS PORT MS THREADS       connects, reads to the end, closes
 *   load tcp-answer PORT                           accepts, answers each byte with a byte; for ever
 *   load tcp-ask ADDRESS PORT MS THREADS           a connection each: sends a byte, waits for the answer
 *   load udp-receive PORT                          counts from the first datagram until none came for a while
 *   load udp-send ADDRESS PORT MS SOCKETS          sends datagrams of 18 bytes as fast as it can
 *
 * What listens says "ready" when it does. What was measured is one line: how many, nanoseconds. IPv4 only.
 */
#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct sockaddr_in target;
uint64_t deadline;

void fail(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void ready(void)
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

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "tcp-serve") && argc == 4) {
		set_target("0.0.0.0", argv[2]);
		tcp_serve(number(argv[3], MAX_THREADS));
	} else if (!strcmp(what, "tcp-connect") && argc == 6) {
		set_target(argv[2], argv[3]);
		tcp_connect(number(argv[4], MAX_MS), number(argv[5], MAX_THREADS));
	} else if (!strcmp(what, "tcp-answer") && argc == 3) {
		set_target("0.0.0.0", argv[2]);
		tcp_answer();
	} else if (!strcmp(what, "tcp-ask") && argc == 6) {
		set_target(argv[2], argv[3]);
		tcp_ask(number(argv[4], MAX_MS), number(argv[5], MAX_THREADS));
	} else if (!strcmp(what, "udp-receive") && argc == 3) {
		set_target("0.0.0.0", argv[2]);
		udp_receive();
	} else if (!strcmp(what, "udp-send") && argc == 6) {
		set_target(argv[2], argv[3]);
		udp_send(number(argv[4], MAX_MS), number(argv[5], MAX_SOCKETS));
	} else {
		fprintf(stderr, "load: see the first lines of load.c\n");
		return 2;
	}
	return 0;
}
