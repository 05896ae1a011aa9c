/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Is a file or device an active area? The kernel says names, which are those that its own root
 * directory had when swapon(2) was called; what is asked is whether one of them leads to the same
 * inode or device. So a bind mount, a hard link or another node of the device is seen through.
 */

#include "active.h"

#include <errno.h>
#include <stdbool.h>

bool status_is_same(const struct stat *a, const struct stat *b)
{
	if (S_ISBLK(a->st_mode) && S_ISBLK(b->st_mode))
		return a->st_rdev == b->st_rdev;
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/*
 * What is out of reach under its name is another area. What only could not be looked at now may be
 * the very one: to call it inactive would be a guess.
 */
static bool is_passing(int r)
{
	return r == -ENOMEM || r == -EMFILE || r == -ENFILE || r == -EINTR || r == -EIO;
}

struct look {
	uint64_t sizes_bytes; /* of all areas */
	int is_found;
	struct active found;
};

static int look_once(struct pmm_root *root, const struct stat *status, struct look *look)
{
	const struct pmm_area *area;
	struct pmm_areas *areas;
	struct stat other;
	int r = pmm_areas_open(root, &areas);

	if (r == -ENOENT) /* a kernel without swap */
		return 0;
	if (r < 0)
		return r;
	while ((r = pmm_areas_next(areas, &area)) > 0) {
		look->sizes_bytes += area->size_bytes;
		if (look->is_found)
			continue;
		r = pmm_root_status(root, area->name, &other);
		if (is_passing(r))
			break;
		if (r < 0 || !status_is_same(status, &other))
			continue;
		look->is_found = 1;
		look->found.size_bytes = area->size_bytes;
		look->found.used_bytes = area->used_bytes;
		look->found.priority = area->priority;
	}
	pmm_areas_close(areas);
	return r;
}

static int read_total(struct pmm_root *root, uint64_t *ret_total_bytes)
{
	struct pmm_counters *meminfo;
	int r = pmm_counters_read(root, "proc/meminfo", &meminfo);

	if (r < 0)
		return r;
	*ret_total_bytes = pmm_counters_get(meminfo, "SwapTotal");
	pmm_counters_free(meminfo);
	return 0;
}

/*
 * While swapoff(2) drains an area, SwapTotal of proc/meminfo counts only what is still in it
 * (si_swapinfo() in mm/swapfile.c): the sizes of all areas come to more, by what is free in that
 * one. That only grows, so before and after SwapTotal was read it was less and more. Of an area
 * that is not being drained it is mere chance if both are so.
 */
static bool is_draining(const struct look *before, uint64_t total_bytes, const struct look *after)
{
	uint64_t gone_bytes = before->sizes_bytes - total_bytes;

	if (total_bytes == PMM_ABSENT || total_bytes >= before->sizes_bytes)
		return false;
	return before->found.size_bytes - before->found.used_bytes <= gone_bytes &&
	       after->found.size_bytes - after->found.used_bytes >= gone_bytes;
}

int active_find(struct pmm_root *root, const struct stat *status, struct active *ret_active)
{
	struct look before = {0}, after = {0};
	uint64_t total_bytes;
	int r = look_once(root, status, &before);

	if (r < 0 || !before.is_found)
		return r;
	r = read_total(root, &total_bytes);
	if (r >= 0 && total_bytes < before.sizes_bytes)
		r = look_once(root, status, &after);
	if (r < 0)
		return r;
	/* It may have gone off just now. */
	if (total_bytes < before.sizes_bytes && !after.is_found)
		return 0;
	before.found.is_draining = is_draining(&before, total_bytes, &after);
	*ret_active = before.found;
	return 1;
}
