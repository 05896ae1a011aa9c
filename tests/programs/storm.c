/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * A process that does not hold still. For the tests on the real kernel; it is not installed.
 *
 *   storm map    maps, protects, drops and unmaps memory, and forks children that end at once
 *   storm exec   executes itself again and again
 *
 * It prints "ready", and ends with the one who started it.
 */

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PAGE = 4096,
	PLACES = 64,
	MOST_PAGES = 256,
	STEPS_PER_FORK = 256,
	NICE = 10,
};

static struct {
	char *start;
	size_t bytes;
} places[PLACES];

/* xorshift64 */
static uint64_t next_random(void)
{
	static uint64_t state = 88172645463325252;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void map(size_t place)
{
	size_t bytes = (1 + next_random() % MOST_PAGES) * PAGE;
	int sharing = next_random() % 4 ? MAP_PRIVATE : MAP_SHARED;
	char *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS, -1, 0);

	if (start == MAP_FAILED)
		return;
	for (size_t at = 0; at < bytes; at += PAGE)
		if (next_random() % 2)
			start[at] = 1;
	places[place].start = start;
	places[place].bytes = bytes;
}

static void change(size_t place)
{
	char *start = places[place].start;
	size_t bytes = places[place].bytes;

	switch (start ? next_random() % 4 : 3) {
	case 0:
		munmap(start, bytes);
		places[place].start = NULL;
		break;
	case 1:
		mprotect(start, PAGE, PROT_READ);
		break;
	case 2:
		madvise(start, bytes, MADV_DONTNEED);
		break;
	default:
		if (start)
			munmap(start, bytes);
		places[place].start = NULL;
		map(place);
	}
}

static void fork_once(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	if (child > 0)
		waitpid(child, NULL, 0);
}

int main(int argc, char **argv)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (argc < 2)
		return 2;
	/* Who reads it should come to it, too. */
	if (argc == 2 && nice(NICE) < 0)
		return 1;
	if (argc == 2) {
		puts("ready");
		fflush(stdout);
	}
	if (!strcmp(argv[1], "exec")) {
		execl("/proc/self/exe", argv[0], "exec", "again", NULL);
		return 1;
	}
	for (uint64_t step = 1;; step++) {
		change(next_random() % PLACES);
		if (step % STEPS_PER_FORK == 0)
			fork_once();
	}
}
