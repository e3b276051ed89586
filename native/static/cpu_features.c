/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The .NET runtime asks the CPU for its features at every start, twice: for instructions that vectorized code may use,
 * and for the collector's sort. In a virtual machine each CPUID goes to the hypervisor. What a plugin reads
 * and writes is a few kilobytes: it does with the instructions that every x86-64 has. Only if the compiler was told
 * to use others everywhere is the CPU asked whether it has them. The linker sends the calls here (--wrap).
 */
#include <stdint.h>

/* Weak: a runtime that names them otherwise still links, and is not spared. */
extern const int32_t g_requiredCpuFeatures __attribute__((weak)); /* XArchIntrinsicConstants, by the compiler */
int __real_minipal_getcpufeatures(void) __attribute__((weak));
int __wrap_minipal_getcpufeatures(void);

int __wrap_minipal_getcpufeatures(void)
{
	return g_requiredCpuFeatures ? __real_minipal_getcpufeatures() : 0;
}
