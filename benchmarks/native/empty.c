/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program that does nothing: what the kernel and libc take for any process. Built twice, the other time
 * without libc: what is left then is fork, exec and exit.
 */
#ifdef WITHOUT_LIBC
void _start(void);
void _start(void)
{
#if defined(__x86_64__)
	__asm__ volatile("syscall" : : "a"(231 /* exit_group */), "D"(0) : "rcx", "r11");
#elif defined(__aarch64__)
	register long number __asm__("x8") = 94 /* exit_group */, status __asm__("x0") = 0;

	__asm__ volatile("svc 0" : : "r"(number), "r"(status));
#endif
	__builtin_unreachable();
}
#else
int main(void)
{
	return 0;
}
#endif
