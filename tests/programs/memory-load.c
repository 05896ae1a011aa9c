/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a machine may have to do with its memory, without end, for the tests of what vmtop says of
 * it, and for measurements. It is not installed.
 *
 *   memory-load random|zipf|cyclic MIB    touch pages: any; some far more often; all in turn
 *   memory-load burst MIB                 fill, let go, again
 *   memory-load stream MIB FILE           read the first MIB of FILE from its begin, again
 *   memory-load reads MIB FILE            read pages of the first MIB of FILE, any
 *   memory-load cpu                       work without memory
 *   memory-load tasks COUNT               as many processes that only sleep
 *
 * It prints "ready PID" when it has filled what it touches, and ends with SIGTERM or when the one
 * who started it does.
 */

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { PAGE = 4096, MIB = 1 << 20 };

static uint64_t state = 0x9e3779b97f4a7c15;

/* xorshift64 */
static uint64_t next_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static char *take_memory(size_t length)
{
	char *memory =
		mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED) {
		perror("memory-load: mmap");
		exit(1);
	}
	madvise(memory, length, MADV_NOHUGEPAGE);
	return memory;
}

/* Half of each page is noise, so that it compresses by about a half. */
static void fill(char *memory, size_t length)
{
	for (size_t page = 0; page < length; page += PAGE)
		for (size_t i = 0; i < PAGE / 2; i += sizeof(uint64_t)) {
			uint64_t word = next_random();

			memcpy(memory + page + i, &word, sizeof(word));
		}
}

static void ready(void)
{
	printf("ready %d\n", (int)getpid());
	fflush(stdout);
}

/* Of COUNT pages; the skewed choice takes a part of a part, and mostly the front. */
static size_t choose_page(const char *mode, size_t count, size_t turn)
{
	size_t range = count;

	if (!strcmp(mode, "cyclic"))
		return turn % count;
	if (!strcmp(mode, "zipf"))
		for (uint64_t bits = next_random(); (bits & 1) && range > 64; bits >>= 1)
			range /= 2;
	return next_random() % range;
}

static _Noreturn void touch(const char *mode, size_t length)
{
	char *memory = take_memory(length);

	fill(memory, length);
	ready();
	for (size_t turn = 0;; turn++)
		((volatile char *)memory)[choose_page(mode, length / PAGE, turn) * PAGE]++;
}

static _Noreturn void burst(size_t length)
{
	for (int turn = 0;; turn++) {
		char *memory = take_memory(length);

		fill(memory, length);
		munmap(memory, length);
		if (!turn)
			ready();
	}
}

static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

static _Noreturn void read_any(const char *path, size_t length)
{
	char buffer[PAGE];
	int fd = open_file(path);

	posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
	ready();
	for (;;)
		if (pread(fd, buffer, PAGE, (off_t)(next_random() % (length / PAGE) * PAGE)) < 0)
			exit(1);
}

static _Noreturn void stream(const char *path, size_t length)
{
	char *buffer = take_memory(MIB);
	int fd = open_file(path);

	ready();
	for (;;) {
		size_t done = 0;
		ssize_t got;

		lseek(fd, 0, SEEK_SET);
		while (done < length && (got = read(fd, buffer, MIB)) > 0)
			done += (size_t)got;
	}
}

static _Noreturn void work(void)
{
	volatile uint64_t sum = 0;

	ready();
	for (;;)
		sum += next_random();
}

static _Noreturn void sleep_many(size_t count)
{
	for (size_t i = 1; i < count; i++) {
		pid_t pid = fork();

		if (pid < 0) {
			perror("memory-load: fork");
			exit(1);
		}
		if (!pid) {
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			for (;;)
				pause();
		}
	}
	ready();
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	size_t number = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (!strcmp(mode, "cpu"))
		work();
	if (!number)
		return 2;
	if (!strcmp(mode, "tasks"))
		sleep_many(number);
	if (!strcmp(mode, "burst"))
		burst(number * MIB);
	if (!strcmp(mode, "stream") && argc > 3)
		stream(argv[3], number * MIB);
	if (!strcmp(mode, "reads") && argc > 3)
		read_any(argv[3], number * MIB);
	touch(mode, number * MIB);
}
