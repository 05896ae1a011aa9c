/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process and its children that share pages in every way, and say how often each is mapped. For
 * the tests on the real kernel; it is not installed.
 *
 *   sharers FILE [tuned|pageout]
 *
 * FILE has PAGES pages or more. Each line is NAME ADDRESS PAGES COUNT: each of so many pages from
 * that address of the first process on is mapped COUNT times. With "tuned" there are hugetlb and
 * merged pages, too; with "pageout" some are pushed out to swap instead. Then it prints "ready PID"
 * and waits; all of them end when the one who started it does.
 */

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pageout.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* Linux 6.1 */
#endif

enum {
	PAGE = 4096,
	PAGES = 180,
	LENGTH = PAGES * PAGE,
	HUGE = 2 << 20,
	CHILDREN = 3,
	ALL = CHILDREN + 1,
	SWAPPED = 8 << 20,
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static char *map(size_t length, int flags, int fd)
{
	int protection = flags & MAP_SHARED && fd >= 0 ? PROT_READ : PROT_READ | PROT_WRITE;
	char *memory = mmap(NULL, length, protection, flags | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0);

	if (memory == MAP_FAILED)
		die("mmap");
	return memory;
}

static void report(const char *name, const char *memory, size_t pages, int count)
{
	printf("%s %jx %zu %d\n", name, (uintmax_t)(uintptr_t)memory, pages, count);
}

static void touch(const volatile char *memory, size_t length)
{
	for (size_t i = 0; i < length; i += PAGE)
		(void)memory[i];
}

/* Each page other than all others, or they could be merged. */
static void fill(char *memory, size_t length)
{
	for (size_t i = 0; i < length; i += sizeof(uint64_t))
		*(uint64_t *)(memory + i) = (uintptr_t)(memory + i) * UINT64_C(0x9e3779b97f4a7c15);
}

/* What fork(2) makes shared. */
static char *make_private(const char *name, size_t length, int flags)
{
	char *memory = map(length, MAP_PRIVATE | flags, -1);

	fill(memory, length);
	if (name)
		report(name, memory, length / PAGE, ALL);
	return memory;
}

static void make_huge(void)
{
	char *memory = map(2 * HUGE, MAP_PRIVATE, -1);

	memory += HUGE - (uintptr_t)memory % HUGE;
	madvise(memory, HUGE, MADV_HUGEPAGE);
	fill(memory, HUGE);
	madvise(memory, HUGE, MADV_COLLAPSE);
	report("thp", memory, HUGE / PAGE, ALL);
}

/* Children of which each maps the file as well. */
static void start_children(const char *file)
{
	int ready[2];
	char byte;

	if (pipe(ready) < 0)
		die("pipe");
	for (int i = 0; i < CHILDREN; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (pid)
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		touch(file, LENGTH);
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	for (int i = 0; i < CHILDREN; i++)
		if (read(ready[0], &byte, 1) != 1)
			die("a child");
}

/* One file of memory at three addresses. */
static void make_threefold(void)
{
	int fd = memfd_create("threefold", 0);
	char *memory = NULL;

	if (fd < 0 || ftruncate(fd, LENGTH) < 0)
		die("memfd");
	for (int i = 0; i < 3; i++) {
		memory = map(LENGTH, MAP_SHARED, fd);
		touch(memory, LENGTH);
	}
	report("shmem", memory, PAGES, 3);
}

static void make_merged(void)
{
	char *memory = map(32 * PAGE, MAP_PRIVATE, -1);

	memset(memory, 0x5a, 32 * PAGE);
	if (madvise(memory, 32 * PAGE, MADV_MERGEABLE) == 0)
		report("ksm", memory, 32, 32);
}

static void make_swapped(void)
{
	char *memory = make_private(NULL, SWAPPED, 0);

	page_out(memory, SWAPPED);
	report("swapped", memory, SWAPPED / PAGE, ALL);
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[2] : "";
	int fd = argc > 1 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	char *file, *again, *copy;

	if (fd < 0)
		die("sharers FILE [tuned|pageout]");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	file = map(LENGTH, MAP_SHARED, fd);
	copy = map(PAGE, MAP_PRIVATE, fd);
	make_private("anon", LENGTH, 0);
	if (strcmp(what, "tuned") == 0)
		make_private("hugetlb", HUGE, MAP_HUGETLB);
	else if (strcmp(what, "pageout") == 0)
		make_swapped();
	make_huge();
	start_children(file);
	again = map(LENGTH, MAP_PRIVATE, fd);
	touch(file, LENGTH);
	touch(again, LENGTH);
	report("file", file, PAGES, ALL + 1);
	*copy = 1; /* of the first page it has its own from now on */
	make_threefold();
	file = map(LENGTH, MAP_PRIVATE, -1);
	fill(file, LENGTH);
	report("own", file, PAGES, 1);
	if (strcmp(what, "tuned") == 0)
		make_merged();
	printf("ready %d\n", (int)getpid());
	fflush(stdout);
	for (;;)
		pause();
}
