/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIGTERM and SIGINT as a flag. A signal handler must not run managed code, and blocking
 * the signals on the caller's thread is not enough: the kernel would give them to one of
 * the runtime's own threads, which would die of them and the process with it.
 */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static volatile sig_atomic_t caught;
static int event = -1;

static void on_signal(int number)
{
	const uint64_t one = 1;
	int saved = errno;

	caught = number;
	/* Nothing can be done about a full counter, and it is readable then anyway. */
	if (event >= 0 && write(event, &one, sizeof(one)) < 0)
		errno = saved;
	errno = saved;
}

/* Catches both signals, and ignores SIGPIPE. Returns a descriptor that is readable once one came, or -1 and errno. */
int dp_termination_catch(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	if (event < 0)
		event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (event < 0)
		return -1;
	if (sigaction(SIGTERM, &action, NULL) < 0 || sigaction(SIGINT, &action, NULL) < 0)
		return -1;
	/* A runtime that went away before it read the result: an error of write(2), not our end. */
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return -1;
	return event;
}

/* The number of the signal that came last, 0 for none. */
int dp_termination_caught(void)
{
	return caught;
}

/* Catches the end of the terminal as well, unless whoever started us had it ignored (nohup). Returns 0, or -1 and errno. */
int dp_termination_catch_hangup(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct sigaction current;

	if (sigaction(SIGHUP, NULL, &current) < 0)
		return -1;
	return current.sa_handler == SIG_IGN ? 0 : sigaction(SIGHUP, &action, NULL);
}

/* Takes note of what came: the descriptor is not readable again before the next signal. */
void dp_termination_acknowledge(void)
{
	uint64_t count;

	/* There may be nothing to read: it does not block. */
	if (event >= 0 && read(event, &count, sizeof(count)) < 0)
		return;
}
