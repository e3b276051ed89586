/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The .NET runtime asks at start where the main thread's stack lies, and glibc reads all of /proc/self/maps to answer,
 * which the kernel writes for it line by line. Both ends are known without: the kernel puts the name
 * of the executable at the top of the stack, 8 bytes below its end (execve, fs/exec.c), and RLIMIT_STACK
 * is its size. The linker sends the call here (--wrap).
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <unistd.h>

int __real_pthread_getattr_np(pthread_t thread, pthread_attr_t *attr);
int __wrap_pthread_getattr_np(pthread_t thread, pthread_attr_t *attr);

int __wrap_pthread_getattr_np(pthread_t thread, pthread_attr_t *attr)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0), page = getpagesize(), top;
	const char *name = (const char *)getauxval(AT_EXECFN);
	struct rlimit size;

	if (!name || !pthread_equal(thread, pthread_self()) || getrlimit(RLIMIT_STACK, &size) != 0)
		return __real_pthread_getattr_np(thread, attr);
	top = ((uintptr_t)name + strlen(name) + 1 + 8 + page - 1) & -page;
	size.rlim_cur &= -page;
	/* Another thread, or a stack without limit or end: whoever reads maps knows. */
	if (here >= top || size.rlim_cur >= top || here < top - size.rlim_cur)
		return __real_pthread_getattr_np(thread, attr);
	if (pthread_attr_init(attr) == 0 && pthread_attr_setstack(attr, (void *)(top - size.rlim_cur), size.rlim_cur) == 0)
		return 0;
	return __real_pthread_getattr_np(thread, attr);
}
