/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The .NET runtime reads files of /proc and /sys at every start, to find how much memory, CPUs and NUMA nodes it may use.
 * A plugin lives for milliseconds, on one thread, with a few megabytes: it does without the answers, and the runtime
 * with them missing. The linker sends the runtime's fopen64() and opendir() here (--wrap).
 *
 * mountinfo: to find its cgroup, twice. A node of a thousand containers has thousands of mounts: some
 * milliseconds for each plugin that is started, more than all of its own work.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

FILE *__real_fopen64(const char *path, const char *mode);
FILE *__wrap_fopen64(const char *path, const char *mode);
DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path);

static bool is_spared(const char *path)
{
	static const char *const spared[] = {
		"/proc/self/mountinfo", "/proc/meminfo", "/sys/devices/system/node",
	};

	for (size_t i = 0; i < sizeof(spared) / sizeof(spared[0]); i++)
		if (strcmp(path, spared[i]) == 0)
			return true;
	return false;
}

FILE *__wrap_fopen64(const char *path, const char *mode)
{
	if (is_spared(path)) {
		errno = ENOENT;
		return NULL;
	}
	return __real_fopen64(path, mode);
}

DIR *__wrap_opendir(const char *path)
{
	if (is_spared(path)) {
		errno = ENOENT;
		return NULL;
	}
	return __real_opendir(path);
}
