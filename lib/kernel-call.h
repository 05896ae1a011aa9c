/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_KERNEL_CALL_H
#define PROCMM_KERNEL_CALL_H

/*
 * System calls and ioctls that the headers of Debian 12 (Linux 6.1) lack, in our own words; see
 * kernel-call.c. Each returns 0 or more, or -Exxx. Whether the kernel has them is in facility.c.
 */

#include <stddef.h>
#include <stdint.h>

/* Documentation/admin-guide/mm/pagemap.rst: PAGE_IS_*, what a page is. */
enum {
	CATEGORY_FILE = 1 << 2,
	CATEGORY_PRESENT = 1 << 3,
	CATEGORY_SWAPPED = 1 << 4, /* markers and moving pages, too */
	CATEGORY_ZERO = 1 << 5,
	CATEGORY_HUGE = 1 << 6,
};

/* struct page_region of include/uapi/linux/fs.h */
struct kernel_region {
	uint64_t start;
	uint64_t end;
	uint64_t categories;
};

/* What to look for: pages of a range, at most so many. */
struct kernel_search {
	uint64_t start;
	uint64_t end;
	uint64_t wanted; /* categories: only pages of one of these */
	uint64_t maximum_pages;
	uint64_t categories; /* that make regions differ */
};

/*
 * PAGEMAP_SCAN on a pagemap file. Returns how many regions there are, at most COUNT; ret_end: how
 * far it came. COUNT must not be over 512: the kernel collects that many before it hands them out,
 * and past that it reports the end of its walk wrongly.
 */
int kernel_scan(int fd, const struct kernel_search *search, size_t count,
		struct kernel_region *ret_regions, uint64_t *ret_end);

/*
 * Is there any mapping in that range that has pages of the usual kind? 1 or 0; -Exxx. Device memory
 * and the like (VM_PFNMAP) is left out of every walk.
 */
int kernel_has_mapping(int fd, uint64_t start, uint64_t end);

/* struct cachestat of include/uapi/linux/mman.h: pages of a part of a file. */
struct kernel_cache {
	uint64_t cached;
	uint64_t dirty;
	uint64_t writeback;
	uint64_t evicted; /* of shared memory: in swap */
	uint64_t recently_evicted;
};

/* cachestat(2). LENGTH 0: to the end of the file. */
int kernel_cachestat(int fd, uint64_t offset, uint64_t length, struct kernel_cache *ret_cache);

/*
 * PROCMAP_QUERY on a maps file: the size of a page in the mapping that ADDRESS is in. -ENOENT if
 * there is none.
 */
int kernel_mapping_page_bytes(int fd, uint64_t address, uint64_t *ret_bytes);

#endif
