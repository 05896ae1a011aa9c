/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Files that are in the page cache in part, and what mincore(2) says of them, page by page. For the
 * tests on the real kernel; it is not installed.
 *
 *   file-cache make PATH PAGES SEED   pieces at random of a sparse file of a little less than so
 *                                     many pages; some of them are dropped again (fadvise)
 *   file-cache list PATH              "OFFSET LENGTH" of each resident range
 *   file-cache pageout PATH           have the kernel evict all of it; prints "ready PID" and keeps
 *                                     it mapped until the one who started it ends
 */

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "pageout.h"

enum { PAGE = 4096, PIECES = 300, ROUNDS = 100 };

/* xorshift64 */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

_Noreturn static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void write_piece(int fd, off_t start, size_t pages)
{
	static char bytes[64 * PAGE];

	if (pwrite(fd, bytes, pages * PAGE, start) != (ssize_t)(pages * PAGE))
		die("pwrite");
}

/* Most pieces are small and some are not, so that there are ranges of many lengths. */
static void make(const char *path, uint64_t pages, uint64_t seed)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	uint64_t state = seed * 2 + 1;

	if (fd < 0)
		die(path);
	for (int i = 0; i < PIECES; i++) {
		size_t length = 1 + next_random(&state) % (i % 4 ? 4 : 64);

		write_piece(fd, (off_t)(next_random(&state) % (pages - 64)) * PAGE, length);
	}
	if (ftruncate(fd, (off_t)pages * PAGE - 1000) < 0 || fsync(fd) < 0)
		die(path);
	for (int i = 0; i < PIECES / 2; i++)
		posix_fadvise(fd, (off_t)(next_random(&state) % pages) * PAGE,
			      (off_t)(1 + next_random(&state) % 8) * PAGE, POSIX_FADV_DONTNEED);
	close(fd);
}

static char *map(const char *path, int protection, size_t *ret_size)
{
	int fd = open(path, (protection & PROT_WRITE ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	struct stat status;
	char *start;

	if (fd < 0 || fstat(fd, &status) < 0)
		die(path);
	start = mmap(NULL, (size_t)status.st_size, protection, MAP_SHARED, fd, 0);
	if (start == MAP_FAILED)
		die("mmap");
	*ret_size = (size_t)status.st_size;
	return start;
}

/* Of each page bit 0: it is resident; and 0 behind the last. */
static unsigned char *resident_bits(char *memory, size_t size, size_t *ret_pages)
{
	unsigned char *bits;

	*ret_pages = (size + PAGE - 1) / PAGE;
	bits = calloc(*ret_pages + 1, 1);
	if (!bits || mincore(memory, size, bits) < 0)
		die("mincore");
	return bits;
}

static void list(const char *path)
{
	size_t size, pages, start = 0;
	char *memory = map(path, PROT_NONE, &size);
	unsigned char *bits = resident_bits(memory, size, &pages);

	for (size_t i = 0; i <= pages; i++) {
		size_t end = i < pages ? i * PAGE : size;

		if (i < pages && bits[i] & 1)
			continue;
		if (i > start)
			printf("%zu %zu\n", start * PAGE, end - start * PAGE);
		start = i + 1;
	}
}

/* Only what a page table has is pushed out. False: nothing is resident. */
static bool touch_resident(char *memory, size_t size)
{
	size_t pages, touched = 0;
	unsigned char *bits = resident_bits(memory, size, &pages);

	for (size_t i = 0; i < pages; i++)
		if (bits[i] & 1) {
			(void)*(volatile char *)(memory + i * PAGE);
			touched++;
		}
	free(bits);
	return touched;
}

/* What is busy stays, and is asked again. */
static void pageout(const char *path)
{
	size_t size;
	char *memory = map(path, PROT_READ, &size);

	for (int round = 0; round < ROUNDS && touch_resident(memory, size); round++) {
		if (page_out(memory, size) < 0)
			die("madvise");
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	}
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	printf("ready %d\n", (int)getpid());
	fflush(stdout);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "make"))
		make(argv[2], strtoull(argv[3], NULL, 10), strtoull(argv[4], NULL, 10));
	else if (argc == 3 && !strcmp(argv[1], "list"))
		list(argv[2]);
	else if (argc == 3 && !strcmp(argv[1], "pageout"))
		pageout(argv[2]);
	else
		return 2;
	return 0;
}
