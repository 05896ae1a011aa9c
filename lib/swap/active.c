/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Is a file or device an active area? The kernel says names, which are those that its own root
 * directory had when swapon(2) was called; what is asked is whether one of them leads to the same
 * inode or device. So a bind mount, a hard link or another node of the device is seen through.
 */

#include "active.h"

#include <errno.h>

bool status_is_same(const struct stat *a, const struct stat *b)
{
	if (S_ISBLK(a->st_mode) && S_ISBLK(b->st_mode))
		return a->st_rdev == b->st_rdev;
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/*
 * While swapoff(2) drains an area, SwapTotal of proc/meminfo counts only what is still in it
 * (si_swapinfo() in mm/swapfile.c), so the sizes of all areas come to more.
 */
static int is_any_draining(struct pmm_root *root, uint64_t sizes_bytes, bool *ret_is_draining)
{
	struct pmm_counters *meminfo;
	uint64_t total_bytes;
	int r = pmm_counters_read(root, "proc/meminfo", &meminfo);

	if (r < 0)
		return r;
	total_bytes = pmm_counters_get(meminfo, "SwapTotal");
	pmm_counters_free(meminfo);
	*ret_is_draining = total_bytes != PMM_ABSENT && total_bytes < sizes_bytes;
	return 0;
}

int active_find(struct pmm_root *root, const struct stat *status, struct active *ret_active)
{
	const struct pmm_area *area;
	struct pmm_areas *areas;
	struct active found = {0};
	uint64_t sizes_bytes = 0;
	bool is_draining = false;
	int is_found = 0;
	struct stat other;
	int r = pmm_areas_open(root, &areas);

	if (r == -ENOENT) /* a kernel without swap */
		return 0;
	if (r < 0)
		return r;
	while ((r = pmm_areas_next(areas, &area)) > 0) {
		sizes_bytes += area->size_bytes;
		if (is_found || pmm_root_status(root, area->name, &other) < 0 ||
		    !status_is_same(status, &other))
			continue;
		is_found = 1;
		found.size_bytes = area->size_bytes;
		found.used_bytes = area->used_bytes;
		found.priority = area->priority;
	}
	pmm_areas_close(areas);
	if (r == 0 && is_found)
		r = is_any_draining(root, sizes_bytes, &is_draining);
	if (r < 0)
		return r;
	found.is_draining = is_draining;
	if (is_found)
		*ret_active = found;
	return is_found;
}
