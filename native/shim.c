/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What P/Invoke cannot do: libbpf prints through a va_list. While a thread collects,
 * what libbpf says on it goes into a buffer; everything else is dropped, because
 * a plugin's stderr is the runtime's log.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

/* A verifier log of a program of ours is some hundred kilobytes at most. */
#define LOG_MAX (16u << 20)

struct log {
	char *text;
	size_t length;
	size_t room;
};

static __thread struct log *collecting;

static int collect(enum libbpf_print_level level, const char *format, va_list arguments)
{
	struct log *log = collecting;
	va_list again;
	int length;

	if (!log || level == LIBBPF_DEBUG)
		return 0;
	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0 || log->length + length + 1 > LOG_MAX)
		return 0;
	if (log->length + length + 1 > log->room) {
		size_t room = (log->length + length + 1) * 2;
		char *text = realloc(log->text, room);

		if (!text)
			return 0;
		log->text = text;
		log->room = room;
	}
	vsnprintf(log->text + log->length, length + 1, format, arguments);
	log->length += length;
	return length;
}

int dp_shim_log_begin(void)
{
	if (collecting)
		return -EBUSY;
	collecting = calloc(1, sizeof(*collecting));
	if (!collecting)
		return -ENOMEM;
	libbpf_set_print(collect);
	return 0;
}

char *dp_shim_log_end(size_t *size)
{
	struct log *log = collecting;
	char *text;

	*size = 0;
	if (!log)
		return NULL;
	collecting = NULL;
	text = log->text;
	*size = log->length;
	free(log);
	return text;
}

void dp_shim_log_free(char *text)
{
	free(text);
}
