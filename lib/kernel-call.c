/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls into the kernel by number: ioctls of proc files, and what libc has no function for. All of
 * them only ask. Numbers and records are the kernel's interface and the same on all architectures;
 * they stand here since the headers that we are built with may be older than the kernel that we
 * run on.
 */

#include "kernel-call.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* struct pm_scan_arg of include/uapi/linux/fs.h */
struct scan_argument {
	uint64_t size;
	uint64_t flags;
	uint64_t start;
	uint64_t end;
	uint64_t walk_end;
	uint64_t regions;
	uint64_t region_count;
	uint64_t maximum_pages;
	uint64_t category_inverted;
	uint64_t category_mask;
	uint64_t category_anyof_mask;
	uint64_t return_mask;
};

/* struct procmap_query of include/uapi/linux/fs.h */
struct query_argument {
	uint64_t size;
	uint64_t flags;
	uint64_t address;
	uint64_t start;
	uint64_t end;
	uint64_t vma_flags;
	uint64_t page_bytes;
	uint64_t offset;
	uint64_t inode;
	uint32_t device_major;
	uint32_t device_minor;
	uint32_t name_bytes;
	uint32_t build_id_bytes;
	uint64_t name;
	uint64_t build_id;
};

struct cachestat_range {
	uint64_t offset;
	uint64_t length;
};

#define SCAN  _IOWR('f', 16, struct scan_argument)
#define QUERY _IOWR('f', 17, struct query_argument)

#ifndef SYS_cachestat
#define SYS_cachestat 451 /* Linux 6.5; the same everywhere but on Alpha */
#endif

int kernel_scan(int fd, const struct kernel_search *search, size_t count,
		struct kernel_region *ret_regions, uint64_t *ret_end)
{
	struct scan_argument argument = {
		.size = sizeof(argument),
		.start = search->start,
		.end = search->end,
		.regions = (uint64_t)(uintptr_t)ret_regions,
		.region_count = count,
		.maximum_pages = search->maximum_pages,
		.category_anyof_mask = search->wanted,
		.return_mask = search->categories,
	};
	int found = ioctl(fd, SCAN, &argument);

	if (found < 0)
		return -errno;
	*ret_end = argument.walk_end;
	return found;
}

int kernel_has_mapping(int fd, uint64_t start, uint64_t end)
{
	struct kernel_region region;
	struct scan_argument argument = {
		.size = sizeof(argument),
		.start = start,
		.end = end,
		.regions = (uint64_t)(uintptr_t)&region,
		.region_count = 1,
		.return_mask = CATEGORY_PRESENT,
	};
	int found = ioctl(fd, SCAN, &argument);

	return found < 0 ? -errno : found;
}

int kernel_cachestat(int fd, uint64_t offset, uint64_t length, struct kernel_cache *ret_cache)
{
	struct cachestat_range range = {.offset = offset, .length = length};

	return syscall(SYS_cachestat, fd, &range, ret_cache, 0) < 0 ? -errno : 0;
}

int kernel_mapping_page_bytes(int fd, uint64_t address, uint64_t *ret_bytes)
{
	struct query_argument argument = {.size = sizeof(argument), .address = address};

	if (ioctl(fd, QUERY, &argument) < 0)
		return -errno;
	*ret_bytes = argument.page_bytes;
	return 0;
}
