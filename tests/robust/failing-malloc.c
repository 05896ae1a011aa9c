/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * For LD_PRELOAD: the allocation of number FAIL_ALLOCATION fails, all others do what libc does.
 * Their count stands in COUNT_ALLOCATIONS, a file, at the end. Where neither is set, nothing is
 * different.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What malloc(3) and its kin are called within glibc. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static unsigned long total, failing;
static bool is_ready;

/* Before main(), and so before the command has threads or children. */
static void prepare(void)
{
	const char *number = getenv("FAIL_ALLOCATION");

	is_ready = true;
	failing = number ? strtoul(number, NULL, 10) : 0;
}

static bool fails(void)
{
	if (!is_ready)
		prepare();
	if (++total != failing)
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}

__attribute__((destructor)) static void tell(void)
{
	const char *path = getenv("COUNT_ALLOCATIONS");
	char text[32];
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
	int length = snprintf(text, sizeof(text), "%lu\n", total);

	if (fd >= 0 && write(fd, text, (size_t)length) == length)
		close(fd);
}
