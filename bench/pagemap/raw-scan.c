/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The least that a summary can cost: PAGEMAP_SCAN over the whole address space of a process, 512
 * regions at a time, without telling file pages from others. Prints how many pages are there.
 *
 *   raw-scan PID
 */

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel-call.h"

enum { REGIONS = 512 };

int main(int argc, char **argv)
{
	static struct kernel_region regions[REGIONS];
	struct kernel_search search = {
		.end = UINT64_C(0x7ffffffff000),
		.categories = CATEGORY_PRESENT | CATEGORY_SWAPPED | CATEGORY_HUGE | CATEGORY_ZERO,
	};
	uint64_t pages = 0, page_bytes = 4096;
	char path[64];
	int fd, found;

	snprintf(path, sizeof(path), "/proc/%s/pagemap", argc > 1 ? argv[1] : "self");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		perror(path);
		return 1;
	}
	while (search.start < search.end) {
		found = kernel_scan(fd, &search, REGIONS, regions, &search.start);
		if (found < 0)
			return 1;
		for (int i = 0; i < found; i++)
			pages += (regions[i].end - regions[i].start) / page_bytes;
	}
	printf("%" PRIu64 "\n", pages);
	return 0;
}
