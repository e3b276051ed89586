/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two settings of the .NET runtime's garbage collector that only its environment can give. The linker sends the
 * runtime's getenv() here (--wrap), so that no child inherits them; whoever sets one in the environment wins.
 *
 * GCRegionRange: the address space that the heap reserves, 4 GiB instead of 256. The collector keeps a table of it,
 * writes all of it at every start, and takes a page fault for each of its 64 pages.
 * GCgen0size: how much is allocated before the first collection, 16 MiB, which no plugin reaches. Otherwise
 * the collector asks for the size of every cache of the CPU: twenty files of sysfs.
 */
#include <stddef.h>
#include <string.h>

char *__real_getenv(const char *name);
char *__wrap_getenv(const char *name);

/* Hexadecimal, bytes: https://learn.microsoft.com/dotnet/core/runtime-config/garbage-collector */
static struct {
	const char *name;
	char value[16];
} settings[] = {
	{ "DOTNET_GCRegionRange", "100000000" },
	{ "DOTNET_GCgen0size", "1000000" },
};

char *__wrap_getenv(const char *name)
{
	char *value = __real_getenv(name);

	for (size_t i = 0; !value && i < sizeof(settings) / sizeof(settings[0]); i++)
		if (strcmp(name, settings[i].name) == 0)
			value = settings[i].value;
	return value;
}
