/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The .NET runtime starts a thread for finalizers, which run after a collection. A plugin ends
 * before its first one (runtime_settings.c) and closes what it opens, so it is
 * spared the thread: its stack, its malloc arena of 128 MiB, its place in a CPU's queue. What is no
 * plugin's call (the daemon of dhcp, dpctl, cnitool) has its thread. The linker sends the call here (--wrap).
 */
#include <stdbool.h>
#include <stdlib.h>

typedef unsigned int (*background_callback)(void *context);

/* Weak: a runtime that names it otherwise still links, and is not spared. */
bool __real_PalStartFinalizerThread(background_callback callback, void *context) __attribute__((weak));
bool __wrap_PalStartFinalizerThread(background_callback callback, void *context);

bool __wrap_PalStartFinalizerThread(background_callback callback, void *context)
{
	return getenv("CNI_COMMAND") ? true : __real_PalStartFinalizerThread(callback, context);
}
