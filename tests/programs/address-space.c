/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * A process with an address space that is hard to walk. For the tests on the real kernel and for
 * the bench; it is not installed.
 *
 *   address-space random SEED   thousands of regions: holes, protections, huge pages, forked pages
 *   address-space many COUNT    so many mappings of a page, every other one touched
 *   address-space sparse GIB    so large a mapping, and 16384 pages of it touched
 *   address-space huge MIB      so much memory in huge pages, where the kernel has them
 *   address-space crowd COUNT   so many processes, each with some pages of its own
 *
 * It prints "ready PID PAGES", pages that it touched or 0 if it does not know, and ends with the
 * one who started it.
 */

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

enum {
	PAGE = 4096,
	HUGE = 2 << 20,
	CROWD_PAGES = 64,
	RANDOM_PAGES = 32768,
	RANDOM_STEPS = 4000,
	SPARSE_PAGES = 16384,
};

static const int anonymous = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

/* xorshift64 */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static char *map(size_t length)
{
	char *start = mmap(NULL, length, PROT_READ | PROT_WRITE, anonymous, -1, 0);

	if (start == MAP_FAILED) {
		perror("address-space: mmap");
		exit(1);
	}
	return start;
}

/* Something to a random part of the mapping. What cannot be done is not. */
static void change(char *at, size_t length, uint64_t what)
{
	switch (what % 8) {
	case 0:
		munmap(at, length);
		break;
	case 1:
		mprotect(at, length, PROT_READ);
		break;
	case 2:
		madvise(at, length, MADV_DONTNEED);
		break;
	case 3:
		mmap(at, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1,
		     0);
		break;
	default: /* the kernel touches it, and minds no protection */
		mmap(at, PAGE, PROT_READ | PROT_WRITE, anonymous | MAP_FIXED | MAP_POPULATE, -1, 0);
	}
}

static size_t make_random(uint64_t seed)
{
	char *start = map((size_t)RANDOM_PAGES * PAGE);
	uint64_t state = seed * 2 + 1;

	for (size_t i = 0; i < RANDOM_PAGES; i++)
		if (next_random(&state) % 3)
			start[i * PAGE] = 1;
	for (int i = 0; i < RANDOM_STEPS; i++) {
		size_t page = next_random(&state) % (RANDOM_PAGES - 64);
		size_t pages = 1 + next_random(&state) % 8;

		change(start + page * PAGE, pages * PAGE, next_random(&state));
	}
	return 0;
}

static size_t make_many(size_t count)
{
	char *start = map(count * PAGE);

	for (size_t i = 0; i < count; i += 2) {
		start[i * PAGE] = 1;
		if (mprotect(start + i * PAGE, PAGE, PROT_READ) < 0) {
			perror("address-space: mprotect");
			exit(1);
		}
	}
	return (count + 1) / 2;
}

static size_t make_sparse(size_t gib)
{
	char *start = map(gib << 30);
	size_t step = (gib << 30) / SPARSE_PAGES;

	madvise(start, gib << 30, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < SPARSE_PAGES; i++)
		start[i * step] = 1;
	return SPARSE_PAGES;
}

static size_t make_huge(size_t mib)
{
	size_t length = mib << 20;
	char *start = map(length + HUGE);

	start += HUGE - (uintptr_t)start % HUGE;
	madvise(start, length, MADV_HUGEPAGE);
	for (size_t i = 0; i < length; i += PAGE)
		start[i] = 1;
	return length / PAGE;
}

static size_t make_crowd(size_t count)
{
	char *start = map((size_t)CROWD_PAGES * PAGE);
	int pipes[2];
	char byte;

	if (pipe(pipes) < 0)
		exit(1);
	for (size_t i = 0; i < count; i++) {
		pid_t pid = fork();

		if (pid < 0) {
			perror("address-space: fork");
			exit(1);
		}
		if (pid > 0)
			continue;
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		for (size_t page = 0; page < CROWD_PAGES; page++)
			start[page * PAGE] = 1;
		if (write(pipes[1], "", 1) != 1)
			exit(1);
		for (;;)
			pause();
	}
	for (size_t i = 0; i < count; i++)
		if (read(pipes[0], &byte, 1) != 1)
			exit(1);
	return CROWD_PAGES * count;
}

int main(int argc, char **argv)
{
	size_t number = argc == 3 ? strtoul(argv[2], NULL, 10) : 0, pages;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (argc == 3 && !strcmp(argv[1], "random"))
		pages = make_random(number);
	else if (argc == 3 && !strcmp(argv[1], "many"))
		pages = make_many(number);
	else if (argc == 3 && !strcmp(argv[1], "sparse"))
		pages = make_sparse(number);
	else if (argc == 3 && !strcmp(argv[1], "huge"))
		pages = make_huge(number);
	else if (argc == 3 && !strcmp(argv[1], "crowd"))
		pages = make_crowd(number);
	else
		return 2;
	printf("ready %d %zu\n", (int)getpid(), pages);
	fflush(stdout);
	for (;;)
		pause();
}
