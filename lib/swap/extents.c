/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where the blocks of a file are: asked with FS_IOC_FIEMAP, or, where a file system does not have
 * it, block by block with FIBMAP, which is what the kernel then does itself. Only looks; what is
 * not on the disk yet is brought there first, as swapon(2) does.
 * Documentation/filesystems/fiemap.rst
 */

#include <errno.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "facts.h"

enum { EXTENTS_AT_ONCE = 256 };

struct scan_extents {
	struct facts_extents found;
	uint64_t page_bytes;
	uint64_t end_bytes;    /* whole pages of the file */
	uint64_t next_bytes;   /* where the next extent should begin */
	uint64_t run_at_bytes; /* blocks that lie together on the disk */
	uint64_t run_bytes;
	extent_note *note;
	void *data;
};

/* As iomap_swapfile_add_extent() in fs/iomap/swapfile.c: only whole, aligned pages count. */
static void end_run(struct scan_extents *scan)
{
	uint64_t page = scan->page_bytes;
	uint64_t first = (scan->run_at_bytes + page - 1) / page;
	uint64_t end = (scan->run_at_bytes + scan->run_bytes) / page;

	if (scan->run_bytes && end > first)
		scan->found.usable_pages += end - first;
	scan->run_bytes = 0;
}

static void add_blocks(struct scan_extents *scan, uint64_t logical, uint64_t physical,
		       uint64_t length)
{
	if (logical > scan->next_bytes && scan->next_bytes < scan->end_bytes &&
	    scan->found.hole_at_bytes == PMM_ABSENT)
		scan->found.hole_at_bytes = scan->next_bytes;
	scan->next_bytes = logical + length;
	if (logical >= scan->end_bytes)
		return;
	if (length > scan->end_bytes - logical)
		length = scan->end_bytes - logical;
	if (scan->note)
		scan->note(scan->data, physical, length);
	if (scan->run_at_bytes + scan->run_bytes != physical)
		end_run(scan);
	if (!scan->run_bytes)
		scan->run_at_bytes = physical;
	scan->run_bytes += length;
}

static void add_flags(struct facts_extents *found, uint64_t logical, uint32_t flags)
{
	if (flags & FIEMAP_EXTENT_SHARED && found->shared_at_bytes == PMM_ABSENT)
		found->shared_at_bytes = logical;
	found->is_inline |= (flags & FIEMAP_EXTENT_DATA_INLINE) != 0;
	found->is_encoded |= (flags & FIEMAP_EXTENT_ENCODED) != 0;
	found->is_unsettled |= (flags & (FIEMAP_EXTENT_DELALLOC | FIEMAP_EXTENT_UNKNOWN)) != 0;
}

/* Ask for the extents from next_bytes on. 1: there are more; 0: no more; -Exxx. */
static int take_batch(struct scan_extents *scan, int fd, struct fiemap *map)
{
	*map = (struct fiemap){
		.fm_start = scan->next_bytes,
		.fm_length = FIEMAP_MAX_OFFSET - scan->next_bytes,
		.fm_flags = FIEMAP_FLAG_SYNC,
		.fm_extent_count = EXTENTS_AT_ONCE,
	};
	if (ioctl(fd, FS_IOC_FIEMAP, map) < 0)
		return -errno;
	for (uint32_t i = 0; i < map->fm_mapped_extents; i++) {
		const struct fiemap_extent *extent = &map->fm_extents[i];

		if (extent->fe_logical < scan->end_bytes)
			add_flags(&scan->found, extent->fe_logical, extent->fe_flags);
		add_blocks(scan, extent->fe_logical, extent->fe_physical, extent->fe_length);
		if (extent->fe_flags & FIEMAP_EXTENT_LAST)
			return 0;
	}
	return map->fm_mapped_extents != 0;
}

static int scan_by_fiemap(struct scan_extents *scan, int fd)
{
	_Alignas(struct fiemap) char
		space[sizeof(struct fiemap) + EXTENTS_AT_ONCE * sizeof(struct fiemap_extent)] = {0};
	int r = 1;

	while (r > 0 && scan->next_bytes < scan->end_bytes)
		r = take_batch(scan, fd, (struct fiemap *)(void *)space);
	return r;
}

/* FIBMAP numbers blocks with an int; a file that has more is left unknown. */
static int scan_by_blocks(struct scan_extents *scan, int fd)
{
	int block_bytes, r = ioctl(fd, FIGETBSZ, &block_bytes);

	if (r < 0)
		return -errno;
	for (uint64_t at = 0; at < scan->end_bytes; at += (uint64_t)block_bytes) {
		int block = (int)(at / (uint64_t)block_bytes);

		if (ioctl(fd, FIBMAP, &block) < 0)
			return -errno;
		if (block)
			add_blocks(scan, at, (uint64_t)(unsigned)block * (uint64_t)block_bytes,
				   (uint64_t)block_bytes);
		else if (scan->found.hole_at_bytes == PMM_ABSENT)
			scan->found.hole_at_bytes = at;
		if (scan->found.hole_at_bytes != PMM_ABSENT)
			return 0;
	}
	return 0;
}

void extents_read(int fd, uint64_t size_bytes, uint64_t page_bytes, extent_note *note, void *data,
		  struct facts_extents *ret_extents)
{
	struct scan_extents scan = {
		.found.hole_at_bytes = PMM_ABSENT,
		.found.shared_at_bytes = PMM_ABSENT,
		.page_bytes = page_bytes,
		.end_bytes = size_bytes - size_bytes % page_bytes,
		.note = note,
		.data = data,
	};
	int r = scan_by_fiemap(&scan, fd);

	if (r == -EOPNOTSUPP || r == -ENOTTY || r == -EINVAL)
		r = scan_by_blocks(&scan, fd);
	end_run(&scan);
	if (scan.next_bytes < scan.end_bytes && scan.found.hole_at_bytes == PMM_ABSENT)
		scan.found.hole_at_bytes = scan.next_bytes;
	scan.found.is_known = r >= 0;
	*ret_extents = scan.found;
}
