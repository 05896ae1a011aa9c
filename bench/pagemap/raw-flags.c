/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The least that the flags of every page can cost: PAGEMAP_SCAN for where they are, entries 64 KiB
 * at a time, runs of frames sorted, and proc/kpageflags read with gaps of up to 32 frames thrown
 * away. Nothing is kept of it but a sum, which is printed.
 *
 *   raw-flags PID
 */

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "frame.h"
#include "kernel-call.h"

enum {
	REGIONS = 512,
	ENTRIES = 8192,
	GAP = 32,
	PAGE = 4096,
	RUNS = 1 << 23,
};

static struct frame_span *runs;
static size_t count;

static void add_entry(uint64_t entry)
{
	uint64_t frame = entry & ((UINT64_C(1) << 55) - 1);

	if (!(entry >> 63) || count == RUNS)
		return;
	if (count && runs[count - 1].frame + runs[count - 1].frames == frame)
		runs[count - 1].frames++;
	else
		runs[count++] = (struct frame_span){.frame = frame, .frames = 1};
}

static void read_region(int fd, const struct kernel_region *region)
{
	static uint64_t entries[ENTRIES];

	for (uint64_t at = region->start; at < region->end;) {
		uint64_t pages = (region->end - at) / PAGE;
		size_t wanted = (size_t)(pages < ENTRIES ? pages : ENTRIES) * 8;
		ssize_t got = pread(fd, entries, wanted, (off_t)(at / PAGE * 8));

		if (got <= 0)
			return;
		for (ssize_t i = 0; i < got / 8; i++)
			add_entry(entries[i]);
		at += (uint64_t)got / 8 * PAGE;
	}
}

static void read_space(int fd)
{
	static struct kernel_region regions[REGIONS];
	struct kernel_search search = {
		.end = UINT64_C(0x7ffffffff000),
		.categories = CATEGORY_PRESENT,
	};
	int found;

	while (search.start < search.end) {
		found = kernel_scan(fd, &search, REGIONS, regions, &search.start);
		if (found < 0)
			exit(1);
		for (int i = 0; i < found; i++)
			read_region(fd, &regions[i]);
	}
}

static uint64_t sum_flags(int fd)
{
	static uint64_t words[ENTRIES];
	uint64_t sum = 0;

	for (size_t i = 0; i < count;) {
		uint64_t start = runs[i].frame, end = start;

		while (i < count && runs[i].frame <= end + GAP && end - start < ENTRIES) {
			end = runs[i].frame + runs[i].frames;
			i++;
		}
		for (; start < end; start += ENTRIES) {
			uint64_t wanted = end - start < ENTRIES ? end - start : ENTRIES;

			if (pread(fd, words, wanted * 8, (off_t)(start * 8)) > 0)
				sum += words[0];
		}
	}
	return sum;
}

int main(int argc, char **argv)
{
	int flags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC), fd;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%s/pagemap", argc > 1 ? argv[1] : "self");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	runs = calloc(RUNS, 2 * sizeof(*runs)); /* and room to sort */
	if (fd < 0 || flags < 0 || !runs) {
		perror(path);
		return 1;
	}
	read_space(fd);
	frame_sort(runs, runs + count, count);
	printf("%" PRIu64 "\n", sum_flags(flags));
	return 0;
}
