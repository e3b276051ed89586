/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the load generator share. */
#ifndef DATAPLANE_LOAD_H
#define DATAPLANE_LOAD_H

#include <netinet/in.h>
#include <stdint.h>

enum { MAX_SOCKETS = 64, MAX_THREADS = 64, MAX_MS = 3600000 };

/* Where to connect to or to listen, and until when to go on. */
extern struct sockaddr_in target;
extern uint64_t deadline;

void fail(const char *what) __attribute__((noreturn));
uint64_t now(void);
void ready(void);

void tcp_serve(int threads);
void tcp_connect(int milliseconds, int threads);
void tcp_answer(void);
void tcp_ask(int milliseconds, int threads);
void udp_receive(void);
void udp_send(int milliseconds, int sockets);

#endif
