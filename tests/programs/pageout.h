/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROGRAMS_PAGEOUT_H
#define PROGRAMS_PAGEOUT_H

/*
 * Push all of a piece of memory out, for the programs of the tests that say how much that is. Needs
 * _GNU_SOURCE.
 */

#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>

/* Linux 5.4, include/uapi/asm-generic/mman-common.h */
#ifndef MADV_COLD
#define MADV_COLD 20
#endif
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

/*
 * Pages come to the kernel's lists in batches of each processor, and those in a batch stay in
 * memory. Advice about paging empties that of the processor it is given on: mm/madvise.c,
 * lru_add_drain(). Whoever wrote the pages may have done so on any. The advice is about a page
 * that nobody has touched, for others would be put into a batch by it.
 */
static inline void empty_batches(void)
{
	void *page = mmap(NULL, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	cpu_set_t all, one;

	if (page == MAP_FAILED || sched_getaffinity(0, sizeof(all), &all) < 0)
		return;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		if (sched_setaffinity(0, sizeof(one), &one) == 0)
			madvise(page, 1, MADV_COLD);
	}
	sched_setaffinity(0, sizeof(all), &all);
	munmap(page, 1);
}

static inline int page_out(void *memory, size_t bytes)
{
	empty_batches();
	return madvise(memory, bytes, MADV_PAGEOUT);
}

#endif
