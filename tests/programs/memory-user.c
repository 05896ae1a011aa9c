/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process to watch: it fills memory, can push it out to swap or touch it at random without end,
 * and waits. For the tests on the real kernel and for recording fixtures; it is not installed.
 *
 *   memory-user NAME MIB [idle|pageout|random [shared]]
 *
 * It takes NAME (raw bytes) as its comm, fills MIB MiB (of shared memory) that compress by about a
 * half, prints "ready PID", and ends with SIGTERM or when the one who started it does. SIGUSR1 ends
 * it too, when it has read all of it again: with status 0 if it is what was written, 3 if not.
 */

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "pageout.h"

enum { MIB = 1 << 20 };

/* xorshift64: numbers that no compressor finds a pattern in. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static uint64_t next_word(size_t i, uint64_t *state)
{
	return i % 512 < 256 ? next_random(state) : 0x6d6d636f72702021;
}

static void fill_half(uint64_t *words, size_t count, uint64_t *state)
{
	for (size_t i = 0; i < count; i++)
		words[i] = next_word(i, state);
}

static int check_half(const uint64_t *words, size_t count, uint64_t state)
{
	for (size_t i = 0; i < count; i++)
		if (words[i] != next_word(i, &state))
			return 3;
	return 0;
}

static volatile sig_atomic_t is_to_check;

static void note_check(int number)
{
	(void)number;
	is_to_check = 1;
}

static void touch_at_random(volatile char *bytes, size_t length, uint64_t *state)
{
	for (;;)
		bytes[next_random(state) % length]++;
}

int main(int argc, char **argv)
{
	const uint64_t seed = 0x9e3779b97f4a7c15;
	int sharing = argc > 4 && !strcmp(argv[4], "shared") ? MAP_SHARED : MAP_PRIVATE;
	uint64_t state = seed;
	size_t length;
	char *memory;

	if (argc < 3)
		return 2;
	signal(SIGUSR1, note_check);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prctl(PR_SET_NAME, argv[1]);
	length = strtoul(argv[2], NULL, 10) * MIB;
	memory = mmap(NULL, length, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED) {
		perror("memory-user: mmap");
		return 1;
	}
	madvise(memory, length, MADV_NOHUGEPAGE);
	fill_half((uint64_t *)memory, length / sizeof(uint64_t), &state);
	if (argc > 3 && !strcmp(argv[3], "pageout") && page_out(memory, length) < 0) {
		perror("memory-user: madvise");
		return 1;
	}
	printf("ready %d\n", (int)getpid());
	fflush(stdout);
	if (argc > 3 && !strcmp(argv[3], "random"))
		touch_at_random(memory, length, &state);
	while (!is_to_check)
		pause();
	return check_half((const uint64_t *)memory, length / sizeof(uint64_t), seed);
}
