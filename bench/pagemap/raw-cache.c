/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The least that it can cost to ask what of a file is in the page cache, by one call of
 * cachestat(2) or by mincore(2) over all of it, 128 MiB at a time. Prints the CPU time of each in
 * microseconds, without that of the start; with an option, does only one of them.
 *
 *   raw-cache PATH [cachestat|mincore]
 */

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kernel-call.h"

enum { PAGE = 4096, WINDOW = 32768 };

static double cpu_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static uint64_t count_listed(int fd, off_t size)
{
	static unsigned char bits[WINDOW];
	uint64_t resident = 0;

	for (off_t at = 0; at < size; at += (off_t)WINDOW * PAGE) {
		size_t length = (size_t)WINDOW * PAGE;
		void *start;

		if (size - at < (off_t)length)
			length = (size_t)(size - at);
		start = mmap(NULL, length, PROT_NONE, MAP_SHARED, fd, at);
		if (start == MAP_FAILED || mincore(start, length, bits) < 0)
			return 0;
		for (size_t i = 0; i < (length + PAGE - 1) / PAGE; i++)
			resident += bits[i] & 1;
		munmap(start, length);
	}
	return resident;
}

int main(int argc, char **argv)
{
	const char *only = argc > 2 ? argv[2] : "";
	int fd = argc > 1 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	struct kernel_cache cache = {0};
	struct stat status;
	uint64_t listed = 0;
	double start, middle, end;

	if (fd < 0 || fstat(fd, &status) < 0) {
		perror("raw-cache");
		return 1;
	}
	start = cpu_us();
	if (strcmp(only, "mincore") != 0 && kernel_cachestat(fd, 0, 0, &cache) < 0)
		return 1;
	middle = cpu_us();
	if (strcmp(only, "cachestat") != 0)
		listed = count_listed(fd, status.st_size);
	end = cpu_us();
	printf("%ju %.1f %ju %.1f\n", (uintmax_t)cache.cached, middle - start, (uintmax_t)listed,
	       end - middle);
	return 0;
}
