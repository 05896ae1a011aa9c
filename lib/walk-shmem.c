/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Swapped shared memory. In a page table it looks like nothing: the slot is written in the file,
 * which all that map it share. So the file is asked, by cachestat(2): of shared memory, what it
 * calls evicted is in swap. It counts and does not list, so a range is halved until all of it is
 * alike. Only a regular file of tmpfs is ever opened: to open another could do things.
 */

#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "mapping.h"
#include "walk.h"

enum {
	FIRST_PAGES = 512,
	MAXIMUM_PAGES = 1 << 20,
};

static bool is_tmpfs_file(int fd)
{
	struct stat status;
	struct statfs system;

	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && fstatfs(fd, &system) == 0 &&
	       (uint32_t)system.f_type == MAGIC_TMPFS;
}

static int open_file(const struct pmm_walk *walk, const struct pmm_mapping *mapping)
{
	char path[MAP_FILE_PATH];
	int found, fd = -1;

	if (root_open_path(walk->root, map_file_path(path, walk->pid, mapping), &found) < 0)
		return -1;
	/* What was looked at is what is opened. */
	snprintf(path, sizeof(path), "proc/self/fd/%d", found);
	if (is_tmpfs_file(found) && root_open_quietly(walk->root, path, &fd) < 0)
		fd = -1;
	close(found);
	return fd;
}

void shmem_close(struct shmem *shmem)
{
	if (shmem->fd >= 0)
		close(shmem->fd);
	*shmem = (struct shmem){.fd = -1, .mapping = SIZE_MAX};
}

/* The file of the mapping at hand; false if it cannot be asked. */
static bool find_file(struct pmm_walk *walk)
{
	struct shmem *shmem = &walk->shmem;
	size_t index = walk->mapping - 1;

	if (shmem->mapping == index)
		return shmem->fd >= 0;
	shmem_close(shmem);
	shmem->mapping = index;
	shmem->pages = FIRST_PAGES;
	if (walk->mappings[index].class == PMM_CLASS_SHMEM &&
	    pmm_facilities_has(walk->facilities, PMM_FACILITY_MAP_FILES) &&
	    pmm_facilities_has(walk->facilities, PMM_FACILITY_CACHESTAT))
		shmem->fd = open_file(walk, &walk->mappings[index].mapping);
	return shmem->fd >= 0;
}

/* Where an address of the mapping at hand is in its file. */
static uint64_t file_offset(const struct pmm_walk *walk, uint64_t address)
{
	const struct pmm_mapping *mapping = &walk->mappings[walk->mapping - 1].mapping;

	return mapping->offset_bytes + (address - mapping->start_address);
}

uint64_t shmem_count_swapped(struct pmm_walk *walk, uint64_t start, uint64_t end)
{
	struct kernel_cache cache;

	if (start == end)
		return 0;
	if (!find_file(walk) ||
	    kernel_cachestat(walk->shmem.fd, file_offset(walk, start), end - start, &cache) < 0)
		return PMM_ABSENT;
	return cache.evicted;
}

uint64_t shmem_count_all_swapped(struct pmm_walk *walk)
{
	struct kernel_cache cache;

	if (!find_file(walk) || kernel_cachestat(walk->shmem.fd, 0, 0, &cache) < 0)
		return PMM_ABSENT;
	return cache.evicted;
}

/* The longest front of [start, end) that is found to be all alike: where it ends. */
static uint64_t find_alike(struct pmm_walk *walk, uint64_t start, uint64_t end,
			   bool *ret_is_swapped)
{
	struct shmem *shmem = &walk->shmem;
	uint64_t pages, swapped;

	for (;;) {
		pages = (end - start) / walk->page_bytes;
		if (pages > shmem->pages)
			pages = shmem->pages;
		swapped = shmem_count_swapped(walk, start, start + pages * walk->page_bytes);
		if (!swapped || swapped >= pages)
			break;
		shmem->pages = (pages + 1) / 2;
	}
	if (shmem->pages < MAXIMUM_PAGES)
		shmem->pages *= 2;
	*ret_is_swapped = swapped && swapped != PMM_ABSENT;
	return start + pages * walk->page_bytes;
}

bool shmem_is_swapped(struct pmm_walk *walk, uint64_t address, uint64_t *end)
{
	struct shmem *shmem = &walk->shmem;
	uint64_t at = address;
	bool is_swapped, is_first_swapped = false;

	if (!find_file(walk))
		return false;
	while (at < *end) {
		if (at < shmem->start || at >= shmem->end) {
			shmem->end = find_alike(walk, at, *end, &shmem->is_swapped);
			shmem->start = at;
		}
		is_swapped = shmem->is_swapped;
		if (at == address)
			is_first_swapped = is_swapped;
		else if (is_swapped != is_first_swapped)
			break;
		at = shmem->end;
	}
	if (at < *end)
		*end = at;
	return is_first_swapped;
}
